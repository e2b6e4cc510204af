"""A bounded past per key: how many, how much, on average, over rows that were known by then."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import narwhals as nw
import numpy as np
import polars as pl

from filrouge.streamline.features.moments import column_of, microseconds, moments_of, with_series
from filrouge.streamline.pipelines.window import duration

__all__ = ["past"]

T = TypeVar("T")


def past(
    events: T,
    history: Any,
    *,
    by: str | Sequence[str],
    at: str,
    known_at: str,
    window: timedelta | str = "24h",
    count: str | None = "past_count",
    sums: Sequence[str] = (),
    means: Sequence[str] = (),
) -> T:
    """Count, sum and average the history of each event's key that became known in ``(at - window, at]``.

    Null and NaN values are left out of sums and means; a sum over nothing is 0, a mean over nothing null.
    Computed as the difference of two running totals, so that the cost does not grow with the window: exact
    for whole numbers, to the last digits of the running total for fractions.

    Args:
        events: frame (narwhals, Polars or pandas) with ``by`` and the time column ``at``.
        history: frame of the same kind with ``by``, ``known_at`` and the columns to add up.
        by: key columns, with the same names in both.
        at: the moment of each event.
        known_at: when each history row became known.
        window: length of the past (``"24h"``).
        count: name of the column for the number of rows; ``None`` leaves it out.
        sums: columns to add up, given as ``past_sum_<column>``.
        means: columns to average, given as ``past_mean_<column>``.

    Example:
        >>> import polars as pl
        >>> from datetime import datetime
        >>> noon = datetime(2013, 1, 1, 12)
        >>> events = pl.DataFrame({"origin": ["JFK"], "at": [noon]})
        >>> landed = [noon, noon.replace(hour=13)]
        >>> flown = pl.DataFrame({"origin": ["JFK"] * 2, "landed": landed, "late": [3, 9]})
        >>> past(events, flown, by="origin", at="at", known_at="landed", sums=["late"]).row(0)[2:]
        (1, 3.0)
    """
    left: Any = nw.from_native(events, eager_only=True)
    right: Any = nw.from_native(history, eager_only=True)
    keys = [by] if isinstance(by, str) else list(by)
    length = duration(window)
    asked, rows = moments_of(left, at, right, known_at, keys, back=length)
    now, then = rows.up_to(asked), rows.up_to(asked, back=microseconds(length))
    now[~asked.there] = then[~asked.there] = 0
    totals = {
        name: _within(column_of(right, name), rows.order, now, then)
        for name in dict.fromkeys([*sums, *means])
    }
    found = [] if count is None else [pl.Series(count, now - then)]
    found += [pl.Series(f"past_sum_{name}", totals[name][0].astype(np.float64)) for name in sums]
    found += [pl.Series(f"past_mean_{name}", _mean(*totals[name]), nan_to_null=True) for name in means]
    joined = with_series(left, found)
    native: T = joined if isinstance(events, nw.DataFrame) else joined.to_native()
    return native


def _within(column: pl.Series, order: Any, now: Any, then: Any) -> tuple[Any, Any]:
    """Sum and number of the values between two places of the sorted rows."""
    series = column[order]
    whole = series.dtype.is_integer() or series.dtype == pl.Boolean  # whole numbers add up exactly
    values = series.cast(pl.Float64).to_numpy()
    there = ~np.isnan(values)
    amounts = np.where(there, values, 0.0)
    total = _running(amounts.astype(np.int64) if whole else amounts)
    number = _running(there.astype(np.int64))
    return total[now] - total[then], number[now] - number[then]


def _running(values: Any) -> Any:
    return np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])


def _mean(total: Any, number: Any) -> Any:
    with np.errstate(invalid="ignore"):  # nothing over nothing is no mean
        return total / number
