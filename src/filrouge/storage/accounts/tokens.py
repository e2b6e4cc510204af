"""API tokens: a person's own access for programs, no more than a scope, until they end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _
from filrouge.kernel.ids import new_id
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.people import Account, access_of
from filrouge.storage.accounts.roles import Access, Role
from filrouge.storage.accounts.secrets import digest_of, new_secret
from filrouge.storage.accounts.sessions import Known
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = [
    "SCOPES",
    "SPANS",
    "TOKEN",
    "BadToken",
    "Scope",
    "Token",
    "UnknownToken",
    "bearer",
    "make_token",
    "revoke_token",
    "token_named",
    "tokens_of",
    "used_again",
]

TOKEN = "token"  # noqa: S105  (a word, not a secret)
"""Scope of the session that a token stands for."""
_MARK = "frg_"
"""How a token begins, so that scanners of repositories find one that was committed."""
_SEEN = timedelta(minutes=10)
SPANS = {7: N_("a week"), 30: N_("a month"), 90: N_("three months"), 365: N_("a year")}


class Scope(StrEnum):
    """What a token may do, within what its owner may."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def ceiling(self) -> Role:
        """No more than this role."""
        return {"read": Role.VIEWER, "write": Role.MAINTAINER, "admin": Role.ADMIN}[self.value]


SCOPES = {
    Scope.READ: N_("read"),
    Scope.WRITE: N_("read and write"),
    Scope.ADMIN: N_("everything, members included"),
}


class BadToken(FilrougeError):
    """A token cannot be made like this."""

    code = "token.bad"
    status = 422


class UnknownToken(FilrougeError):
    """No token has this id."""

    code = "token.unknown"
    status = 404


class Token(Base):
    """A token of somebody; of the person at this machine without ``account_id``."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    """What it is for."""
    owner: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[str | None] = mapped_column(String(40), ForeignKey("account.id"), index=True)
    scope: Mapped[Scope]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """To ten minutes; all by the machine's time."""
    revoked_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Whether it still speaks for its owner."""
        return self.revoked_at is None and self.ends_at > SystemClock().now()


def make_token(
    session: Session, owner: str, account: Account | None, *, name: str, scope: str, days: int
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once.

    Args:
        session: a writing session.
        owner: whom the history names for what the token does.
        account: theirs; none for the person at this machine.
        name: what it is for.
        scope: one of ``Scope``.
        days: how long it lives, up to a year.

    Raises:
        BadToken: it has no name, no such scope, or no such life.
    """
    name = " ".join(name.split())
    found: Scope | None = None
    with suppress(ValueError):
        found = Scope(scope)
    if not name or len(name) > 80 or found is None or not 1 <= days <= max(SPANS):
        raise BadToken(
            _("A token has a name, a scope (read, write, admin) and ends within a year."),
            action=_("Say what it is for: nightly export."),
        )
    secret, now = _MARK + new_secret(), SystemClock().now()
    made = Token(
        digest=digest_of(secret),
        name=name,
        owner=owner,
        account_id=account.id if account else None,
        scope=found,
        at=now_of(session),
        recorded_at=now,
        ends_at=now + timedelta(days=days),
    )
    session.add(made)
    record(session, "token.made", name, owner=owner, scope=found.value, days=days)
    return made, secret


def bearer(session: Session, secret: str) -> Known | None:
    """Whom a token speaks for; nobody when it is unknown, ended, revoked, or its account disabled."""
    if not secret.startswith(_MARK):
        return None
    found = session.scalars(select(Token).where(Token.digest == digest_of(secret))).first()
    if found is None or not found.open:
        return None
    access = Access(Role.ADMIN)
    if found.account_id:
        account = session.get(Account, found.account_id)
        if account is None or account.disabled_at is not None:
            return None
        access = access_of(session, account)
    limited = Access(access.everywhere, access.products, found.scope.ceiling)
    fresh = found.used_at is not None and found.used_at > SystemClock().now() - _SEEN
    return Known(
        found.id, found.owner, TOKEN, limited, found.account_id or "", None if fresh else found.recorded_at
    )


def used_again(session: Session, token_id: str) -> None:
    """Keep that a token was used."""
    found = session.get(Token, token_id)
    if found is not None:
        found.used_at = SystemClock().now()


def revoke_token(session: Session, token: Token) -> None:
    """End a token now."""
    if token.revoked_at is None:
        token.revoked_at = SystemClock().now()
        record(session, "token.revoked", token.name, owner=token.owner)


def token_named(session: Session, token_id: str) -> Token:
    """The token with this id.

    Raises:
        UnknownToken: there is none.
    """
    found = session.get(Token, token_id)
    if found is None:
        raise UnknownToken(
            _("There is no token “{id}”.").format(id=token_id), action=_("Run: filrouge tokens list")
        )
    return found


def tokens_of(session: Session, account_id: str | None, *, everybody: bool = False) -> Sequence[Token]:
    """The tokens of an account (without one, of the person at this machine), the newest first."""
    query = select(Token).where(Token.revoked_at.is_(None))
    if not everybody:
        query = query.where(Token.account_id == account_id if account_id else Token.account_id.is_(None))
    return session.scalars(query.order_by(Token.recorded_at.desc())).all()
