"""History of what people edit: who, when, before and after; written by the session itself, and undone.

No operation can forget it: the listener on ``Session`` records every inserted or changed artefact
in the same transaction.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, Session, attributes, mapped_column
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from filrouge.kernel.clock import Clock, SystemClock
from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, Base, fields_of
from filrouge.storage.keeping import faults_of_keeping
from filrouge.storage.kinds import whole
from filrouge.storage.restoring import restore_container

__all__ = ["Change", "EditConflict", "NothingToUndo", "actors", "changes_of", "expect_revision", "undo"]

_SYSTEM = SystemClock()


class Change(Base):
    """One edit of one artefact. ``before`` and ``after`` hold the changed fields only."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str | None] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    artefact_id: Mapped[str] = mapped_column(String(40), index=True)
    action: Mapped[str] = mapped_column(String(10))
    """``create``, ``update``, ``archive`` or ``restore``."""
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undone_by: Mapped[int | None]


class EditConflict(FilrougeError):
    """Somebody else changed the artefact since it was read."""

    code = "edit.conflict"
    status = 409


class NothingToUndo(FilrougeError):
    """There is no change left to undo."""

    code = "edit.nothing-to-undo"
    status = 409


def expect_revision(artefact: Artefact, revision: int | None) -> None:
    """Refuse an edit that was made on an older revision (``None`` expects nothing).

    Raises:
        EditConflict: the artefact has moved on.
    """
    if revision is not None and artefact.revision != revision:
        raise EditConflict(
            _("'{label}' was changed by somebody else while you were editing it.").format(
                label=artefact.label
            ),
            where=f"{artefact.kind}:{artefact.id}",
            why=_("You read revision {read}; it is at {now}.").format(read=revision, now=artefact.revision),
            action=_("Look at the current text, then apply your change again."),
        )


def changes_of(session: Session, artefact_id: str, *, limit: int = 100) -> list[Change]:
    """The changes of one artefact, latest first."""
    query = select(Change).where(Change.artefact_id == artefact_id).order_by(Change.id.desc()).limit(limit)
    return list(session.scalars(query))


def actors(session: Session, product_id: str) -> list[str]:
    """Everybody whom the history of a product names, by name."""
    return sorted(session.scalars(select(Change.actor).where(Change.product_id == product_id).distinct()))


def undo(session: Session, artefact: Artefact) -> Change:
    """Take back the latest change that has not been undone; the undo is itself a change.

    What comes back from the archive brings what contains it along, as restoring does.

    Raises:
        NothingToUndo: only the creation is left.
        EditConflict: a field was changed again by a later change that stays.
        KeptField: the change was made where its field is kept, and is taken back there.
    """
    done = (Change.artefact_id == artefact.id) & Change.undone_by.is_(None)
    change = session.scalars(select(Change).where(done).order_by(Change.id.desc()).limit(1)).first()
    if change is None or change.action == "create":
        raise NothingToUndo(_("There is nothing left to undo."), where=f"{artefact.kind}:{artefact.id}")
    Faults.raise_if_any(faults_of_keeping(session, artefact, change.before))
    together = whole(session, artefact) if "archived_at" in change.before else [artefact]
    moment = artefact.archived_at
    for field, value in change.before.items():
        setattr(artefact, field, _from_json(artefact, field, value))
    # What was put away, or brought back, with it goes where it goes.
    for part in together[1:]:
        if part.archived_at == moment:
            part.archived_at = artefact.archived_at
    session.flush()
    if "archived_at" in change.before and artefact.archived_at is None:
        # After the flush, so that the undo is one change of this artefact even when both left at once.
        restore_container(session, artefact)
    undoing = changes_of(session, artefact.id, limit=1)[0]
    change.undone_by = undoing.undone_by = undoing.id
    return change


def _from_json(artefact: Artefact, field: str, value: Any) -> Any:
    column = artefact.__mapper__.columns[field]
    if value is not None and column.type.python_type is datetime:
        return datetime.fromisoformat(value)
    return value


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _record(session: Session, artefact: Artefact, *, new: bool) -> None:
    clock: Clock = session.info.get("clock", _SYSTEM)
    now = clock.now()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field in [*fields_of(type(artefact)), "archived_at"]:
        past = attributes.get_history(artefact, field)
        if new:
            default = artefact.__mapper__.columns[field].default
            value = getattr(artefact, field)
            if value is None and isinstance(default, ScalarElementColumnDefault):
                value = default.arg
            after[field] = _to_json(value)
        elif past.has_changes() and past.deleted != past.added:
            before[field] = _to_json(past.deleted[0] if past.deleted else None)
            after[field] = _to_json(past.added[0] if past.added else None)
    if not new and not after:
        return
    artefact.updated_at = now
    action = "create" if new else "update"
    if "archived_at" in after and not new:
        action = "archive" if after["archived_at"] else "restore"
    if new:
        artefact.created_at = artefact.created_at or now
        after.pop("archived_at")
    session.add(
        Change(
            product_id=artefact.product_id,
            kind=artefact.kind,
            artefact_id=artefact.id,
            action=action,
            actor=session.info.get("actor", "system"),
            at=now,
            recorded_at=_SYSTEM.now(),
            before=before,
            after=after,
        )
    )


@event.listens_for(Session, "before_flush")
def _record_edits(session: Session, _context: Any, _instances: Any) -> None:
    from filrouge.kernel.ids import new_id

    for item in list(session.new):
        if isinstance(item, Artefact):
            item.id = item.id or new_id()
            _record(session, item, new=True)
    for item in list(session.dirty):
        if isinstance(item, Artefact) and session.is_modified(item):
            _record(session, item, new=False)
