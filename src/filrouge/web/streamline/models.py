"""Models and deployment: versions, what serves now, the ledger, rollback (STR-18, STR-21)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from filrouge.kernel.i18n import N_, _
from filrouge.streamline.registry.ledger import LedgerEntry, ledger, rollback, serving_now
from filrouge.streamline.registry.version import ModelVersion, versions
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

SLOTS = {"champion": N_("champion"), "challenger": N_("challenger"), "naive": N_("naive")}


@dataclass(frozen=True)
class ModelsPage:
    """Versions, latest first, and the metrics that any of them has."""

    versions: tuple[ModelVersion, ...]
    metrics: tuple[str, ...]
    serving: dict[str, str]
    """Slot by version id."""
    slots: dict[str, str]


@router.get("/models")
def models(visit: Visiting, product_id: str) -> Response:
    """The versions."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        known = sorted(versions(session, product_id), key=lambda one: one.at, reverse=True)
        metrics = tuple(dict.fromkeys(name for one in known for name in one.metrics))
        serving = {entry.version_id: slot for slot, entry in serving_now(session, product_id).items()}
        page = ModelsPage(tuple(known), metrics, serving, SLOTS)
        return visit.render("streamline/models.html", page, title=_("Models"), product=head)


@dataclass(frozen=True)
class DeploymentPage:
    """What serves now, and everything that ever did, latest first."""

    serving: dict[str, LedgerEntry]
    ledger: tuple[LedgerEntry, ...]
    slots: dict[str, str]


@router.get("/deployment")
def deployment(visit: Visiting, product_id: str) -> Response:
    """What serves."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        entries = sorted(ledger(session, product_id), key=lambda one: one.from_at, reverse=True)
        page = DeploymentPage(serving_now(session, product_id), tuple(entries), SLOTS)
        return visit.render("streamline/deployment.html", page, title=_("Deployment"), product=head)


@router.post("/deployment/rollback")
def roll_back(visit: Visiting, product_id: str, why: Annotated[str, Form()]) -> Response:
    """Give the champion's slot back to the version before, with the reason."""
    with visit.workspace.transaction(visit.session.name) as session:
        rollback(session, product_id, why=why, who=visit.session.name)
    return visit.see(f"/products/{product_id}/deployment")
