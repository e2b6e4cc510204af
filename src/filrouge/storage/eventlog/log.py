"""``EventLog``: the door of the event log."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filrouge.kernel.clock import SystemClock, as_utc
from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import time_of
from filrouge.storage.eventlog.compactor import CompactionReport, compact
from filrouge.storage.eventlog.frames import joined
from filrouge.storage.eventlog.reader import View, parts_between, read_segment, scan_parts, take_view
from filrouge.storage.eventlog.records import Feedback, Label, Prediction, Record, Value
from filrouge.storage.eventlog.segments import segment_files
from filrouge.storage.eventlog.writer import LogWriter
from filrouge.storage.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EventLog", "UnknownLogColumn", "UnknownPrediction"]

_LOOK_BACK = timedelta(days=31)


class UnknownPrediction(FilrougeError):
    """A label or feedback names a prediction that was never logged."""

    code = "eventlog.unknown-prediction"
    status = 404


class UnknownLogColumn(FilrougeError):
    """The log has no such column."""

    code = "eventlog.unknown-column"


class EventLog:
    """Predictions, labels and feedback of a workspace. Cheap to make; keep one for a process.

    Args:
        workspace: whose log it is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.log_folder
        self._tail = _TailIndex(workspace.log_folder)

    @cached_property
    def writer(self) -> LogWriter:
        """This process's writer; it needs no database."""
        return LogWriter(self._folder, self._workspace.settings.log)

    def append(self, *records: Record) -> None:
        """Write records, all or none; they are acknowledged when this returns.

        Raises:
            LogFull: there is no room.
        """
        self.writer.append(*records)

    def label(
        self,
        product: str,
        value: Value,
        *,
        prediction_id: str = "",
        key: str = "",
        at: datetime | None = None,
    ) -> list[str]:
        """Record what really happened, for one prediction or for all those of a key.

        Args:
            at: when it became known; now, by the workspace's clock, by default.

        Returns:
            The ids of the labelled predictions.

        Raises:
            UnknownPrediction: no such prediction, or none of this key in the 31 days before ``at``.
        """
        when = as_utc(at or self._workspace.clock.now())
        if prediction_id:
            ids = sorted(self.known(product, [prediction_id]))
        else:
            ids = self.ids_by_key(product, [key], before=when).get(key, [])
        if not ids:
            raise _unknown(product, prediction_id, key)
        now = SystemClock().now()
        common = {"product": product, "value": value, "at": when, "recorded_at": now, "key": key}
        self.append(*[Label(prediction_id=identifier, **common) for identifier in ids])  # type: ignore[arg-type]
        return ids

    def feedback(
        self,
        product: str,
        prediction_id: str,
        verdict: str,
        *,
        by: str = "",
        note: str = "",
        value: float | None = None,
        at: datetime | None = None,
    ) -> None:
        """Record what a person made of a prediction.

        Raises:
            UnknownPrediction: there is no such prediction.
        """
        if not self.known(product, [prediction_id]):
            raise _unknown(product, prediction_id)
        when = as_utc(at or self._workspace.clock.now())
        what = {"product": product, "prediction_id": prediction_id, "verdict": verdict}
        self.append(Feedback(**what, by=by, note=note, value=value, at=when, recorded_at=SystemClock().now()))

    def known(self, product: str, ids: Iterable[str]) -> set[str]:
        """Which of these prediction ids were logged: the segments' tail first, then the ids' own days."""
        wanted = set(ids)
        found = self._tail.known(product, wanted)
        days: dict[date, set[str]] = {}
        for identifier in wanted - found:
            try:
                days.setdefault(time_of(identifier).date(), set()).add(identifier)
            except (ValueError, OverflowError):
                continue
        for day, some in days.items():
            # Around midnight the id's millisecond and the record's microsecond agree: one day is enough.
            found |= set(self._compacted(product, day, day, "id", sorted(some))["id"])
        return found

    def ids_by_key(
        self, product: str, keys: Sequence[str], *, before: datetime, look_back: timedelta = _LOOK_BACK
    ) -> dict[str, list[str]]:
        """The ids of the predictions of each key, the oldest first, of ``look_back`` before ``before``."""
        tail = self._tail.by_key(product, keys)
        first, last = as_utc(before - look_back).date(), as_utc(before).date() + timedelta(days=1)
        rows = self._compacted(product, first, last, "key", list(keys))
        ids: dict[str, set[str]] = {key: set(some) for key, some in tail.items()}
        for key, identifier in zip(rows["key"], rows["id"], strict=True):
            ids.setdefault(key, set()).add(identifier)
        return {key: sorted(some) for key, some in ids.items()}

    def latest_for_key(self, product: str, key: str, *, before: datetime | None = None) -> str | None:
        """The id of the latest prediction of a key, or none in the last 31 days."""
        when = before or self._workspace.clock.now()
        ids = self.ids_by_key(product, [key], before=when).get(key, [])
        return ids[-1] if ids else None

    def frame(
        self, product: str, start: datetime, end: datetime, *, columns: Sequence[str] | None = None
    ) -> "pl.LazyFrame":
        """Predictions of a period with their latest label and feedback, compacted or not.

        Args:
            start: first moment (``at``); ``end`` is excluded.
            columns: the columns wanted; all by default. ``label``, ``labelled_at``, ``verdict``… are null
                where nothing came; inputs and features are ``input_<name>`` and ``feature_<name>``.

        Raises:
            UnknownLogColumn: a wanted column was never logged in this period.
        """
        import polars as pl

        start, end = as_utc(start), as_utc(end)
        kinds = ["prediction", "label", "feedback"]
        view = take_view(self._workspace, product, kinds, start.date(), end.date())
        during = pl.col("at").is_between(pl.lit(start), pl.lit(end), closed="left")
        predictions = scan_parts(self._folder, "prediction", view).filter(during)
        labels, verdicts = (scan_parts(self._folder, kind, view) for kind in kinds[1:])
        frame = joined(predictions, labels, verdicts)
        if columns is None:
            return frame
        known = frame.collect_schema().names()
        if unknown := [name for name in columns if name not in known]:
            raise UnknownLogColumn(
                _("The log of '{product}' has no column '{column}'.").format(
                    product=product, column=unknown[0]
                ),
                action=did_you_mean(unknown[0], known),
            )
        return frame.select(columns)

    def labels(self, product: str, start: datetime, end: datetime) -> "pl.LazyFrame":
        """Every label of the predictions of the days from ``start`` to ``end``, those corrected later too.

        Returns:
            ``id`` of the prediction, ``value`` or ``value_text``, ``at`` and ``recorded_at``; a label that
            was sent twice stands there twice.
        """
        view = take_view(self._workspace, product, ["label"], as_utc(start).date(), as_utc(end).date())
        return scan_parts(self._folder, "label", view)

    def compact(self) -> CompactionReport:
        """Bring everything that was appended into Parquet and the roll-ups; safe at any time."""
        return compact(self._workspace)

    def close(self) -> None:
        """Seal this process's segment."""
        if "writer" in self.__dict__:
            self.writer.close()

    def _compacted(
        self, product: str, first: date, last: date, column: str, values: list[str]
    ) -> "pl.DataFrame":
        import polars as pl

        with self._workspace.reading() as session:
            parts = parts_between(session, product, ["prediction"], first, last)
        wanted = pl.col(column).is_in(values)
        return (
            scan_parts(self._folder, "prediction", View(parts, []))
            .filter(wanted)
            .select("id", "key")
            .collect()
        )


