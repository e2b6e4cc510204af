"""The newest row that was known: point-in-time joins, with one meaning on every backend."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import narwhals as nw

from filrouge.streamline.pipelines.window import duration

__all__ = ["latest_before"]

T = TypeVar("T")
_ORDER, _AT, _KNOWN, _FOUND = "__order", "__at", "__known", "__found"


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
    left: Any = nw.from_native(events, eager_only=True, pass_through=False)
    right: Any = nw.from_native(lookup, eager_only=True)
    keys = [by] if isinstance(by, str) else list(by)
    newest = (
        right.select(*keys, nw.col(known_at).alias(_KNOWN), *[name for name in columns if name not in keys])
        .drop_nulls([*keys, _KNOWN])
        .with_row_index(_FOUND)
        .sort(_KNOWN, _FOUND)
        .unique([*keys, _KNOWN], keep="last", maintain_order=True)
    )
    numbered = left.with_row_index(_ORDER)
    timed = numbered.select(_ORDER, *keys, nw.col(at).alias(_AT)).drop_nulls().sort(_AT, _ORDER)
    matched = timed.join_asof(newest.sort(_KNOWN), left_on=_AT, right_on=_KNOWN, by=keys, strategy="backward")
    if tolerance is not None:
        fresh = (nw.col(_AT) - nw.col(_KNOWN)) <= duration(tolerance)
        matched = matched.filter(fresh)
    taken = [name for name in columns if name not in keys]
    joined = numbered.join(matched.select(_ORDER, *taken), on=_ORDER, how="left").sort(_ORDER).drop(_ORDER)
    native: T = joined if isinstance(events, nw.DataFrame) else joined.to_native()
    return native
