"""The canvas as a table, and its data sources and activation with everything that is asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.explore.canvas import (
    BoxContent,
    Canvas,
    CanvasState,
    Content,
    DataSource,
    boxes_of,
    canvas_board,
    canvas_state,
    content_of,
)
from filrouge.explore.canvas.data_sources import STOP
from filrouge.explore.canvas.renewal import OFTEN, renewal_hours
from filrouge.explore.canvas.words import AVAILABILITY, FIELDS, FREQUENCIES, NECESSITY, VECTORS, word_for
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import find
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas/{canvas_id}")

_WORDS: dict[str, dict[Any, str]] = {
    "necessity": NECESSITY,
    "availability": AVAILABILITY,
    "vector": VECTORS,
    "frequency": FREQUENCIES,
    "personal_data": {True: N_("yes"), False: N_("no")},
    "refresh": OFTEN,
    "fallback": {STOP: N_("it rather stops")},
}


@dataclass(frozen=True)
class TablePage:
    """The canvas, box by box."""

    canvas: Canvas
    content: Content
    boxes: tuple[BoxContent, ...]
    fields: Mapping[str, str]

    word = staticmethod(word_for)


@router.get("/table")
def table(visit: Visiting, product_id: str, canvas_id: str) -> Response:
    """The canvas as a table: for narrow screens, and to be read aloud."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        content = content_of(session, canvas)
        page = TablePage(canvas, content, boxes_of(content), FIELDS)
        head = head_of(session, product_id)[1]
        return visit.render(
            "explore/canvas_table.html", page, title=f"{_('Canvas')} · {canvas.title}", product=head
        )


@dataclass(frozen=True)
class DetailsPage:
    """Sources and activation."""

    canvas: Canvas
    state: CanvasState
    sources: tuple[DataSource, ...]
    words: Mapping[str, Mapping[Any, str]]
    fields: Mapping[str, str]

    word = staticmethod(word_for)
    hours = staticmethod(renewal_hours)


@router.get("/details")
def details(visit: Visiting, product_id: str, canvas_id: str) -> Response:
    """What is asked of each data source (EXP-7), and of the activation (EXP-8)."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        board = canvas_board(session, canvas)
        sources = tuple(source for view in board for source in view.sources)
        page = DetailsPage(canvas, canvas_state(canvas, board), sources, _WORDS, FIELDS)
        head = head_of(session, product_id)[1]
        title = f"{_('Sources and activation')} · {canvas.title}"
        return visit.render("explore/canvas_details.html", page, title=title, product=head)