class _SegmentIndex:
    """The predictions of one segment, up to an offset."""

    def __init__(self) -> None:
        self.offset = 0
        self.ids: set[tuple[str, str]] = set()
        self.by_key: dict[tuple[str, str], set[str]] = {}

    def read_on(self, path: Path) -> None:
        tail = read_segment(path, self.offset)
        for record in tail.records:
            if isinstance(record, Prediction):
                self.ids.add((record.product, record.id))
                self.by_key.setdefault((record.product, record.key), set()).add(record.id)
        self.offset = tail.end


class _TailIndex:
    """The predictions of the segments that still exist, read on as they grow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments: dict[Path, _SegmentIndex] = {}

    def known(self, product: str, ids: Iterable[str]) -> set[str]:
        self._read_on()
        return {i for i in ids if any((product, i) in each.ids for each in self._segments.values())}

    def by_key(self, product: str, keys: Iterable[str]) -> dict[str, set[str]]:
        self._read_on()
        found: dict[str, set[str]] = {}
        for each in self._segments.values():
            for key in keys:
                if ids := each.by_key.get((product, key)):
                    found.setdefault(key, set()).update(ids)
        return found

    def _read_on(self) -> None:
        present = segment_files(self._folder)
        for gone in self._segments.keys() - set(present):
            del self._segments[gone]
        for path in present:
            with suppress(FileNotFoundError):  # compacted since it was listed
                self._segments.setdefault(path, _SegmentIndex()).read_on(path)


def _unknown(product: str, prediction_id: str, key: str = "") -> UnknownPrediction:
    what = (
        _("No prediction of '{product}' was logged with the id {id}.")
        if prediction_id
        else _("No prediction of '{product}' was logged with the key {key}.")
    )
    return UnknownPrediction(
        what.format(product=product, id=prediction_id, key=key),
        action=_("Use the id that the prediction's answer gave, or the key of its event."),
    )
