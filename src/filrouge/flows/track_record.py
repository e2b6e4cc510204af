"""The track record of a product: how good its answers were, month by month, beside versions left alone.

The answers are those of the log, whichever version gave them; a version left alone scores the logged
features of the same requests, as if it had served all along. Both are judged on the labels that came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filrouge.measures.performance import PERFORMANCE
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.scorer import load_scorer
from filrouge.streamline.registry.version import version_named

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MonthRecord", "track_record"]

METRICS = ("roc_auc", "average_precision")


@dataclass(frozen=True)
class MonthRecord:
    """One month of labelled answers.

    Attributes:
        month: its first moment, UTC, by the time of the prediction.
        rows: labelled predictions.
        rate: share of positive labels.
        served: metrics of the answers that were given.
        alone: metrics of each version left alone, by its id.
        versions: the versions that answered, most answers first.
    """

    month: datetime
    rows: int
    rate: float
    served: dict[str, float | None]
    alone: dict[str, dict[str, float | None]]
    versions: tuple[str, ...]


def track_record(
    workspace: Workspace,
    product_id: str,
    start: datetime,
    end: datetime,
    *,
    versions: Sequence[str] = (),
    log: EventLog | None = None,
) -> list[MonthRecord]:
    """Judge the labelled predictions of a period, month by month.

    Args:
        workspace: where the product lives.
        product_id: the product; its package must be importable when a version holds its classes.
        start: first moment of predictions; ``end`` is excluded.
        versions: versions to score on the same requests.
        log: the log to read; the workspace's by default.

    Raises:
        UnknownVersion: there is no such version.
    """
    log = log or EventLog(workspace)
    with workspace.reading() as session:
        rows = [version_named(session, identifier) for identifier in versions]
    scorers = {row.id: load_scorer(workspace.artifacts, row) for row in rows}
    months = []
    for first, last in _months(start, end):
        frame = _labelled(log, product_id, first, last)
        if not frame.is_empty():
            months.append(_record(first, frame, scorers))
    return months


def _months(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found, first = [], start
    while first < end:
        turn = datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
        found.append((first, min(turn, end)))
        first = turn
    return found


def _labelled(log: EventLog, product_id: str, first: datetime, last: datetime) -> "pl.DataFrame":
    import polars as pl

    wanted = pl.col("label").is_not_null() & pl.col("score").is_not_null()
    return log.frame(product_id, first, last).filter(wanted).collect()


def _record(month: datetime, frame: "pl.DataFrame", scorers: dict[str, Any]) -> MonthRecord:
    import polars as pl

    labels = frame["label"].to_numpy()
    features = frame.select(pl.col("^feature_.*$").name.map(lambda name: name.removeprefix("feature_")))
    answered = frame["model_version"].value_counts(sort=True)["model_version"]
    return MonthRecord(
        month=month,
        rows=frame.height,
        rate=float(labels.mean()),
        served={name: PERFORMANCE[name](labels, frame["score"].to_numpy()) for name in METRICS},
        alone={
            identifier: {name: PERFORMANCE[name](labels, scores) for name in METRICS}
            for identifier, scores in ((key, scorer.score(features)) for key, scorer in scorers.items())
        },
        versions=tuple(answered),
    )
