"""The newest row that was known: point-in-time joins, with one meaning on every backend."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import narwhals as nw
import numpy as np
import polars as pl

from filrouge.streamline.features.moments import microseconds, moments_of, with_series
from filrouge.streamline.pipelines.window import duration

__all__ = ["latest_before"]

T = TypeVar("T")


def latest_before(
    events: T,
    lookup: Any,
    *,
    by: str | Sequence[str],
    at: str,
    known_at: str,
    columns: Sequence[str],
    tolerance: timedelta | str | None = None,
) -> T:
    """Give each event the columns of the newest lookup row of its key with ``known_at <= at``.

    Of rows known at the same moment, the last in the lookup's order counts. Events keep their order; an
    event without such a row, or without a time or key, gets nulls.

    Args:
        events: frame (narwhals, Polars or pandas) with ``by`` and the time column ``at``.
        lookup: frame of the same kind with ``by``, ``known_at`` and ``columns``.
        by: key columns, with the same names in both.
        at: the moment of each event.
        known_at: when each lookup row became known.
        columns: what to take from the lookup.
        tolerance: the oldest that a row may be (``"6h"``); any age without it.

    Example:
        >>> import polars as pl
        >>> from datetime import datetime
        >>> noon = datetime(2013, 1, 1, 12)
        >>> events = pl.DataFrame({"origin": ["JFK"], "at": [noon]})
        >>> known = [noon, noon.replace(hour=13)]
        >>> sky = pl.DataFrame({"origin": ["JFK"] * 2, "known": known, "wind": [3, 9]})
        >>> latest_before(events, sky, by="origin", at="at", known_at="known", columns=["wind"])["wind"][0]
        3
    """
    left: Any = nw.from_native(events, eager_only=True)
    right: Any = nw.from_native(lookup, eager_only=True)
    keys = [by] if isinstance(by, str) else list(by)
    oldest = None if tolerance is None else duration(tolerance)
    asked, rows = moments_of(left, at, right, known_at, keys, back=oldest)
    found = rows.up_to(asked)
    there = asked.there & (found > rows.starts(asked))
    last = found[there] - 1
    place = np.zeros(len(found), dtype=np.int64)
    place[there] = rows.order[last]
    if oldest is not None:
        there[there] = asked.times[there] - rows.times[last] <= microseconds(oldest)
    joined = _taken(left, right, [name for name in columns if name not in keys], place, there)
    native: T = joined if isinstance(events, nw.DataFrame) else joined.to_native()
    return native


def _taken(left: Any, right: Any, columns: Sequence[str], place: Any, there: Any) -> Any:
    """The events with the columns of the rows at ``place``, null where none is ``there``."""
    if left.implementation.is_polars():
        places = pl.Series(place).set(~pl.Series(there), None)
        return with_series(left, right.to_native().select(pl.col(columns).gather(places)).get_columns())
    schema = right.schema
    if not len(right):
        return left.with_columns(*[nw.lit(None).cast(schema[name]).alias(name) for name in columns])
    rows = nw.maybe_reset_index(right.select(*columns)[place])
    mask = nw.new_series("there", there, nw.Boolean, backend=left.implementation)
    return left.with_columns(*[nw.when(mask).then(rows[name]).alias(name) for name in columns])
