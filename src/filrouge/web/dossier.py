"""The steering dossier as a page to read, print, or take along as PDF or Markdown."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.flows.dossier import as_markdown, dossier, typeset_dossier
from filrouge.kernel.i18n import _
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

_TYPES = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}


@router.get("/dossier")
def show(visit: Visiting, product_id: str) -> Response:
    """The page."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = dossier(session, product_id)
        return visit.render("dossier.html", page, title=_("Dossier"), product=head)


@router.get("/dossier.{ending}")
def take_along(visit: Visiting, product_id: str, ending: Literal["md", "pdf"]) -> Response:
    """The same as a file."""
    with visit.workspace.reading() as session:
        found = dossier(session, product_id)
    made = typeset_dossier(bootstrap.typesetter(), found) if ending == "pdf" else as_markdown(found).encode()
    disposition = f'attachment; filename="{product_id}-dossier.{ending}"'
    return Response(made, media_type=_TYPES[ending], headers={"Content-Disposition": disposition})
