"""The badge of a product: the one picture that needs no session, so that a README can show it.

It tells counts, no names and no texts, and never runs a check: it shows the last result, with its day when
something changed since.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.kernel.figures import day
from filrouge.storage.product import Product
from filrouge.thread.check.badge import badge
from filrouge.web.visit import Everybody

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")


@router.get("/badge.svg", dependencies=[Everybody])
def picture(request: Request, product_id: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """The counts of the last check; a product that does not exist looks like one that was never checked."""
    workspace = request.app.state.workspace
    drawn = badge(None)
    with workspace.reading() as session:
        product = session.get(Product, product_id)
        if product is not None and product.archived_at is None:
            known = bootstrap.checker(workspace).known(session, [product])[product.id]
            found = known.result
            if found is not None:
                counts = {"error": found.errors, "warning": found.warnings, "info": found.infos}
                drawn = badge(counts, as_of="" if known.fresh else day(found.seen_at))
    tag = f'"{hashlib.sha256(drawn.encode()).hexdigest()[:16]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Cross-Origin-Resource-Policy": "cross-origin"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(drawn, media_type="image/svg+xml", headers=headers)
