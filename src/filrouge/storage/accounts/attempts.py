"""How often somebody may try to sign in: by account and by address, kept in the database."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.storage.accounts.secrets import digest_of
from filrouge.storage.base import Base

__all__ = ["BY_ACCOUNT", "BY_ADDRESS", "WINDOW", "SignInAttempt", "TooManyAttempts", "forgive", "reserve"]

WINDOW = timedelta(minutes=15)
BY_ACCOUNT, BY_ADDRESS = 10, 50
"""Tries that fail within the window."""


class TooManyAttempts(FilrougeError):
    """So many sign-ins failed that the next ones are not looked at for a while."""

    code = "account.too-many-attempts"
    status = 429


class SignInAttempt(Base):
    """A try that has not succeeded. What was typed as an e-mail address is kept as a digest only."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    typed: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    recorded_at: Mapped[datetime] = mapped_column(index=True)


def reserve(session: Session, email: str, address: str) -> None:
    """Count a try before it is looked at, so that many at once are counted too.

    Raises:
        TooManyAttempts: there were too many; the same for addresses that nobody has.
    """
    now = SystemClock().now()
    session.execute(delete(SignInAttempt).where(SignInAttempt.recorded_at < now - 2 * WINDOW))
    for column, key, most in (
        (SignInAttempt.typed, _digest(email), BY_ACCOUNT),
        (SignInAttempt.address, address, BY_ADDRESS),
    ):
        recent = (column == key, SignInAttempt.recorded_at > now - WINDOW)
        tries, first = session.execute(
            select(func.count(), func.min(SignInAttempt.recorded_at)).where(*recent)
        ).one()
        if key and tries >= most:
            raise TooManyAttempts(
                _("Too many sign-ins failed."),
                action=_("Wait {n} minutes, then try again.").format(n=_minutes(first, now)),
            )
    session.add(SignInAttempt(typed=_digest(email), address=address[:64], recorded_at=now))
    session.flush()


def forgive(session: Session, email: str) -> None:
    """Forget the tries of somebody who got in."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.typed == _digest(email)))


def _digest(email: str) -> str:
    return digest_of(email.strip().lower())


def _minutes(first: datetime, now: datetime) -> int:
    return max(1, round((first + WINDOW - now).total_seconds() / 60))
