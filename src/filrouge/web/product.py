"""The page of a product: what it is for, how it is going, what needs you."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.storage.product import Product
from filrouge.streamline.registry.ledger import LedgerEntry, serving_now
from filrouge.thread.check.engine import Finding
from filrouge.web.overview import PHASES, Line, head_of, report_of, thread_line
from filrouge.web.streamline.inbox import Item, pressing
from filrouge.web.streamline.model_words import SLOTS
from filrouge.web.streamline.traffic import Traffic, traffic
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products")

_NEEDS, _ALERTS = 5, 3
"""Lines of what needs somebody, and how many of them alerts may take."""


@dataclass(frozen=True)
class ProductPage:
    """The context of the page."""

    product: Product
    line: Line
    findings: tuple[Finding, ...]
    phases: dict[str, str]
    serving: dict[str, LedgerEntry]
    slots: dict[str, str]
    traffic: Traffic | None
    alerts: tuple[Item, ...]
    """The newest that need somebody; ``room`` is left for findings of the check."""

    @property
    def room(self) -> int:
        """How many findings of the check stand beside the alerts."""
        return _NEEDS - len(self.alerts)


@router.get("/{product_id}")
def product(visit: Visiting, product_id: str) -> Response:
    """The page."""
    with visit.workspace.reading() as session:
        found, head = head_of(session, product_id)
        report = report_of(visit.workspace, session, found)
        page = ProductPage(
            found,
            thread_line(session, product_id),
            report.findings,
            PHASES,
            serving_now(session, product_id),
            SLOTS,
            traffic(session, product_id),
            pressing(session, product_id, _ALERTS),
        )
        return visit.render("product.html", page, title=found.title, product=head)
