"""Where a moment falls among the rows of its key: what as-of joins and bounded pasts have in common.

Computed on arrays, for every kind of frame in the same way: narwhals expressions cost tens of microseconds
each, which counts when the frame is one request.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from filrouge.streamline.features.looking_back import looked_back

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

__all__ = ["KnownRows", "Moments", "column_of", "microseconds", "moments_of", "with_series"]

Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Moments:
    """Keys and times as numbers.

    Attributes:
        codes: number of the key, the same in events and rows that have the same key.
        times: microseconds since the epoch.
        there: whether key and time are known: a null one falls nowhere.
    """

    def __init__(self, codes: Integers, times: Integers, there: Flags) -> None:
        self.codes, self.times, self.there = codes, times, there


class KnownRows:
    """Rows of a history or lookup, by key, then by the time they became known.

    Attributes:
        order: places of the rows, sorted; rows known at the same moment keep their order.
        times: when each of them became known.
    """

    def __init__(self, rows: Moments, places: Integers) -> None:
        there = np.flatnonzero(rows.there)
        sorting = there[np.lexsort((rows.times[there], rows.codes[there]))]
        self.order: Integers = places[sorting]
        self.codes, self.times = rows.codes[sorting], rows.times[sorting]

    def up_to(self, events: Moments, back: int = 0) -> Integers:
        """How many of the sorted rows come before or at each event's moment, ``back`` microseconds earlier.

        Rows of smaller keys are counted too: compare with ``starts``.
        """
        codes = np.concatenate([self.codes, events.codes])
        times = np.concatenate([self.times, events.times - back])
        merged = np.lexsort((times, codes))  # stable: at the same moment, rows come before events
        seen = np.empty(len(codes), dtype=np.int64)
        seen[merged] = np.cumsum(merged < len(self.codes))
        return seen[len(self.codes) :]

    def starts(self, events: Moments) -> Integers:
        """How many of the sorted rows are of smaller keys than each event's."""
        return np.searchsorted(self.codes, events.codes, side="left")


def moments_of(
    events: Any, at: str, rows: Any, known_at: str, keys: Sequence[str], *, back: timedelta | None = None
) -> tuple[Moments, KnownRows]:
    """The moments of events, and the rows that they may look at.

    Args:
        events: narwhals frame with ``keys`` and the time column ``at``.
        rows: narwhals frame with ``keys`` and the time column ``known_at``.
        back: how long before an event a row may have become known; any time without it.
    """
    asked, is_asked = _times(column_of(events, at))
    known, is_known = _times(column_of(rows, known_at))
    earliest = int(asked[is_asked].min()) if is_asked.any() else None
    looked_back(back or timedelta(), None if earliest is None else _EPOCH + timedelta(microseconds=earliest))
    if earliest is not None:
        is_known &= known <= asked[is_asked].max()
        if back is not None:
            is_known &= known >= earliest - microseconds(back)
    places = np.flatnonzero(is_known)
    codes, there = _codes(events, rows, places, keys)
    cut = len(asked)
    moments = Moments(codes[:cut], asked, is_asked & there[:cut])
    return moments, KnownRows(Moments(codes[cut:], known[places], there[cut:]), places)


def microseconds(length: timedelta) -> int:
    """A length of time as the arrays count it."""
    return length // timedelta(microseconds=1)


def column_of(frame: Any, name: str) -> pl.Series:
    """A column of a narwhals frame, as Polars; without pyarrow, pandas hands over its values one by one."""
    native = frame.to_native()
    if isinstance(native, pl.DataFrame):
        return native[name]
    column = frame[name]
    pairs = zip(column.to_list(), column.is_null().to_list(), strict=True)
    return pl.Series(column.name, [None if gone else value for value, gone in pairs])


def with_series(frame: Any, columns: Sequence[pl.Series]) -> Any:
    """A narwhals frame with columns added, or put in the place of those that have their names."""
    if frame.implementation.is_polars():
        native = frame.to_native()
        if replaced := [each.name for each in columns if each.name in native.columns]:
            native = native.drop(replaced)
        return nw.from_native(native.hstack(columns), eager_only=True)
    backend = frame.implementation
    made = [nw.new_series(each.name, each.to_numpy(), backend=backend) for each in columns]
    return frame.with_columns(*made)


def _times(series: pl.Series) -> tuple[Integers, Flags]:
    if series.dtype != pl.Datetime("us", getattr(series.dtype, "time_zone", None)):
        series = series.cast(pl.Datetime("us"))
    micros = series.to_physical()
    if not micros.null_count():
        return micros.to_numpy(), np.ones(len(micros), dtype=bool)
    return micros.fill_null(0).to_numpy(), micros.is_not_null().to_numpy()


def _codes(events: Any, rows: Any, places: Integers, keys: Sequence[str]) -> tuple[Integers, Flags]:
    codes = np.zeros(len(events) + len(places), dtype=np.int64)
    there = np.ones(len(codes), dtype=bool)
    for key in keys:
        mine, theirs = column_of(events, key), column_of(rows, key)
        if len(places) < len(theirs):
            theirs = theirs[places]
        rank = _under(mine, theirs).rank("dense")
        if rank.null_count():
            there &= rank.is_not_null().to_numpy()
            rank = rank.fill_null(0)
        number = rank.to_numpy().astype(np.int64)
        codes = codes * (int(number.max(initial=0)) + 1) + number
    return codes, there


def _under(first: pl.Series, second: pl.Series) -> pl.Series:
    if first.dtype == second.dtype:
        return pl.concat([first, second])
    frames = [first.alias("key").to_frame(), second.alias("key").to_frame()]
    return pl.concat(frames, how="vertical_relaxed")["key"]
