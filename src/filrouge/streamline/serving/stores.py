"""Lookups and histories in memory, indexed by key: a micro-batch is handed only the rows it needs."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from filrouge.kernel.errors import FilrougeError
from filrouge.streamline.serving.errors import SourceUnavailable
from filrouge.streamline.serving.plan import StoredSource

__all__ = ["Keyed", "Store"]

_log = logging.getLogger(__name__)
_MERGE_AT = 1_000
_MICROS = pl.Datetime("us", "UTC")


class Keyed:
    """A frame sorted by key and time, with the place of each key.

    Args:
        frame: the rows.
        key: its key columns; none means one group of all rows.
        known_at: its time column, if it has one.
    """

    def __init__(self, frame: pl.DataFrame, key: Sequence[str], known_at: str | None) -> None:
        self._key = list(key)
        # Several columns are looked up apart from each other: there is no one order by key then.
        order = [*(key if len(key) == 1 else ()), *([known_at] if known_at else [])]
        self.frame = frame.sort(order, maintain_order=True) if order else frame
        self._times = _micros(self.frame, known_at) if known_at else None
        self._places = self._index() if len(key) == 1 else {}

    def needed(self, events: pl.DataFrame, since: datetime | None, until: datetime) -> pl.DataFrame:
        """The rows of the events' keys: those known in ``[since, until]``, and the last one before.

        The one before is what an as-of join at ``since`` needs. Without a time column: all rows of
        the key. With several key columns: rows that match an event in one of them.
        """
        if len(self._key) != 1:
            rows = self._between([(0, len(self.frame))], since, until)
            matches = [pl.col(name).is_in(events[name].unique().implode()) for name in self._key]
            return rows.filter(pl.any_horizontal(matches)) if matches else rows
        if missing := [column for column in self._key if column not in events.columns]:
            raise SourceUnavailable(
                f"The events have no column {', '.join(map(repr, missing))}, the key of a lookup.",
                action="Name its key as the events name it, in @source(key=…).",
            )
        keys = events.select(self._key).unique(maintain_order=True).rows()
        return self._between([self._places[key] for key in keys if key in self._places], since, until)

    def _between(
        self, places: list[tuple[int, int]], since: datetime | None, until: datetime
    ) -> pl.DataFrame:
        if self._times is not None:
            first, last = (_micro(since) if since else None), _micro(until)
            places = [self._cut(start, stop, first, last) for start, stop in places]
        if len(places) == 1:
            start, stop = places[0]
            return self.frame.slice(start, stop - start)
        chosen = [np.arange(start, stop) for start, stop in places]
        return self.frame[np.concatenate(chosen)] if chosen else self.frame.clear()

    def _cut(self, start: int, stop: int, first: int | None, last: int) -> tuple[int, int]:
        times = self._times
        assert times is not None
        end = start + int(np.searchsorted(times[start:stop], last, side="right"))
        if first is None:
            return start, end
        begin = start + int(np.searchsorted(times[start:end], first, side="right")) - 1
        return max(begin, start), end

    def _index(self) -> dict[tuple[Any, ...], tuple[int, int]]:
        runs = (
            self.frame.with_row_index("__row")
            .group_by(self._key, maintain_order=True)
            .agg(pl.col("__row").min().alias("__start"), pl.len().alias("__rows"))
        )
        return {
            tuple(row[:-2]): (row[-2], row[-2] + row[-1])
            for row in runs.select(*self._key, "__start", "__rows").iter_rows()
        }


class Store:
    """One source in memory: its snapshot, when it was read, and what has come since.

    Args:
        source: how to read it.
        now: the workspace's clock.
    """

    def __init__(self, source: StoredSource, now: Callable[[], datetime]) -> None:
        self.source = source
        self.snapshot = ""
        self.degraded = ""
        """Why it is not what it should be; empty when all is well."""
        self._now = now
        self._as_of: datetime | None = None
        self._tried: datetime | None = None
        self._keyed: Keyed | None = None
        self._told: pl.DataFrame | None = None  # outcomes already in the indexed frame
        self._fed: list[pl.DataFrame] = []
        self._recent: Keyed | None = None  # of what was fed, made when first asked for
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def due(self) -> bool:
        """Whether the declared interval has passed since it was read (or last tried)."""
        if self._tried is None:
            return True
        return self.source.refresh is not None and self._now() - self._tried >= self.source.refresh

    @property
    def age(self) -> timedelta | None:
        """Time since the snapshot was read; none before the first."""
        return None if self._as_of is None else self._now() - self._as_of

    def refresh(self, *, only_if_due: bool = True) -> None:
        """Read the source again; a failure keeps what there is, or takes the declared fallback.

        Raises:
            SourceUnavailable: the first reading failed and there is no fallback.
        """
        with self._refreshing:
            if only_if_due and not self.due:
                return
            as_of = self._now()
            self._tried = as_of
            try:
                frame = self.source.read(as_of)
                keyed = Keyed(frame, self.source.key, self.source.known_at)
            except Exception as error:  # noqa: BLE001  (the source is the product's code: anything may come)
                self._fall_back(as_of, error)
                return
            with self._lock:
                self._keyed, self._as_of = keyed, as_of
                self.degraded, self.snapshot = "", f"{self.source.name}@{as_of.isoformat()}"
                if self.source.history:
                    self._merge(again=True)

    def _fall_back(self, as_of: datetime, error: Exception) -> None:
        reason = str(error) if isinstance(error, FilrougeError) else f"{type(error).__name__}: {error}"
        _log.warning("source %s cannot be read: %s", self.source.name, reason)
        self.degraded = f"cannot be read ({reason})"
        if self._keyed is not None and not self.snapshot.endswith("@fallback"):
            return
        if self.source.fallback is None:
            self._tried = None
            raise SourceUnavailable(
                f"The source '{self.source.name}' cannot be read, and it has no fallback.",
                where=self.source.name,
                why=reason,
                action="Mend the source, or declare one: @source(fallback=…).",
            ) from error
        self._keyed = Keyed(self.source.fallback(as_of), self.source.key, self.source.known_at)
        self._as_of, self.snapshot = as_of, f"{self.source.name}@fallback"

    @property
    def columns(self) -> list[str]:
        """Its columns; none before it was read."""
        return self._keyed.frame.columns if self._keyed is not None else []

    def feed(self, rows: pl.DataFrame) -> None:
        """Add rows to a history, as outcomes come."""
        with self._lock:
            if self._keyed is not None:
                rows = _like(self._keyed.frame, rows)
            self._fed.append(rows)
            self._recent = None
            if sum(map(len, self._fed)) >= _MERGE_AT:
                self._merge()

    def _merge(self, *, again: bool = False) -> None:
        """Put what was fed into the indexed frame, and drop what is too old to be asked for.

        Args:
            again: the source was read again, so that what was put in before has to be put in again.
        """
        if self._keyed is None or not (self._fed or again):
            return
        base = self._keyed.frame
        before = [] if self._told is None else [self._told]
        told = [_like(base, rows) for rows in [*before, *self._fed]]
        if not told:
            return
        self._told = self._kept(self._distinct(pl.concat(told)))
        whole = self._kept(self._distinct(pl.concat([base, self._told])))
        self._keyed = Keyed(whole, self.source.key, self.source.known_at)
        self._fed, self._recent = [], None

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self.source.keep is None or self.source.known_at is None:
            return rows
        return rows.filter(pl.col(self.source.known_at) >= self._now() - 2 * self.source.keep)

    def _distinct(self, frame: pl.DataFrame) -> pl.DataFrame:
        identity = list(self.source.identity)
        return frame.unique(identity, keep="last", maintain_order=True) if identity else frame

    def needed(self, events: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
        """The rows that these events may ask for, known until ``until``.

        Args:
            events: the micro-batch.
            since: the earliest time at which one of them is decided.
            until: now.
        """
        with self._lock:
            keyed = self._keyed
            if self._fed and self._recent is None and keyed is not None:
                rows = _like(keyed.frame, pl.concat(self._fed))
                self._recent = Keyed(rows, self.source.key, self.source.known_at)
            recent = self._recent
        if keyed is None:
            raise SourceUnavailable(
                f"The source '{self.source.name}' has not been read.", where=self.source.name
            )
        if self.source.keep is not None:
            since = since - self.source.keep
        rows = keyed.needed(events, since, until)
        if recent is None:
            return rows
        return self._distinct(pl.concat([rows, recent.needed(events, since, until)]))

    def empty(self) -> pl.DataFrame | None:
        """No row, in its columns: what the degraded features are computed from; none if never read."""
        keyed = self._keyed
        return None if keyed is None else keyed.frame.clear()


def _like(model: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(model.columns).cast(model.schema)


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def _micros(frame: pl.DataFrame, column: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    times = frame[column]
    if times.dtype == pl.Datetime and times.dtype.time_zone is None:  # type: ignore[attr-defined]
        times = times.dt.replace_time_zone("UTC")
    return times.cast(_MICROS).to_physical().to_numpy()
