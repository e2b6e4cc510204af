"""Products over JSON: list, start, rename; their check, and the whole of one as ``product.yaml``."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from filrouge.flows.product_yaml import export_product
from filrouge.kernel.i18n import _
from filrouge.scale.retirement import by_checklist, retire
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.people import start_product
from filrouge.storage.editing import edit
from filrouge.storage.history import expect_revision
from filrouge.storage.product import Phase, Product, product_named
from filrouge.web.allowed import need_of
from filrouge.web.api.artefacts import as_json, body_of, revision_of
from filrouge.web.api.schemas import TEXT, BadBody, body_schema, check_body
from filrouge.web.overview import report_of
from filrouge.web.visit import Editing, Visiting

__all__ = ["NEW_PRODUCT", "product_changes", "router"]

router = APIRouter(prefix="/api/v1/products")

NEW_PRODUCT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": TEXT},
        "summary": {"type": "string", "pattern": TEXT},
    },
    "required": ["title"],
    "additionalProperties": False,
}


def product_changes() -> dict[str, Any]:
    """What a change of a product may hold: its fields, and why it retires although points are open."""
    changes = body_schema(Product, new=False)
    reason = {
        "type": "string",
        "pattern": TEXT,
        "maxLength": 400,
        "description": "With the phase retired: why, although points of the checklist are open.",
    }
    return {**changes, "properties": {**changes["properties"], "reason": reason}}


@router.get("")
def products(visit: Visiting) -> Response:
    """The products that one may see."""
    seen = visit.session.access.seen
    with visit.workspace.reading() as session:
        query = select(Product).where(Product.archived_at.is_(None), seen(Product.id)).order_by(Product.id)
        return JSONResponse({"items": [as_json(one) for one in session.scalars(query)]})


@router.post("")
async def start(visit: Editing, request: Request) -> Response:
    """Start a product; its id is made of its title."""
    fields = check_body(await body_of(request), NEW_PRODUCT)

    def act() -> Response:
        with visit.workspace.transaction(visit.session.name) as session:
            made = start_product(session, fields["title"], visit.session.account_id)
            if fields.get("summary"):
                edit(session, made, summary=fields["summary"])
            return JSONResponse(as_json(made), 201, headers={"ETag": f'"{made.revision}"'})

    return await run_in_threadpool(act)


@router.get("/{product_id}")
def product(visit: Visiting, product_id: str) -> Response:
    """One product."""
    with visit.workspace.reading() as session:
        found = product_named(session, product_id)
        return JSONResponse(as_json(found), headers={"ETag": f'"{found.revision}"'})


@router.patch("/{product_id}")
async def rename(visit: Editing, product_id: str, request: Request) -> Response:
    """Change what is said of a product; it retires by its checklist, or for a reason."""
    fields = check_body(await body_of(request), product_changes())
    reason = fields.pop("reason", "")
    visit.require(need_of("product", fields))
    revision = revision_of(request)

    def act() -> Response:
        with visit.workspace.transaction(visit.session.name) as session:
            found = product_named(session, product_id)
            expect_revision(found, revision)
            if reason and str(fields.get("phase", "")).strip() != Phase.RETIRED:
                raise BadBody(
                    _("Only what retires takes a reason."),
                    where="reason",
                    action=_('Send it with "phase": "retired".'),
                )
            if reason:
                retire(session, product_id, who=visit.session.name, reason=reason)
            by_checklist(session, found, fields)
            edit(session, found, **fields)
            return JSONResponse(as_json(found), headers={"ETag": f'"{found.revision}"'})

    return await run_in_threadpool(act)


@router.get("/{product_id}/check")
def findings(visit: Visiting, product_id: str) -> Response:
    """The findings of the check, as ``filrouge check --format json`` writes them."""
    with visit.workspace.reading() as session:
        return JSONResponse(report_of(visit.workspace, session, product_named(session, product_id)).as_dict())


@router.get("/{product_id}/product.yaml")
def whole(visit: Visiting, product_id: str) -> Response:
    """The product as ``filrouge export`` writes it."""
    with visit.workspace.reading() as session:
        text = export_product(session, product_id)
    with visit.writing() as session:
        record(session, "export.taken", product_id, product_id=product_id, form="product.yaml")
    return PlainTextResponse(text, media_type="application/yaml")
