"""Rows sorted by key and time: a micro-batch is handed only those it needs."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from filrouge.kernel.i18n import _
from filrouge.streamline.serving.errors import SourceUnavailable

__all__ = ["Keyed"]

_MICROS = pl.Datetime("us", "UTC")

Places = np.ndarray[Any, np.dtype[np.integer[Any]]]
Spans = dict[Any, tuple[int, int]]


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
        self._places = _spans(self.frame[key[0]]) if len(key) == 1 else {}

    def needed(self, events: pl.DataFrame, since: datetime | None, until: datetime) -> pl.DataFrame:
        """The rows of the events' keys: those known in ``[since, until]``, and the last one before.

        The one before is what an as-of join at ``since`` needs. Without a time column: all rows of
        the key. With several key columns: rows that match an event in one of them.
        """
        if not self._key:
            return self._between([(0, len(self.frame))], since, until)
        if len(self._key) > 1:
            return self._matching(events, since, until)
        if missing := [column for column in self._key if column not in events.columns]:
            raise SourceUnavailable(
                _("The events have no column {missing}, the key of a lookup.").format(
                    missing=", ".join(map(repr, missing))
                ),
                action=_("Name its key as the events name it, in @source(key=…)."),
            )
        keys = dict.fromkeys(events[self._key[0]])
        return self._between([self._places[key] for key in keys if key in self._places], since, until)

    def _matching(self, events: pl.DataFrame, since: datetime | None, until: datetime) -> pl.DataFrame:
        """The rows that have the value of an event in one of several key columns."""
        start, stop = 0, len(self.frame)
        if self._times is not None:
            start, stop = self._cut(start, stop, _micro(since) if since else None, _micro(until))
        chosen = np.zeros(len(self.frame), dtype=bool)
        for name, (order, spans) in self._by_column.items():
            for value in dict.fromkeys(events[name]):
                first, last = spans.get(value, (0, 0))
                chosen[order[first:last]] = True
        return self.frame[start + np.flatnonzero(chosen[start:stop])]

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

    @cached_property
    def _by_column(self) -> dict[str, tuple[Places, Spans]]:
        """For each key column the places of the rows in its order, and each value's span of them."""
        found = {}
        for name in self._key:
            ordered = self.frame.select(name).with_row_index("__row").sort(name, maintain_order=True)
            found[name] = ordered["__row"].to_numpy(), _spans(ordered[name])
        return found


def _spans(ordered: pl.Series) -> Spans:
    """Where each value, null among them, starts and stops in a sorted column."""
    lengths = ordered.rle().struct.unnest()
    stops = lengths["len"].cum_sum()
    spans = zip(lengths["value"], stops - lengths["len"], stops, strict=True)
    return {value: (start, stop) for value, start, stop in spans}


def _micro(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def _micros(frame: pl.DataFrame, column: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    times = frame[column]
    if times.dtype == pl.Datetime and times.dtype.time_zone is None:  # type: ignore[attr-defined]
        times = times.dt.replace_time_zone("UTC")
    return times.cast(_MICROS).to_physical().to_numpy()
