"""Rows sorted by key and time: a micro-batch is handed only those it needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from filrouge.streamline.serving.errors import SourceUnavailable

__all__ = ["Keyed"]

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


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def _micros(frame: pl.DataFrame, column: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    times = frame[column]
    if times.dtype == pl.Datetime and times.dtype.time_zone is None:  # type: ignore[attr-defined]
        times = times.dt.replace_time_zone("UTC")
    return times.cast(_MICROS).to_physical().to_numpy()
