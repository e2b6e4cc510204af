"""The steering dossier as a page to read, print, or take along as Markdown."""

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.flows.dossier import as_markdown, dossier
from filrouge.kernel.i18n import _
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")


@router.get("/dossier")
def show(visit: Visiting, product_id: str) -> Response:
    """The page."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = dossier(session, product_id)
        return visit.render("dossier.html", page, title=_("Dossier"), product=head)


@router.get("/dossier.md")
def take_along(visit: Visiting, product_id: str) -> Response:
    """The same as a file."""
    with visit.workspace.reading() as session:
        text = as_markdown(dossier(session, product_id))
    disposition = f'attachment; filename="{product_id}-dossier.md"'
    return Response(text, media_type="text/markdown", headers={"Content-Disposition": disposition})
