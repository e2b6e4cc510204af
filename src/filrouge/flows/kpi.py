"""A KPI that a canvas says in a note becomes an indicator, which can be measured (EXP-6, ORG-16)."""

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Box, CanvasNote
from filrouge.kernel.i18n import _
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import BadField, archive, create
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

__all__ = ["indicator_of_note"]


def indicator_of_note(session: Session, note: CanvasNote) -> Indicator:
    """Make an indicator of a note in the box KPI: its first line is the title, the rest the meaning.

    The indicator takes the note's place on the canvas; the note is put away.

    Raises:
        BadField: the note stands in another box.
    """
    if note.box != Box.KPI:
        raise BadField(
            _("Only a note in the box KPI becomes an indicator."),
            where=f"canvas_note:{note.id}: box",
            action=_("Move the note to the box KPI first."),
        )
    title, _break, rest = note.text.strip().partition("\n")
    made = create(session, Indicator, str(note.product_id), title=title.strip(), meaning=rest.strip())
    canvas = Ref("canvas", note.canvas_id)
    connect(session, str(note.product_id), canvas, "measured_by", Ref(made.kind, made.id))
    archive(session, note)
    return made
