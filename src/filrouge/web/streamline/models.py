"""Models: every version with its metrics, the ledger over time, versions side by side (STR-18, STR-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.kernel.i18n import _
from filrouge.measures.metrics import LOWER_IS_BETTER
from filrouge.streamline.registry.ledger import ledger, serving_now
from filrouge.streamline.registry.version import ModelVersion, UnknownVersion, version_named, versions
from filrouge.web.overview import head_of
from filrouge.web.streamline.ledger_line import LedgerLine, ledger_line
from filrouge.web.streamline.model_words import SLOTS
from filrouge.web.visit import Visiting

__all__ = ["router", "version_of"]

router = APIRouter(prefix="/products/{product_id}/models")


@dataclass(frozen=True)
class ModelsPage:
    """Versions, latest first, and the metrics that any of them has."""

    versions: tuple[ModelVersion, ...]
    metrics: tuple[str, ...]
    best: dict[str, float]
    """Best value of each metric, to mark it."""
    serving: dict[str, tuple[str, ...]]
    """Slots by version id."""
    slots: dict[str, str]
    line: LedgerLine | None
    has_code: bool


@router.get("")
def models(visit: Visiting, product_id: str) -> Response:
    """The versions."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        known = sorted(versions(session, product_id), key=lambda one: one.recorded_at, reverse=True)
        metrics = tuple(dict.fromkeys(name for one in known for name in one.metrics))
        page = ModelsPage(
            tuple(known),
            metrics,
            _best(known, metrics),
            slots_held(session, product_id),
            SLOTS,
            ledger_line(ledger(session, product_id), visit.workspace.clock.now()),
            bool(product.code),
        )
        return visit.render("streamline/models.html", page, title=_("Models"), product=head)


@dataclass(frozen=True)
class ComparePage:
    """Versions side by side: a row for each thing that can differ."""

    versions: tuple[ModelVersion, ...]
    others: tuple[ModelVersion, ...]
    """What could stand beside them."""
    serving: dict[str, tuple[str, ...]]
    slots: dict[str, str]
    metrics: tuple[str, ...]
    best: dict[str, float]
    params: tuple[str, ...]
    features: tuple[tuple[str, tuple[bool, ...]], ...]
    """The features that some have and others have not."""
    slices: tuple[tuple[str, str, tuple[float | None, ...]], ...]
    """Column, value and the first metric of each version."""


@router.get("/compare")
def compare(visit: Visiting, product_id: str, v: Annotated[list[str], Query()] = []) -> Response:  # noqa: B006
    """Versions side by side."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        chosen = [version_of(session, product_id, one) for one in dict.fromkeys(v)]
        metrics = tuple(dict.fromkeys(name for one in chosen for name in one.metrics))
        others = tuple(one for one in versions(session, product_id) if one not in chosen)
        page = ComparePage(
            tuple(chosen),
            others,
            slots_held(session, product_id),
            SLOTS,
            metrics,
            _best(chosen, metrics),
            tuple(dict.fromkeys(name for one in chosen for name in one.params)),
            _features(chosen),
            _slices(chosen, metrics[0]) if metrics else (),
        )
        return visit.render("streamline/compare.html", page, title=_("Versions side by side"), product=head)


def version_of(session: Session, product_id: str, version_id: str) -> ModelVersion:
    """A version of this product.

    Raises:
        UnknownVersion: there is none.
    """
    found = version_named(session, version_id)
    if found.product_id != product_id:
        raise UnknownVersion(_("This product has no version “{version}”.").format(version=version_id))
    return found


def slots_held(session: Session, product_id: str) -> dict[str, tuple[str, ...]]:
    """By version, the slots that it holds now."""
    held: dict[str, tuple[str, ...]] = {}
    for slot, entry in serving_now(session, product_id).items():
        held[entry.version_id] = (*held.get(entry.version_id, ()), slot)
    return held


def _best(known: Sequence[ModelVersion], metrics: Sequence[str]) -> dict[str, float]:
    best: dict[str, float] = {}
    for name in metrics:
        values = [one.metrics[name] for one in known if name in one.metrics]
        if len(values) > 1:
            best[name] = (min if name in LOWER_IS_BETTER else max)(values)
    return best


def _features(chosen: Sequence[ModelVersion]) -> tuple[tuple[str, tuple[bool, ...]], ...]:
    every = dict.fromkeys(name for one in chosen for name in one.feature_names)
    rows = ((name, tuple(name in one.feature_names for one in chosen)) for name in every)
    return tuple(row for row in rows if not all(row[1]))


def _slices(
    chosen: Sequence[ModelVersion], metric: str
) -> tuple[tuple[str, str, tuple[float | None, ...]], ...]:
    """Where the versions differ most comes first."""
    names = dict.fromkeys(
        (column, value) for one in chosen for column, values in one.slices.items() for value in values
    )
    rows = [
        (column, value, tuple(one.slices.get(column, {}).get(value, {}).get(metric) for one in chosen))
        for column, value in names
    ]

    def gap(row: tuple[str, str, tuple[float | None, ...]]) -> float:
        known = [value for value in row[2] if value is not None]
        return max(known) - min(known) if len(known) > 1 else 0.0

    return tuple(sorted(rows, key=gap, reverse=True))
