"""Writing in the boxes: notes put in another place, and a box written as one text."""

import hashlib
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from filrouge.explore.canvas.boxes import Box
from filrouge.explore.canvas.model import Canvas, CanvasNote
from filrouge.kernel.i18n import _
from filrouge.storage.editing import archive, create, edit, listed
from filrouge.storage.history import EditConflict, expect_revision

__all__ = ["box_revision", "box_text", "place_note", "write_box"]


def box_text(notes: Sequence[CanvasNote]) -> str:
    """The notes of a box as one text: an empty line stands between two."""
    return "\n\n".join(note.text for note in notes)


def box_revision(notes: Sequence[CanvasNote]) -> str:
    """What the notes of a box are now: two readers of the same box have the same."""
    state = "/".join(f"{note.id}:{note.revision}" for note in notes)
    return hashlib.sha256(state.encode()).hexdigest()[:12]


def write_box(
    session: Session, canvas: Canvas, box: Box, text: str, *, revision: str | None = None
) -> list[CanvasNote]:
    """Write a box as one text; paragraphs that stay keep their notes, with history and comments.

    Args:
        session: an open session; the caller commits.
        canvas: the canvas.
        box: one of its boxes.
        text: the whole text; an empty line parts two notes.
        revision: what ``box_revision`` said when the text was read; none expects nothing.

    Returns:
        The notes of the box.

    Raises:
        EditConflict: somebody else changed the box meanwhile.
    """
    notes = _notes(session, canvas, box)
    if revision is not None and revision != box_revision(notes):
        raise EditConflict(
            _("This box was changed by somebody else while you were writing."),
            where=f"canvas:{canvas.id}: {box}",
            action=_("Look at the current text, then apply your change again."),
        )
    if text.strip() == box_text(notes).strip():
        return notes
    wanted = [
        part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()
    ]
    held = [note.text for note in notes]
    written: list[CanvasNote] = []
    for tag, a, b, c, d in SequenceMatcher(None, held, wanted, autojunk=False).get_opcodes():
        old, new = notes[a:b], wanted[c:d]
        written += old[: len(new)]
        if tag != "equal":
            for note, words in zip(old, new, strict=False):
                edit(session, note, text=words)
            for words in new[len(old) :]:
                fields = {"canvas_id": canvas.id, "box": box, "text": words}
                written.append(create(session, CanvasNote, str(canvas.product_id), **fields))
        for note in old[len(new) :]:
            archive(session, note)
    return _ordered(session, written)


def place_note(
    session: Session, note: CanvasNote, box: Box, to: int, *, revision: int | None = None
) -> list[CanvasNote]:
    """Put a note at the place ``to`` (from 0) of a box of its canvas.

    Returns:
        The notes of that box.

    Raises:
        EditConflict: the note has moved on since ``revision``.
    """
    expect_revision(note, revision)
    canvas = session.get_one(Canvas, note.canvas_id)
    others = [one for one in _notes(session, canvas, box) if one.id != note.id]
    others.insert(max(0, min(to, len(others))), note)
    edit(session, note, box=box)
    return _ordered(session, others)


def _notes(session: Session, canvas: Canvas, box: Box) -> list[CanvasNote]:
    return listed(session, CanvasNote, str(canvas.product_id), canvas_id=canvas.id, box=box)


def _ordered(session: Session, notes: list[CanvasNote]) -> list[CanvasNote]:
    """Positions count within a box; only those that must change do."""
    for place, note in enumerate(notes):
        if note.position != place:
            edit(session, note, position=place)
    return notes
