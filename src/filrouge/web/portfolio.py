"""The portfolio: every product, how it is going, what needs somebody."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import select
from starlette.responses import Response

from filrouge.kernel.i18n import _
from filrouge.storage.accounts.people import account_named, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.product import Phase, Product, create_product
from filrouge.thread.check.engine import Finding
from filrouge.web.overview import Line, head_of, report_of, thread_line
from filrouge.web.visit import Editing, ProductHead, Visiting

__all__ = ["router"]

router = APIRouter()


@dataclass(frozen=True)
class Entry:
    """A product of the portfolio."""

    product: Product
    head: ProductHead
    line: Line
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PortfolioPage:
    """The context of the page."""

    entries: tuple[Entry, ...]
    retired: int
    """How many retired products are not shown."""
    shows_retired: bool


@router.get("/")
def portfolio(visit: Visiting, retired: bool = False) -> Response:
    """All products that are not archived; retired ones when they are asked for."""
    seen = visit.session.access.seen
    with visit.workspace.reading() as session:
        query = (
            select(Product)
            .where(Product.archived_at.is_(None), seen(Product.id))
            .order_by(Product.updated_at.desc())
        )
        found = list(session.scalars(query))
        entries = []
        for product in found if retired else [one for one in found if one.phase != Phase.RETIRED]:
            report = report_of(visit.workspace, session, product)
            line = thread_line(session, product.id)
            entries.append(Entry(product, head_of(session, product.id)[1], line, report.findings))
        return visit.render(
            "portfolio.html",
            PortfolioPage(tuple(entries), len(found) - len(entries), retired),
            title=_("Portfolio"),
        )


@router.post("/products")
def start(visit: Editing, title: Annotated[str, Form()] = "") -> Response:
    """Create a product, and go to it."""
    with visit.workspace.transaction(visit.session.name) as session:
        product = create_product(session, title)
        if visit.session.account_id:
            join(session, product.id, account_named(session, visit.session.account_id), Role.ADMIN)
    return visit.see(f"/products/{product.id}")
