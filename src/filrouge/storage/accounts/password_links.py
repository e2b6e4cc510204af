"""Links with which somebody chooses a password: the first one, or another when it was forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.people import Account
from filrouge.storage.accounts.secrets import digest_of, new_secret
from filrouge.storage.base import Base

__all__ = ["LASTS", "LinkEnded", "PasswordLink", "account_of_link", "offer_link", "spend_link"]

LASTS = timedelta(days=7)


class LinkEnded(FilrougeError):
    """A link was used, replaced or revoked, or is too old."""

    code = "account.link-ended"
    status = 410


class PasswordLink(Base):
    """A link that waits to be used, once. An account has one at a time."""

    __tablename__ = "password_link"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the secret."""
    account_id: Mapped[str] = mapped_column(String(40), ForeignKey("account.id"), index=True)
    recorded_at: Mapped[datetime]
    ends_at: Mapped[datetime]


def offer_link(session: Session, account: Account) -> str:
    """The path of a link for an account; an earlier one ends."""
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account.id))
    secret, now = new_secret(), SystemClock().now()
    session.add(
        PasswordLink(id=digest_of(secret), account_id=account.id, recorded_at=now, ends_at=now + LASTS)
    )
    record(session, "password.link", account.name)
    return f"/welcome?token={secret}"


def account_of_link(session: Session, secret: str) -> Account:
    """Whose link it is.

    Raises:
        LinkEnded: it cannot be used any more.
    """
    found = session.get(PasswordLink, digest_of(secret))
    account = session.get(Account, found.account_id) if found else None
    if (
        found is None
        or account is None
        or account.disabled_at is not None
        or found.ends_at < SystemClock().now()
    ):
        raise LinkEnded(
            _("This link was used already, or has ended."),
            action=_("Ask an admin for another one: they find it under People."),
        )
    return account


def spend_link(session: Session, secret: str) -> Account:
    """Use a link up.

    Raises:
        LinkEnded: it cannot be used any more.
    """
    account = account_of_link(session, secret)
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account.id))
    return account
