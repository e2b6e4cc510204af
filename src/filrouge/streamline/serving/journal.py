"""The workspace's event log, as one product's server writes it."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from filrouge.kernel.clock import SystemClock
from filrouge.storage.eventlog import EventLog, Feedback, Label, Prediction
from filrouge.streamline.serving import returns
from filrouge.streamline.serving.ports import LoggedEvent

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

    def labels(self, records: Sequence[returns.Label]) -> datetime:
        """Write labels; returns their ``recorded_at``."""
        now = SystemClock().now()
        self._events.append(
            *(
                Label(
                    product=self._product,
                    prediction_id=record.prediction_id,
                    value=record.label,
                    at=record.at or now,
                    recorded_at=now,
                    key=record.key,
                )
                for record in records
            )
        )
        return now

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

    def ids_by_key(self, keys: Sequence[str], before: datetime) -> Mapping[str, Sequence[str]]:
        """The predictions of each key in the 31 days before a time."""
        with self._reading:
            return self._events.ids_by_key(self._product, keys, before=before)

    def since(self, start: datetime) -> Iterator[LoggedEvent]:
        """What was predicted from a time on, with the labels that came, the oldest first."""
        frame = self._events.frame(self._product, start, FAR).sort("at")
        columns = ("id", "key", "label", "label_text", "labelled_at", "label_recorded_at")
        for row in frame.select(*columns, pl.col("^input_.*$")).collect().iter_rows(named=True):
            inputs = {name[6:]: value for name, value in row.items() if name.startswith("input_")}
            label = row["label_text"] if row["label"] is None else row["label"]
            yield LoggedEvent(
                row["id"], row["key"], inputs, label, row["labelled_at"], row["label_recorded_at"]
            )

    def close(self) -> None:
        """Seal this process's segment."""
        self._events.close()
