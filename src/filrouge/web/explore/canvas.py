"""The canvas: eleven boxes on one page, edited where they stand (EXP-6 … EXP-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.canvas import BoxView, Canvas, CanvasState, canvas_board, canvas_state, sign
from filrouge.explore.decisions import Choice, decisions_of
from filrouge.explore.ideas import Idea
from filrouge.kernel.i18n import N_, _
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import create, find, listed
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas")

NECESSITY = {"necessary": N_("necessary"), "important": N_("important"), "secondary": N_("secondary")}
AVAILABILITY = {
    "at_hand": N_("at hand"),
    "to_acquire": N_("to acquire"),
    "unavailable": N_("unavailable"),
}
VECTORS = {
    "existing_tool": N_("existing tool"),
    "new_interface": N_("new interface"),
    "api": N_("API"),
    "email": N_("e-mail"),
    "other": N_("other"),
}
FREQUENCIES = {
    "real_time": N_("real time"),
    "on_demand": N_("on demand"),
    "hourly": N_("hourly"),
    "daily": N_("daily"),
    "weekly": N_("weekly"),
    "monthly": N_("monthly"),
}


@dataclass(frozen=True)
class CanvasPage:
    """The context of the page."""

    canvas: Canvas | None
    canvases: tuple[Canvas, ...]
    board: tuple[BoxView, ...]
    state: CanvasState | None
    indicators: dict[str, Indicator]
    free_indicators: tuple[Indicator, ...]
    words: dict[str, dict[str, str]]

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
        indicators=indicators,
        free_indicators=tuple(one for one in indicators.values() if one.id not in tied),
        words={
            "necessity": NECESSITY,
            "availability": AVAILABILITY,
            "vector": VECTORS,
            "frequency": FREQUENCIES,
        },
    )


def _kept(session: Session, product_id: str, canvases: Sequence[Canvas]) -> Canvas | None:
    """The canvas of the idea that is built; where none is yet, the first one."""
    decided = decisions_of(session, product_id)
    built = {idea_id for idea_id, one in decided.items() if one.choice == Choice.BUILD}
    return next((one for one in canvases if one.idea_id in built), next(iter(canvases), None))


@router.post("")
def start(visit: Editing, product_id: str, title: Annotated[str, Form()]) -> Response:
    """Start a canvas, with the idea it gives shape to."""
    with visit.workspace.transaction(visit.session.name) as session:
        idea = create(session, Idea, product_id, title=title)
        made = create(session, Canvas, product_id, idea_id=idea.id, title=title)
    return visit.see(f"/products/{product_id}/canvas?show={made.id}")


@router.post("/{canvas_id}/sign")
def sign_off(visit: Maintaining, product_id: str, canvas_id: str) -> Response:
    """Sign the business interest off, in the name of who is there."""
    with visit.workspace.transaction(visit.session.name) as session:
        sign(session, find(session, Canvas, canvas_id, product_id=product_id), visit.session.name)
    return visit.see(f"/products/{product_id}/canvas?show={canvas_id}")
