"""The portfolio: every product, how it is going, what needs somebody.

Nothing is checked while the page is made: it shows the last result of each product, and says of which day it
is when something changed since. Old results are renewed afterwards, a few at a time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.flows.indicators import reached
from filrouge.kernel.i18n import _
from filrouge.organize.indicators import Indicator, Layer
from filrouge.storage.accounts.people import start_product
from filrouge.storage.accounts.roles import Access
from filrouge.storage.product import Phase, Product
from filrouge.thread.check.results import CheckResult
from filrouge.thread.stations import StationState
from filrouge.web.explore.workshops.attend import is_guest, own_room
from filrouge.web.figures import Figure, figure_of
from filrouge.web.overview import STYLES
from filrouge.web.search import like
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter()
_EACH = 30
"""Products on a page."""
_BUDGET_S = 0.4
"""How long one request renews results."""


@dataclass(frozen=True)
class Entry:
    """A product of the portfolio."""

    product: Product
    indicator: str
    figure: Figure
    result: CheckResult | None
    """The last check that was kept; none before the first."""
    fresh: bool
    styles: tuple[str, ...]
    """How each station of the thread is drawn."""

    @property
    def broken(self) -> int:
        """How many stations are broken."""
        return self.styles.count("broken")

    @property
    def started(self) -> bool:
        """Whether the product has reached any station."""
        return any(style != "ahead" for style in self.styles)


@dataclass(frozen=True)
class PortfolioPage:
    """The context of the page."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int
    query: str
    retired: int
    """How many retired products are not shown."""
    shows_retired: bool

    @property
    def stale(self) -> int:
        """How many results on this page are old, or missing."""
        return sum(not entry.fresh for entry in self.entries)


@router.get("/")
def portfolio(visit: Visiting, page: int = 1, q: str = "", retired: bool = False) -> Response:
    """The products that are not archived, those that were changed last first; retired ones when asked for.

    The guest of a workshop, who sees none, is led back to its room.
    """
    words = q.strip()[:100]
    with visit.workspace.reading() as session:
        if is_guest(visit):
            return visit.see(own_room(session, visit))
        access = visit.session.access
        found, total = _shown(session, access, page, words, retired=retired)
        hidden = 0 if retired else _shown(session, access, 1, words, retired=True)[1] - total
        pages = max(1, -(-total // _EACH))
        known = bootstrap.checker(visit.workspace).known(session, found)
        mains = _mains(session, found)
        entries = []
        for product in found:
            result = known[product.id].result
            indicator, figure = mains.get(product.id, ("", Figure()))
            styles = tuple(STYLES[StationState(state)] for state in (result.stations if result else ()))
            entries.append(Entry(product, indicator, figure, result, known[product.id].fresh, styles))
        context = PortfolioPage(
            tuple(entries), total, max(1, min(page, pages)), pages, words, hidden, retired
        )
        return visit.render("portfolio.html", context, title=_("Portfolio"))


@router.post("/portfolio/renew")
def renew(
    visit: Editing,
    page: Annotated[int, Form()] = 1,
    q: Annotated[str, Form()] = "",
    retired: Annotated[bool, Form()] = False,
) -> Response:
    """Check again what changed since its last check, as far as the time of one request goes."""
    judge = bootstrap.checker(visit.workspace)
    with visit.workspace.reading() as session:
        found, _total = _shown(session, visit.session.access, page, q.strip()[:100], retired=retired)
        stale = [name for name, known in judge.known(session, found).items() if not known.fresh]
    end = time.monotonic() + _BUDGET_S
    for name in stale:
        judge.run(visit.workspace, name, visit.session.name)
        if time.monotonic() > end:
            break
    asked = {"page": str(page), "q": q} | ({"retired": "1"} if retired else {})
    return visit.see(f"/?{urlencode(asked)}")


@router.post("/products")
def start(visit: Editing, title: Annotated[str, Form()] = "") -> Response:
    """Create a product, and go to it."""
    with visit.workspace.transaction(visit.session.name) as session:
        product = start_product(session, title, visit.session.account_id)
    return visit.see(f"/products/{product.id}")


def _shown(
    session: Session, access: Access, page: int, words: str, *, retired: bool
) -> tuple[list[Product], int]:
    here: list[ColumnElement[bool]] = [Product.archived_at.is_(None), access.seen(Product.id)]
    if not retired:
        here.append(Product.phase != Phase.RETIRED)
    if words:
        here.append(like(Product.title, words))
    total = session.scalar(select(func.count()).select_from(Product).where(*here)) or 0
    last = max(1, -(-total // _EACH))
    query = select(Product).where(*here).order_by(Product.updated_at.desc(), Product.id)
    query = query.offset((max(1, min(page, last)) - 1) * _EACH).limit(_EACH)
    return list(session.scalars(query)), total


def _mains(session: Session, products: Sequence[Product]) -> dict[str, tuple[str, Figure]]:
    """Name and figure of the main indicator of each product that has one."""
    query = select(Indicator).where(
        Indicator.product_id.in_([one.id for one in products]),
        Indicator.layer == Layer.MAIN,
        Indicator.archived_at.is_(None),
    )
    found = {}
    for main in session.scalars(query):
        (one,) = reached(session, str(main.product_id), only=main)
        found[str(main.product_id)] = (main.title, figure_of(one))
    return found
