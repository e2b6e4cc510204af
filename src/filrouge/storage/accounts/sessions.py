"""Sessions: who is known again by the secret that their browser keeps. Only its digest is stored.

They live by the machine's time: a replay that moves the workspace's clock signs nobody out.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts.people import Account, access_of
from filrouge.storage.accounts.roles import Access, Role
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = [
    "ACCOUNT",
    "OWNER",
    "PRODUCT",
    "WORKSHOP",
    "Known",
    "SignedIn",
    "digest_of",
    "known_by",
    "name_guest",
    "open_session",
]

OWNER, ACCOUNT, PRODUCT, WORKSHOP = "owner", "account", "product:", "workshop:"
"""Scopes: the person at this machine, an account's own roles, ``product:<id>`` to read one product, or
``workshop:<id>`` to take part in one workshop and see nothing else."""
LASTS = timedelta(days=30)


class SignedIn(Base):
    """A session. ``scope`` says what it opens; a kind of guest is a scope of its own."""

    __tablename__ = "signed_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the secret."""
    name: Mapped[str] = mapped_column(String(80))
    """Whom the history names."""
    scope: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[str | None] = mapped_column(String(40), ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """By the machine's time."""


@dataclass(frozen=True)
class Known:
    """Somebody who was known again."""

    id: str
    name: str
    scope: str
    access: Access
    account_id: str = ""


def digest_of(secret: str) -> str:
    """What is stored of a secret: 256 bits of chance need no salt."""
    return sha256(secret.encode()).hexdigest()


def open_session(session: Session, name: str, scope: str, account: Account | None = None) -> str:
    """Begin a session; gives the secret that the browser keeps."""
    secret = secrets.token_urlsafe(32)
    now = SystemClock().now()
    session.add(
        SignedIn(
            id=digest_of(secret),
            name=name,
            scope=scope,
            account_id=account.id if account else None,
            at=now_of(session),
            recorded_at=now,
            ends_at=now + LASTS,
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
        return Known(found.id, found.name, found.scope, Access(Role.ADMIN))
    if found.scope.startswith(PRODUCT):
        product_id = found.scope.removeprefix(PRODUCT)
        access = Access(products={product_id: Role.VIEWER}, ceiling=Role.VIEWER)
        return Known(found.id, found.name, found.scope, access)
    if found.scope.startswith(WORKSHOP):
        return Known(found.id, found.name, found.scope, Access(ceiling=Role.VIEWER))
    account = session.get(Account, found.account_id) if found.account_id else None
    if account is None or account.disabled_at is not None:
        return None
    return Known(found.id, account.name, found.scope, access_of(session, account), account.id)


def name_guest(session: Session, session_id: str, name: str) -> None:
    """Whom the history names for what a guest does from now on."""
    found = session.get(SignedIn, session_id)
    if found is not None and found.scope.startswith(WORKSHOP):
        found.name = name[:80]
        session.flush()
