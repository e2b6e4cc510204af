"""People as an OpenID Connect provider knows them, and the questions that are on their way to it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.people import Account, account_by_email, add_account
from filrouge.storage.accounts.secrets import digest_of, new_secret
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = ["Asked", "Identity", "NotAdmitted", "asked", "keep_question", "person_of"]

_LASTS = timedelta(minutes=10)


class NotAdmitted(FilrougeError):
    """The provider knows somebody who may not come in here."""

    code = "account.not-admitted"
    status = 403


class Identity(Base):
    """An account as a provider knows it."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(40), ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Asked(Base):
    """A question on its way: it is answered once, within minutes, by the browser that took it along."""

    __tablename__ = "oidc_question"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the state."""
    browser: Mapped[str] = mapped_column(String(64))
    """Digest of what the browser keeps."""
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    following: Mapped[str]
    ends_at: Mapped[datetime]


def keep_question(session: Session, state: str, nonce: str, verifier: str, following: str) -> str:
    """Remember a question; gives what the browser keeps meanwhile."""
    secret, now = new_secret(), SystemClock().now()
    session.execute(delete(Asked).where(Asked.ends_at < now))
    session.add(
        Asked(
            id=digest_of(state),
            browser=digest_of(secret),
            nonce=nonce,
            verifier=verifier,
            following=following,
            ends_at=now + _LASTS,
        )
    )
    return secret


def asked(session: Session, state: str, secret: str) -> Asked | None:
    """The question that an answer is for, which is used up; nothing when this browser asked none such."""
    found = session.get(Asked, digest_of(state)) if state else None
    if found is None or found.browser != digest_of(secret) or found.ends_at < SystemClock().now():
        return None
    session.delete(found)
    session.flush()
    return found


def person_of(
    session: Session, issuer: str, subject: str, *, name: str, email: str, domains: list[str]
) -> Account:
    """The account of somebody whom the provider knows; made when they come for the first time.

    Args:
        session: a writing session.
        issuer: the provider.
        subject: its id of them, which stays when their e-mail address changes.
        name: what it calls them.
        email: verified by it; empty otherwise.
        domains: of e-mail addresses that may come in; all when empty.

    Raises:
        NotAdmitted: the account is disabled; or it would be a new one, without a verified address or with
            one of another domain.
    """
    known = session.get(Identity, (issuer, subject))
    if known is not None:
        account = session.get_one(Account, known.account_id)
    else:
        account = _first_time(session, name, email, domains)
        session.add(
            Identity(
                issuer=issuer,
                subject=subject,
                account_id=account.id,
                at=now_of(session),
                recorded_at=SystemClock().now(),
            )
        )
    if account.disabled_at is not None:
        raise NotAdmitted(_("This account is disabled."), action=_("Ask an admin of the workspace."))
    session.flush()
    return account


def _first_time(session: Session, name: str, email: str, domains: list[str]) -> Account:
    if not email:
        raise NotAdmitted(
            _("The provider has not verified your e-mail address."),
            action=_("Verify it there, then come back."),
        )
    if domains and email.rpartition("@")[2].lower() not in {one.lower() for one in domains}:
        raise NotAdmitted(
            _("Addresses of this domain are not admitted."), action=_("Ask an admin of the workspace.")
        )
    known = account_by_email(session, email)
    return known or add_account(session, _free_name(session, name or email), email)


def _free_name(session: Session, name: str) -> str:
    """A name that nobody has: the history names people."""
    name = " ".join(name.split())[:70]
    free, number = name, 1
    while session.scalars(select(Account.id).where(func.lower(Account.name) == free.lower())).first():
        number += 1
        free = f"{name} {number}"
    return free
