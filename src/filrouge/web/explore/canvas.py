"""The canvas: eleven boxes on one page, edited where they stand (EXP-6 … EXP-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, JSONResponse, Response

from filrouge.explore.canvas import (
    Box,
    BoxView,
    Canvas,
    CanvasNote,
    CanvasState,
    DataSource,
    Signature,
    box_revision,
    box_text,
    canvas_board,
    canvas_state,
    place_note,
    signature_of,
    write_box,
)
from filrouge.explore.canvas.choice import main_canvas
from filrouge.explore.canvas.words import (
    AVAILABILITY,
    CAPACITIES,
    FIELDS,
    FREQUENCIES,
    MODES,
    NECESSITY,
    VECTORS,
    box_title,
)
from filrouge.explore.ideas import Idea, IdeaState
from filrouge.flows.kpi import indicator_of_note
from filrouge.kernel.i18n import _
from filrouge.organize.indicators import Indicator
from filrouge.storage.accounts.members import maintainers_of
from filrouge.storage.base import Artefact
from filrouge.storage.comments import open_counts
from filrouge.storage.editing import create, find, listed
from filrouge.storage.history import EditConflict, changes_of
from filrouge.web.editing import Conflict
from filrouge.web.overview import head_of
from filrouge.web.render import environment
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas")

_WORDS = {
    "necessity": NECESSITY,
    "availability": AVAILABILITY,
    "vector": VECTORS,
    "frequency": FREQUENCIES,
    "capacity": CAPACITIES,
    "mode": MODES,
}


@dataclass(frozen=True)
class CanvasPage:
    """The context of the page."""

    canvas: Canvas | None
    canvases: tuple[Canvas, ...]
    waiting: tuple[Idea, ...]
    """Kept ideas that have no canvas."""
    board: tuple[BoxView, ...]
    state: CanvasState | None
    signature: Signature | None
    signers: tuple[str, ...]
    """Who may sign, while somebody has to."""
    indicators: Mapping[str, Indicator]
    free: Mapping[str, tuple[Artefact, ...]]
    """What of the product is not tied to the canvas, by box: sources and indicators."""
    words: Mapping[str, Mapping[Any, str]]
    fields: Mapping[str, str]
    talked: Mapping[tuple[str, str], int]
    """Open comments, by artefact (the canvas, a note) and box."""

    box = staticmethod(box_title)
    text = staticmethod(box_text)
    revision = staticmethod(box_revision)

    def said(self, identifier: str, part: str = "") -> int:
        """How many comments stand open on the canvas, a box or a note."""
        return self.talked.get((identifier, part), 0)

    @property
    def filled(self) -> int:
        """How many of the eight boxes hold something."""
        return 8 - len(self.state.missing) if self.state else 0


@router.get("")
def canvas(visit: Visiting, product_id: str, show: str = "") -> Response:
    """The canvas of the kept idea; another one by ``show``."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        page = _page(session, product_id, show)
        title = page.canvas.title if page.canvas else product.title
        return visit.render("explore/canvas.html", page, title=f"{_('Canvas')} · {title}", product=head)


def _page(session: Session, product_id: str, show: str) -> CanvasPage:
    canvases = tuple(listed(session, Canvas, product_id))
    ideas = listed(session, Idea, product_id)
    chosen = next((one for one in canvases if one.id == show), main_canvas(session, product_id))
    board = tuple(canvas_board(session, chosen)) if chosen else ()
    indicators = {one.id: one for one in listed(session, Indicator, product_id)}
    tied = {ref.id for view in board for ref in view.indicators}
    tied |= {source.id for view in board for source in view.sources}
    signature = signature_of(session, chosen) if chosen else None
    drawn = {one.idea_id for one in canvases}
    known: dict[str, Sequence[Artefact]] = {
        "data_sources": listed(session, DataSource, product_id),
        "kpi": list(indicators.values()),
    }
    return CanvasPage(
        canvas=chosen,
        canvases=canvases,
        waiting=tuple(one for one in ideas if one.state == IdeaState.KEPT and one.id not in drawn),
        board=board,
        state=canvas_state(chosen, board) if chosen else None,
        signature=signature,
        signers=maintainers_of(session, product_id) if not signature or signature.changed else (),
        indicators=indicators,
        free={box: tuple(one for one in held if one.id not in tied) for box, held in known.items()},
        words=_WORDS,
        fields=FIELDS,
        talked=_talked(session, chosen, board),
    )


def _talked(session: Session, canvas: Canvas | None, board: Sequence[BoxView]) -> dict[tuple[str, str], int]:
    if canvas is None:
        return {}
    notes = [note.id for view in board for note in view.notes]
    return open_counts(session, "canvas", [canvas.id]) | open_counts(session, "canvas_note", notes)


@router.post("")
def start(
    visit: Editing,
    product_id: str,
    title: Annotated[str, Form()] = "",
    idea: Annotated[str, Form()] = "",
) -> Response:
    """Start a canvas for an idea, or with the idea that it gives shape to."""
    with visit.workspace.transaction(visit.session.name) as session:
        found = (
            find(session, Idea, idea, product_id=product_id)
            if idea
            else create(session, Idea, product_id, title=title)
        )
        made = create(session, Canvas, product_id, idea_id=found.id, title=title or found.title)
    return visit.see(f"/products/{product_id}/canvas?show={made.id}#add-problem")


@router.post("/{canvas_id}/place")
def place(
    visit: Editing,
    product_id: str,
    canvas_id: str,
    note: Annotated[str, Form()],
    box: Annotated[Box, Form()],
    to: Annotated[int, Form()] = 10_000,
) -> Response:
    """Put a note at another place of its box, or in another box."""
    with visit.workspace.transaction(visit.session.name) as session:
        place_note(session, find(session, CanvasNote, note, product_id=product_id), box, to)
    return visit.see(f"/products/{product_id}/canvas?show={canvas_id}")


@router.post("/{canvas_id}/notes/{note_id}/indicator")
def measure_it(visit: Editing, product_id: str, canvas_id: str, note_id: str) -> Response:
    """Make an indicator of a note in the box KPI."""
    with visit.workspace.transaction(visit.session.name) as session:
        indicator_of_note(session, find(session, CanvasNote, note_id, product_id=product_id))
    return visit.see(f"/products/{product_id}/canvas?show={canvas_id}")


@router.post("/{canvas_id}/boxes/{box}")
def write(
    visit: Editing,
    product_id: str,
    canvas_id: str,
    box: Box,
    value: Annotated[str, Form()] = "",
    revision: Annotated[str | None, Form()] = None,
) -> Response:
    """Write a box as one text; both versions come back when somebody else was quicker."""
    try:
        with visit.workspace.transaction(visit.session.name) as session:
            canvas = find(session, Canvas, canvas_id, product_id=product_id)
            notes = write_box(session, canvas, box, value, revision=revision)
            return JSONResponse({"revision": box_revision(notes), "value": box_text(notes)})
    except EditConflict:
        with visit.workspace.reading() as session:
            canvas = find(session, Canvas, canvas_id, product_id=product_id)
            notes = listed(session, CanvasNote, product_id, canvas_id=canvas.id, box=box)
            latest = [change for note in notes for change in changes_of(session, note.id, limit=1)]
            by = max(latest, key=lambda change: change.id).actor if latest else ""
            page = Conflict(value, box_text(notes), box_revision(notes), by)
        return HTMLResponse(environment().get_template("parts/_conflict.html").render(page=page), 409)
