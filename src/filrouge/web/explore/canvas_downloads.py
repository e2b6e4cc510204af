"""A canvas, or a version of it, as a file: PDF, PNG or Markdown, made without a browser."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.explore.canvas import Canvas
from filrouge.flows.canvas_paper import as_markdown, canvas_paper, typeset_canvas
from filrouge.storage.editing import find
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas/{canvas_id}")

_TYPES = {"pdf": "application/pdf", "png": "image/png", "md": "text/markdown; charset=utf-8"}


@router.get("/download")
def download(
    visit: Visiting,
    product_id: str,
    canvas_id: str,
    format: Literal["pdf", "png", "md"] = "pdf",
    size: Literal["a4", "a3"] = "a4",
    version: int | None = None,
) -> Response:
    """The file, in the language of the page."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        paper = canvas_paper(session, canvas, version)
    if format == "md":
        made = as_markdown(paper).encode()
    else:
        made = typeset_canvas(bootstrap.typesetter(), paper, format=format, size=size)
    name = f'attachment; filename="{paper.name}.{format}"'
    return Response(made, media_type=_TYPES[format], headers={"Content-Disposition": name})
