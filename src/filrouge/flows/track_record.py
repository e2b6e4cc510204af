"""The track record of a product: how good its answers were, month by month, beside versions left alone.

The answers are those of the log, whichever version gave them; a version left alone scores the logged
features of the same requests, as if it had served all along. Both are judged on the labels that came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from filrouge.flows.live_rows import LiveRows, scorers_of
from filrouge.measures.metrics import METRICS
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.scorer import Scorer

__all__ = ["MonthRecord", "track_record"]

SHOWN = ("roc_auc", "average_precision")


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
    scorers = scorers_of(workspace, versions)
    months = []
    for first, last in _months(start, end):
        live = LiveRows.of(log, product_id, first, last)
        if live.rows:
            months.append(_record(first, live, scorers))
    return months


def _months(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found, first = [], start
    while first < end:
        turn = datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
        found.append((first, min(turn, end)))
        first = turn
    return found


def _record(month: datetime, live: LiveRows, scorers: dict[str, Scorer]) -> MonthRecord:
    answered = live.frame["model_version"].value_counts(sort=True)["model_version"]
    return MonthRecord(
        month=month,
        rows=live.rows,
        rate=float(live.labels.mean()),
        served=_metrics(live, live.served),
        alone={name: _metrics(live, scorer.score(live.features)) for name, scorer in scorers.items()},
        versions=tuple(answered),
    )


def _metrics(live: LiveRows, scores: Any) -> dict[str, float | None]:
    return {name: METRICS[name](live.labels, scores) for name in SHOWN}
