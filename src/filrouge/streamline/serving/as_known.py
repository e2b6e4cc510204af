"""The sources as a logged prediction knew them, read again by the batch path."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import polars as pl

from filrouge.storage.eventlog import EventLog
from filrouge.streamline.pipelines.graph import Node
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.serving.plan import ServingPlan, StoredSource
from filrouge.streamline.serving.predicted import LABELS_LATE
from filrouge.streamline.serving.product_plan import known_by, read_source
from filrouge.streamline.serving.stores import distinct

__all__ = ["AsKnown", "Snapshot", "WholeRows"]

_RECORDED = "__recorded_at"


class Snapshot(NamedTuple):
    """What the log says of a source: as of when it was read, and the outcomes that had been fed to it.

    Example:
        >>> Snapshot.parse("arrivals@2013-03-01T00:00:00+00:00").as_of.day
        1
        >>> Snapshot.parse("weather@fallback") is None
        True
    """

    as_of: datetime
    fed_until: datetime | None

    @classmethod
    def parse(cls, text: str) -> "Snapshot | None":
        """From a prediction's ``snapshots``; none for a fallback, whose rows are not known any more."""
        _, _, moments = text.rpartition("@")
        try:
            as_of, _, fed = moments.partition("/")
            return cls(datetime.fromisoformat(as_of), datetime.fromisoformat(fed) if fed else None)
        except ValueError:
            return None


class WholeRows(NamedTuple):
    """All rows of a source that were known: nothing is sliced by key or by time."""

    node: Node
    frame: pl.DataFrame

    def needed(self, _events: pl.DataFrame, _since: datetime, until: datetime) -> pl.DataFrame:
        """Every row known until ``until``."""
        return known_by(self.node, self.frame, until)


class AsKnown:
    """Reads each source once for a period and tells what of it a prediction knew.

    Args:
        plan: of the product.
        nodes: its lookups and histories in the graph, by name.
        log: where the labels are that were fed to histories.
        first: the time of the first event. last: of the last.
    """

    def __init__(
        self, plan: ServingPlan, nodes: dict[str, Node], log: EventLog, first: datetime, last: datetime
    ) -> None:
        self._plan, self._nodes = plan, nodes
        window = Window(first - plan.past, last + timedelta(days=1))
        self._whole = {name: read_source(node, window) for name, node in nodes.items()}
        self._outcomes = _outcomes(plan, log, window) if plan.target else None

    def rows(self, source: StoredSource, snapshot: Snapshot) -> WholeRows:
        """What a source held at a snapshot."""
        node = self._nodes[source.name]
        frame = known_by(node, self._whole[source.name], snapshot.as_of)
        if snapshot.fed_until is not None and self._outcomes is not None:
            fed = self._outcomes.filter(pl.col(_RECORDED) <= snapshot.fed_until)
            renamed = fed.rename({"__known_at": source.known_at}) if source.known_at else fed
            told = renamed.select(frame.columns).cast(frame.schema)
            frame = distinct(source, pl.concat([frame, told]))
        return WholeRows(node, frame)


def _outcomes(plan: ServingPlan, log: EventLog, window: Window) -> pl.DataFrame:
    """Each label with the event that it is about, in the order in which they were recorded."""
    start = window.start.astimezone(UTC) - LABELS_LATE
    events = log.frame(plan.product, start, window.end).select("id", pl.col("^input_.*$")).collect()
    events = events.rename({name: name.removeprefix("input_") for name in events.columns})
    labels = log.labels(plan.product, start, window.end).collect()
    value = "value_text" if labels["value"].null_count() == len(labels) else "value"
    told = labels.select(
        "id", pl.col(value).alias(plan.target), __known_at="at", **{_RECORDED: "recorded_at"}
    )
    return told.join(events, on="id").sort(_RECORDED, maintain_order=True)
