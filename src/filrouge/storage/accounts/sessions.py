"""Sessions: who is known again by the secret that their browser keeps. Only its digest is stored.

They live by the machine's time: a replay that moves the workspace's clock signs nobody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts.people import Account, access_of
from filrouge.storage.accounts.roles import Access, Role
from filrouge.storage.accounts.secrets import digest_of, new_secret
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = [
    "ACCOUNT",
    "GUEST",
    "LASTS",
    "OWNER",
    "PRODUCT",
    "WORKSHOP",
    "Browser",
    "Known",
    "SignedIn",
    "end_session",
    "end_sessions",
    "guest_named",
    "is_guests",
    "known_by",
    "name_guest",
    "open_session",
    "seen_again",
    "sessions_of",
    "stale",
]

OWNER, ACCOUNT, PRODUCT, WORKSHOP = "owner", "account", "product:", "workshop:"
"""Scopes: the person at this machine, an account's own roles, ``product:<id>`` to read one product, or
``workshop:<id>`` to take part in one workshop and see nothing else."""
GUEST = "guest"
"""Whom the history names for a guest who has not said a name yet: one word, whatever the language."""
LASTS = timedelta(days=30)
_SEEN = timedelta(minutes=10)
"""How exactly it is kept when a session was last used."""


class SignedIn(Base):
    """A session. ``scope`` says what it opens; a kind of guest is a scope of its own."""

    __tablename__ = "signed_in"
    __table_args__ = ({"info": {"left_out_of_backups": "open sessions: everybody signs in again"}},)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the secret."""
    name: Mapped[str] = mapped_column(String(80))
    """Whom the history names."""
    scope: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[str | None] = mapped_column(String(40), ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Both by the machine's time."""
    address: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(200))
    """What the browser says of itself."""
    share_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """The link that a guest came by: it ends their session with itself."""


@dataclass(frozen=True)
class Browser:
    """Where a request comes from."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True)
class Known:
    """Somebody who was known again."""

    id: str
    name: str
    scope: str
    access: Access
    account_id: str = ""
    seen_at: datetime | None = None


def open_session(
    session: Session,
    name: str,
    scope: str,
    account: Account | None = None,
    *,
    browser: Browser = Browser(),
    lasts: timedelta = LASTS,
    share: str | None = None,
) -> str:
    """Begin a session; gives the secret that the browser keeps."""
    secret = new_secret()
    now = SystemClock().now()
    session.add(
        SignedIn(
            id=digest_of(secret),
            name=name,
            scope=scope,
            account_id=account.id if account else None,
            at=now_of(session),
            recorded_at=now,
            seen_at=now,
            ends_at=now + lasts,
            address=browser.address[:64],
            device=browser.device[:200],
            share_id=share,
        )
    )
    session.flush()
    return secret


def known_by(session: Session, secret: str) -> Known | None:
    """Who keeps this secret; nobody when the session is unknown, has ended or its account is disabled."""
    found = session.get(SignedIn, digest_of(secret)) if secret else None
    if found is None or found.ends_at < SystemClock().now():
        return None
    if found.scope == OWNER:
        return _known(found, found.name, Access(Role.ADMIN))
    if found.scope.startswith(PRODUCT):
        product_id = found.scope.removeprefix(PRODUCT)
        return _known(found, found.name, Access(products={product_id: Role.VIEWER}, ceiling=Role.VIEWER))
    if found.scope.startswith(WORKSHOP):
        return _known(found, found.name, Access(ceiling=Role.VIEWER))
    account = session.get(Account, found.account_id) if found.account_id else None
    if account is None or account.disabled_at is not None:
        return None
    return _known(found, account.name, access_of(session, account))


def guest_named(name: str) -> str:
    """Whom the history names for a guest: one form, whatever the language, that no account is mistaken for.

    Example:
        >>> guest_named(" Gia   Li ")
        'Gia Li (guest)'
    """
    mark = f" ({GUEST})"
    return " ".join(name.split())[: 80 - len(mark)] + mark


def is_guests(name: str) -> bool:
    """Whether the history names a guest by this."""
    return name == GUEST or name.endswith(f" ({GUEST})")


def name_guest(session: Session, session_id: str, name: str) -> None:
    """Whom the history names for what a guest does from now on."""
    found = session.get(SignedIn, session_id)
    if found is not None and found.scope.startswith(WORKSHOP):
        found.name = name[:80]
        session.flush()


def seen_again(session: Session, known: Known) -> None:
    """Keep that a session was used, if it has not been for a while."""
    found = session.get(SignedIn, known.id)
    if found is not None:
        found.seen_at = SystemClock().now()


def stale(known: Known) -> bool:
    """Whether it is time to keep again that a session was used."""
    return known.seen_at is not None and known.seen_at < SystemClock().now() - _SEEN


def sessions_of(session: Session, account_id: str | None) -> Sequence[SignedIn]:
    """The sessions of an account that have not ended, the last used first; without one, the owner's."""
    mine = SignedIn.account_id == account_id if account_id else SignedIn.scope == OWNER
    query = select(SignedIn).where(mine, SignedIn.ends_at > SystemClock().now())
    return session.scalars(query.order_by(SignedIn.seen_at.desc())).all()


def end_session(session: Session, identifier: str) -> None:
    """End one session."""
    session.execute(delete(SignedIn).where(SignedIn.id == identifier))


def end_sessions(session: Session, account_id: str | None, *, but: str = "") -> None:
    """End all sessions of an account (without one, the owner's), except one."""
    mine = SignedIn.account_id == account_id if account_id else SignedIn.scope == OWNER
    session.execute(delete(SignedIn).where(mine, SignedIn.id != but))


def _known(found: SignedIn, name: str, access: Access) -> Known:
    return Known(found.id, name, found.scope, access, found.account_id or "", found.seen_at)
