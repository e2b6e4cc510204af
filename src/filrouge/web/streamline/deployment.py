"""Deployment: what serves now, the ledger, rollback (STR-18)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.background import BackgroundTask
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.kernel.i18n import _
from filrouge.streamline.registry.ledger import LedgerEntry, ledger, rollback, serving_now
from filrouge.web.overview import head_of
from filrouge.web.streamline.model_words import SLOTS
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/deployment")


@dataclass(frozen=True)
class DeploymentPage:
    """What serves now, and everything that ever did, latest first."""

    serving: dict[str, LedgerEntry]
    ledger: tuple[LedgerEntry, ...]
    slots: dict[str, str]


@router.get("")
def deployment(visit: Visiting, product_id: str) -> Response:
    """What serves."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        entries = sorted(ledger(session, product_id), key=lambda one: one.from_at, reverse=True)
        page = DeploymentPage(serving_now(session, product_id), tuple(entries), SLOTS)
        return visit.render("streamline/deployment.html", page, title=_("Deployment"), product=head)


@router.post("/rollback")
def roll_back(visit: Visiting, product_id: str, why: Annotated[str, Form()]) -> Response:
    """Give the champion's slot back to the version before, with the reason."""
    with visit.workspace.transaction(visit.session.name) as session:
        rollback(session, product_id, why=why, who=visit.session.name)
    response = visit.see(f"/products/{product_id}/deployment")
    response.background = BackgroundTask(bootstrap.mirror, visit.workspace, product_id)
    return response
