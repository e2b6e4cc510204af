"""A model version: where it comes from, how good it is and for whom, what it takes, where it served."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from filrouge import bootstrap
from filrouge.measures.metrics import LOWER_IS_BETTER
from filrouge.streamline.pipelines.runs import Run, steps_of
from filrouge.streamline.registry.ledger import LedgerEntry, promote
from filrouge.streamline.registry.version import ModelVersion, versions
from filrouge.thread.nodes import Node
from filrouge.thread.ref import Ref
from filrouge.web.overview import head_of
from filrouge.web.places import place_of
from filrouge.web.streamline.graph_drawing import Drawing, Pin
from filrouge.web.streamline.lineage import lineage
from filrouge.web.streamline.model_words import CHANGES, SLOTS
from filrouge.web.streamline.models import slots_held, version_of
from filrouge.web.visit import Maintaining, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/models")


@dataclass(frozen=True)
class SliceTable:
    """The values of a column, weakest first."""

    column: str
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, dict[str, float]], ...]
    first: str
    """The metric that orders the rows."""
    overall: float | None


@dataclass(frozen=True)
class VersionPage:
    """The context of the page."""

    version: ModelVersion
    drawing: Drawing
    pins: dict[str, Pin]
    run: Run | None
    hypothesis: Node | None
    hypothesis_place: str
    slices: tuple[SliceTable, ...]
    lower: frozenset[str]
    """Metrics of which less is better."""
    served: tuple[LedgerEntry, ...]
    held: tuple[str, ...]
    others: tuple[ModelVersion, ...]
    slots: dict[str, str]
    changes: dict[str, str]
    tracking: str
    """Address of the tracking store, for ``mlflow ui``."""


@router.get("/{version_id:path}")
def model_version(visit: Visiting, product_id: str, version_id: str) -> Response:
    """One version."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        found = version_of(session, product_id, version_id)
        page = _page(visit, session, found)
        title = found.name
        return visit.render("streamline/model_version.html", page, title=title, product=head)


@router.post("/{version_id:path}/promote")
def promoted(
    visit: Maintaining,
    product_id: str,
    version_id: str,
    slot: Annotated[str, Form()],
    why: Annotated[str, Form()],
) -> Response:
    """Put the version in a slot, with the reason."""
    with visit.workspace.transaction(visit.session.name) as session:
        found = version_of(session, product_id, version_id)
        promote(session, product_id, slot, found.id, who=visit.session.name, why=why)
        place = place_of(found.ref, product_id)
    response = visit.see(place)
    response.background = BackgroundTask(bootstrap.mirror, visit.workspace, product_id)
    return response


def _page(visit: Visit, session: Session, found: ModelVersion) -> VersionPage:
    run = session.get(Run, found.run_id)
    entries = select(LedgerEntry).where(LedgerEntry.version_id == found.id).order_by(LedgerEntry.from_at)
    served = tuple(session.scalars(entries))
    hypothesis = _hypothesis(session, found)
    targets = list(run.targets) if run else []
    drawing, pins = lineage(
        found, steps_of(session, found.run_id), targets, served, hypothesis, visit.workspace.clock.now()
    )
    return VersionPage(
        version=found,
        drawing=drawing,
        pins=pins,
        run=run,
        hypothesis=hypothesis,
        hypothesis_place=place_of(hypothesis.ref, found.product_id) if hypothesis else "",
        slices=tuple(_slice_table(column, values, found.metrics) for column, values in found.slices.items()),
        lower=frozenset(LOWER_IS_BETTER),
        served=served,
        held=slots_held(session, found.product_id).get(found.id, ()),
        others=tuple(one for one in versions(session, found.product_id) if one.id != found.id),
        slots=SLOTS,
        changes=CHANGES,
        tracking=visit.workspace.settings.storage.tracking,
    )


def _hypothesis(session: Session, found: ModelVersion) -> Node | None:
    if not found.hypothesis:
        return None
    ref = Ref.parse(found.hypothesis)
    return bootstrap.nodes().named(session, [ref]).get(ref)


def _slice_table(column: str, values: dict[str, Any], overall: dict[str, float]) -> SliceTable:
    metrics = tuple(name for name in overall if any(name in found for found in values.values()))
    first = metrics[0] if metrics else "rows"
    sign = -1 if first in LOWER_IS_BETTER else 1
    rows = sorted(values.items(), key=lambda item: sign * item[1].get(first, float("inf") * sign))
    return SliceTable(column, metrics, tuple(rows), first, overall.get(first))
