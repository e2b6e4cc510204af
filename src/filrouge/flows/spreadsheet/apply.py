"""Carrying an import out, and taking it back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.flows.spreadsheet.faults import CsvProblems, UnknownImport
from filrouge.flows.spreadsheet.fields import SHEETS
from filrouge.flows.spreadsheet.plan import Plan
from filrouge.flows.spreadsheet.tables import SheetImport
from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import archive, create, now_of

__all__ = ["apply_rows", "import_named", "latest_import", "undo_import"]


def apply_rows(
    session: Session, plan: Plan, product_id: str, *, file: str, leave_out: bool, duplicates: bool
) -> SheetImport:
    """Create what the rows say; all of it or, when the transaction fails, nothing.

    Args:
        session: an open session; the caller commits.
        plan: of ``plan_rows``, made in this session.
        product_id: where.
        file: the file's name, for the record.
        leave_out: rows with problems are left out instead of stopping the import.
        duplicates: rows whose title is there already are imported too.

    Raises:
        CsvProblems: rows have problems and are not left out, or no row is left.
    """
    if plan.wrong and not leave_out:
        first = plan.wrong[0]
        problem = first.problems[0]
        raise CsvProblems(
            ngettext(
                "{count} row cannot be imported; nothing was written.",
                "{count} rows cannot be imported; nothing was written.",
                len(plan.wrong),
            ).format(count=len(plan.wrong)),
            where=_("row {number}, {column}").format(number=first.number, column=problem.column),
            why=problem.what,
            action=problem.hint or _("Correct them in the file, or leave them out."),
        )
    rows = plan.taken(duplicates=duplicates)
    if not rows:
        raise CsvProblems(
            _("No row is left to import."), action=_("Every row has a problem, or is there already.")
        )
    made = [create(session, plan.kind.artefact, product_id, **row.values).id for row in rows]
    record = SheetImport(
        product_id=product_id,
        kind=plan.kind.kind,
        file=file[:200],
        made=made,
        actor=session.info.get("actor", "system"),
        at=now_of(session),
        recorded_at=SystemClock().now(),
    )
    session.add(record)
    session.flush()
    return record


def import_named(session: Session, product_id: str, identifier: str) -> SheetImport:
    """An import of a product.

    Raises:
        UnknownImport: there is none with this id.
    """
    found = session.get(SheetImport, identifier)
    if found is None or found.product_id != product_id:
        query = select(SheetImport.id).where(SheetImport.product_id == product_id)
        raise UnknownImport(
            _("There is no import “{name}”.").format(name=identifier),
            action=did_you_mean(identifier, session.scalars(query)),
        )
    return found


def latest_import(session: Session, product_id: str, kind: str) -> SheetImport | None:
    """The latest import of a kind that was not taken back."""
    query = select(SheetImport).where(SheetImport.product_id == product_id, SheetImport.kind == kind)
    standing = query.where(SheetImport.undone_at.is_(None))
    return session.scalars(standing.order_by(SheetImport.recorded_at.desc()).limit(1)).first()


def undo_import(session: Session, product_id: str, identifier: str) -> int:
    """Archive what an import made; what was archived since stays so. Tells how many were archived.

    Raises:
        UnknownImport: there is no such import, or it was taken back already.
    """
    record = import_named(session, product_id, identifier)
    if record.undone_at is not None:
        raise UnknownImport(_("This import was taken back already."), where=identifier)
    count = 0
    for made in record.made:
        artefact = session.get(SHEETS[record.kind].artefact, made)
        if artefact is not None and artefact.archived_at is None:
            archive(session, artefact)
            count += 1
    record.undone_at = now_of(session)
    session.flush()
    return count
