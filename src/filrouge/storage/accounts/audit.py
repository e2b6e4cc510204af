"""The audit log: what happened to people's access, and by whom. It is only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, event, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import N_, _
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of

__all__ = ["EVENTS", "AuditEvent", "UnknownEvent", "audited", "event_named", "record"]

EVENTS = {
    "sign-in.ok": N_("signed in"),
    "sign-in.failed": N_("sign-in refused"),
    "sign-in.limited": N_("too many sign-ins"),
    "session.ended": N_("session ended"),
    "account.made": N_("account made"),
    "account.disabled": N_("account disabled"),
    "account.enabled": N_("account enabled"),
    "account.admin": N_("admin of the workspace changed"),
    "password.changed": N_("password changed"),
    "password.link": N_("link for a password made"),
    "member.role": N_("role changed"),
    "member.removed": N_("member removed"),
    "token.made": N_("token made"),
    "token.revoked": N_("token revoked"),
    "share.made": N_("share link made"),
    "share.used": N_("share link used"),
    "share.revoked": N_("share link revoked"),
    "export.taken": N_("export taken"),
    "backup.taken": N_("backup taken"),
    "backup.restored": N_("backup restored"),
}
"""What is recorded, in words."""


class AuditEvent(Base):
    """One event. ``detail`` never holds a secret, nor what somebody typed as one."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    """Whom or what it concerns."""
    product_id: Mapped[str | None] = mapped_column(String(40), index=True)
    address: Mapped[str] = mapped_column(String(64))
    """Of the machine that asked; empty for the command line."""
    detail: Mapped[dict[str, Any]]


class UnknownEvent(FilrougeError):
    """Nothing of this name is recorded."""

    code = "audit.unknown-event"
    status = 422


def event_named(text: str) -> str:
    """An event that is recorded.

    Raises:
        UnknownEvent: there is none of this name.
    """
    if text in EVENTS:
        return text
    raise UnknownEvent(_("There is no event '{name}'.").format(name=text), action=did_you_mean(text, EVENTS))


def record(
    session: Session,
    what: str,
    subject: str = "",
    *,
    product_id: str | None = None,
    who: str = "",
    **detail: Any,
) -> None:
    """Write an event down, in the transaction that makes it true.

    Args:
        session: a writing session; its actor is who did it, its ``address`` where from.
        what: one of ``EVENTS``.
        subject: whom or what it concerns.
        product_id: the product, if it is about one.
        who: instead of the actor, where nobody is signed in yet.
        detail: what else is to know; never a secret.
    """
    assert what in EVENTS, what
    session.add(
        AuditEvent(
            at=now_of(session),
            recorded_at=SystemClock().now(),
            who=(who or session.info.get("actor", "system"))[:80],
            event=what,
            subject=subject[:200],
            product_id=product_id,
            address=session.info.get("address", "")[:64],
            detail=detail,
        )
    )
    session.flush()


def audited(
    session: Session,
    *,
    events: Sequence[str] = (),
    words: str = "",
    product_id: str = "",
    since: datetime | None = None,
    before: int = 0,
    limit: int = 100,
) -> Sequence[AuditEvent]:
    """The events, latest first.

    Args:
        session: an open session.
        events: only these.
        words: a part of who did it, whom it concerns or where it came from.
        product_id: only of this product.
        since: only from then on, by the machine's clock.
        before: only older ones than the event with this id.
        limit: at most so many.
    """
    query = select(AuditEvent)
    if events:
        query = query.where(AuditEvent.event.in_(events))
    if words:
        columns = (AuditEvent.who, AuditEvent.subject, AuditEvent.address)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    if product_id:
        query = query.where(AuditEvent.product_id == product_id)
    if since is not None:
        query = query.where(AuditEvent.recorded_at >= since)
    if before:
        query = query.where(AuditEvent.id < before)
    return session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit)).all()


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _stays(_mapper: Any, _connection: Any, _target: AuditEvent) -> None:
    raise RuntimeError("the audit log is only added to")
