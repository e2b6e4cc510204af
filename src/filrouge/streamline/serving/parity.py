"""Parity: the features of logged predictions, recomputed by the batch path as of what was known.

The log keeps what each prediction was asked, the features it saw, and the snapshot of each source. The
batch path reads the sources whole, cuts them at the snapshot, and calls the same feature function without
the server's indexes, slices and micro-batches: what differs is a fault of one of the two.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.serving.as_known import AsKnown, Snapshot
from filrouge.streamline.serving.assemble import code_folder
from filrouge.streamline.serving.errors import NothingLogged
from filrouge.streamline.serving.features import compute
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.product_plan import plan_of

__all__ = ["TOLERANCE", "Difference", "ParityReport", "check_parity"]

TOLERANCE = 1e-9
"""Relative: sums of fractions may differ in their last digits with what else was added up."""
_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_FEATURE = "feature_"


@dataclass(frozen=True)
class Difference:
    """A feature that was not the same.

    Attributes:
        feature: its name.
        rows: how many predictions differ.
        largest: the largest difference of numbers, if they are.
        example: id of such a prediction, what was logged and what comes out now.
    """

    feature: str
    rows: int
    largest: float | None
    example: dict[str, Any]


@dataclass(frozen=True)
class ParityReport:
    """What came of the comparison.

    Attributes:
        rows: predictions compared.
        left_out: predictions that cannot be compared: the naive model answered, or a fallback stood in.
        first: time of the first compared. last: of the last.
        states: how many different states of the sources they saw.
        features: how many columns were compared.
        differences: those that were not equal; empty when all are.
        seconds: what it took.
    """

    product: str
    rows: int
    left_out: int
    first: datetime
    last: datetime
    states: int
    features: int
    differences: tuple[Difference, ...]
    seconds: float

    @property
    def equal(self) -> bool:
        """Whether every feature of every prediction was the same."""
        return not self.differences


def check_parity(workspace: Workspace, product: str, *, rows: int = 10_000) -> ParityReport:
    """Recompute the features of logged predictions and compare.

    Args:
        workspace: whose log and sources.
        product: its id.
        rows: how many predictions, spread evenly over the log.

    Raises:
        NothingLogged: no prediction can be compared.
        UnknownProduct: there is no such product.
    """
    started = time.perf_counter()
    code = ProductCode.load(code_folder(workspace, product))
    plan, log = plan_of(product, code), EventLog(workspace)
    logged, left_out = _sample(log, plan, rows)
    times = logged[f"input_{plan.time}"] if f"input_{plan.time}" in logged.columns else logged["at"]
    nodes = {source.name: code.graph[source.name] for source in plan.sources}
    known = AsKnown(plan, nodes, log, times.min(), times.max())  # type: ignore[arg-type]
    groups = logged.partition_by("snapshots", "at", maintain_order=True)
    computed = pl.concat([_recomputed(plan, known, group) for group in groups])
    compared = pl.concat(groups)
    names = [name for name in computed.columns if name != plan.key]
    found = (_difference(compared, computed[name], name) for name in names)
    return ParityReport(
        product,
        len(compared),
        left_out,
        compared["at"].min(),  # type: ignore[arg-type]
        compared["at"].max(),  # type: ignore[arg-type]
        compared["snapshots"].n_unique(),
        len(names),
        tuple(each for each in found if each),
        time.perf_counter() - started,
    )


def _sample(log: EventLog, plan: ServingPlan, rows: int) -> tuple[pl.DataFrame, int]:
    columns = ("id", "at", "snapshots", "degraded")
    wanted = pl.col("^(input|feature)_.*$")
    made = log.frame(plan.product, *_EVER).select(*columns, wanted).sort("at", "id").collect()
    whole = made.filter(~pl.col("degraded")).with_columns(pl.col("snapshots").fill_null("{}"))
    if whole.is_empty():
        raise NothingLogged(
            _("The log of '{product}' has no prediction to compare.").format(product=plan.product),
            where=plan.product,
            why=ngettext(
                "{count} was made by the naive model or with a replaced source.",
                "{count} were made by the naive model or with a replaced source.",
                len(made),
            ).format(count=len(made))
            if len(made)
            else "",
            action=_("Serve some first: filrouge serve"),
        )
    places = np.unique(np.linspace(0, len(whole) - 1, min(rows, len(whole))).astype(int))
    return whole[places], len(made) - len(whole)


def _recomputed(plan: ServingPlan, known: AsKnown, group: pl.DataFrame) -> pl.DataFrame:
    snapshots = json.loads(group["snapshots"][0])
    sources = {}
    for source in plan.sources:
        snapshot = Snapshot.parse(snapshots.get(source.name, ""))
        sources[source.name] = known.rows(source, snapshot or Snapshot(group["at"][0], None))
    events = group.select(
        (pl.col(f"input_{name}") if f"input_{name}" in group.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in plan.schema.items()
    )
    return compute(plan, sources, events, group["at"][0])


def _difference(logged: pl.DataFrame, computed: pl.Series, name: str) -> Difference | None:
    column = f"{_FEATURE}{name}"
    before = logged[column] if column in logged.columns else pl.Series([None] * len(logged))
    largest = None
    if computed.dtype.is_numeric() or computed.dtype == pl.Boolean:
        left, right = before.cast(pl.Float64), computed.cast(pl.Float64)
        far = (left - right).abs()
        size = left.abs().clip(lower_bound=1.0)
        same = (far <= TOLERANCE * size).fill_null(False) | (left.is_nan() & right.is_nan()).fill_null(False)
        largest = far.filter(~same & far.is_not_null()).max()
    else:
        left, right = before.cast(computed.dtype), computed
        same = (left == right).fill_null(False)
    same = same | (left.is_null() & right.is_null())
    if same.all():
        return None
    place = int((~same).arg_true()[0])
    example = {"prediction_id": logged["id"][place], "logged": left[place], "recomputed": right[place]}
    return Difference(name, int((~same).sum()), largest, example)  # type: ignore[arg-type]
