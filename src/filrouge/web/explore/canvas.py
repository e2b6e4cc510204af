"""The canvas: eleven boxes on one page, edited where they stand (EXP-6 … EXP-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.canvas import (
    BoxView,
    Canvas,
    CanvasState,
    Signature,
    canvas_board,
    canvas_state,
    signature_of,
)
from filrouge.explore.ideas import Decision, Idea
from filrouge.kernel.i18n import _
from filrouge.organize.indicators import Indicator
from filrouge.storage.comments import open_counts
from filrouge.storage.editing import create, listed
from filrouge.web.explore.canvas_words import AVAILABILITY, CAPACITIES, FREQUENCIES, NECESSITY, VECTORS
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas")


@dataclass(frozen=True)
class CanvasPage:
    """The context of the page."""

    canvas: Canvas | None
    canvases: tuple[Canvas, ...]
    board: tuple[BoxView, ...]
    state: CanvasState | None
    signature: Signature | None
    indicators: dict[str, Indicator]
    free_indicators: tuple[Indicator, ...]
    words: dict[str, dict[str, str]]
    talked: dict[tuple[str, str], int]
    """Open comments, by artefact (the canvas, a note) and box."""

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
    chosen = next((one for one in canvases if one.id == show), _kept(session, product_id, canvases))
    board = tuple(canvas_board(session, chosen)) if chosen else ()
    indicators = {one.id: one for one in listed(session, Indicator, product_id)}
    tied = {ref.id for view in board for ref in view.indicators}
    return CanvasPage(
        canvas=chosen,
        canvases=canvases,
        board=board,
        state=canvas_state(chosen, board) if chosen else None,
        signature=signature_of(session, chosen) if chosen else None,
        indicators=indicators,
        free_indicators=tuple(one for one in indicators.values() if one.id not in tied),
        words={
            "necessity": NECESSITY,
            "availability": AVAILABILITY,
            "vector": VECTORS,
            "frequency": FREQUENCIES,
            "capacity": CAPACITIES,
        },
        talked=_talked(session, chosen, board),
    )


def _talked(session: Session, canvas: Canvas | None, board: Sequence[BoxView]) -> dict[tuple[str, str], int]:
    if canvas is None:
        return {}
    notes = [note.id for view in board for note in view.notes]
    return open_counts(session, "canvas", [canvas.id]) | open_counts(session, "canvas_note", notes)


def _kept(session: Session, product_id: str, canvases: Sequence[Canvas]) -> Canvas | None:
    """The canvas of the idea that is built; where none is yet, the first one."""
    built = {one.id for one in listed(session, Idea, product_id) if one.decision == Decision.BUILD}
    return next((one for one in canvases if one.idea_id in built), next(iter(canvases), None))


@router.post("")
def start(visit: Editing, product_id: str, title: Annotated[str, Form()]) -> Response:
    """Start a canvas, with the idea it gives shape to."""
    with visit.workspace.transaction(visit.session.name) as session:
        idea = create(session, Idea, product_id, title=title)
        made = create(session, Canvas, product_id, idea_id=idea.id, title=title)
    return visit.see(f"/products/{product_id}/canvas?show={made.id}")
