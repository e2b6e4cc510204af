"""The workspace's event log, as one product's server writes it."""

import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from filrouge.kernel.clock import SystemClock
from filrouge.storage.eventlog import EventLog, Feedback, Label, Prediction
from filrouge.streamline.serving import returns

__all__ = ["Journal"]


FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Journal:
    """Writes predictions, labels and feedback of a product.

    Args:
        events: the workspace's log; one for a process.
        product: id.
        durable: whether an append waits for the disk.
    """

    def __init__(self, events: EventLog, product: str, *, durable: bool = False) -> None:
        self._events, self._product, self.blocking = events, product, durable
        self._reading = threading.Lock()

    def predictions(self, records: Sequence[Prediction]) -> None:
        """Write predictions; they are durable when this returns."""
        self._events.append(*records)

    def labels(self, records: Sequence[returns.Label]) -> None:
        """Write labels."""
        now = SystemClock().now()
        self._events.append(
            *(
                Label(
                    product=self._product,
                    prediction_id=record.prediction_id,
                    value=record.label,
                    at=record.at or now,
                    recorded_at=now,
                )
                for record in records
            )
        )

    def feedback(self, records: Sequence[returns.Feedback]) -> None:
        """Write feedback."""
        now = SystemClock().now()
        self._events.append(
            *(
                Feedback(
                    product=self._product,
                    prediction_id=record.prediction_id,
                    verdict=record.verdict,
                    at=record.at or now,
                    recorded_at=now,
                    by=record.by,
                    note=record.note,
                )
                for record in records
            )
        )

    def known(self, prediction_ids: Collection[str]) -> set[str]:
        """Those of the predictions that the log holds."""
        with self._reading:
            return self._events.known(self._product, prediction_ids)

    def labelled(self, since: datetime) -> Sequence[tuple[Mapping[str, Any], Any, datetime]]:
        """What the predictions since a time were about, what became of them, and when that was known."""
        frame = self._events.frame(self._product, since, FAR).filter(pl.col("label").is_not_null())
        rows = frame.select("label", "labelled_at", pl.col("^input_.*$")).collect().to_dicts()
        return [
            (
                {name[6:]: value for name, value in row.items() if name.startswith("input_")},
                row["label"],
                row["labelled_at"],
            )
            for row in rows
        ]

    def close(self) -> None:
        """Seal this process's segment."""
        self._events.close()


def _inputs(row: Mapping[str, Any]) -> dict[str, Any]:
    start = "input_"
    return {name[len(start) :]: value for name, value in row.items() if name.startswith(start)}
