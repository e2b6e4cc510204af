"""A bounded past per key: how many, how much, on average, over rows that were known by then."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import narwhals as nw

from filrouge.streamline.pipelines.window import duration

__all__ = ["past"]

T = TypeVar("T")
_ORDER, _AT, _KNOWN, _ONE = "__order", "__at", "__known", "__one"


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
    wanted = list(dict.fromkeys([*sums, *means]))
    totals = _running_totals(right, keys, known_at, wanted)
    numbered = left.with_row_index(_ORDER)
    moments = numbered.select(_ORDER, *keys, nw.col(at).alias(_AT)).drop_nulls()
    now = _totals_at(moments, totals, keys, wanted)
    then = _totals_at(
        moments.with_columns(nw.col(_AT) - duration(window)), totals, keys, wanted, suffix="__then"
    )
    joined = numbered.join(now, on=_ORDER, how="left").join(then, on=_ORDER, how="left").sort(_ORDER)
    found = joined.with_columns(*[_difference(name) for name in _total_names(wanted)])
    return_columns = [*left.columns, *_results(count, sums, means)[0]]
    found = found.with_columns(*_results(count, sums, means)[1]).select(*return_columns)
    native: T = found if isinstance(events, nw.DataFrame) else found.to_native()
    return native


def _total_names(wanted: Sequence[str]) -> list[str]:
    return [_ONE, *[f"__sum_{name}" for name in wanted], *[f"__n_{name}" for name in wanted]]


def _running_totals(history: Any, keys: list[str], known_at: str, wanted: Sequence[str]) -> Any:
    """Totals per key after each moment; rows known at the same moment come in together."""
    amounts = []
    for name in wanted:
        dtype = history.schema[name]
        whole = dtype.is_integer() or dtype == nw.Boolean  # whole numbers add up exactly
        value = nw.col(name).cast(nw.Float64)
        there = ~(value.is_null() | value.is_nan().fill_null(False))
        amount = nw.when(there).then(value).otherwise(nw.lit(0.0))
        amounts.append((amount.cast(nw.Int64) if whole else amount).alias(f"__sum_{name}"))
        amounts.append(there.cast(nw.Int64).alias(f"__n_{name}"))
    names = _total_names(wanted)
    return (
        history.select(*keys, nw.col(known_at).alias(_KNOWN), *amounts, nw.lit(1).alias(_ONE))
        .drop_nulls([*keys, _KNOWN])
        .group_by(*keys, _KNOWN)
        .agg(*[nw.col(name).sum() for name in names])
        .sort(_KNOWN)
        .with_columns(*[nw.col(name).cum_sum().over(*keys, order_by=_KNOWN) for name in names])
    )


def _totals_at(
    moments: Any, totals: Any, keys: list[str], wanted: Sequence[str], suffix: str = "__now"
) -> Any:
    matched = moments.sort(_AT, _ORDER).join_asof(
        totals.sort(_KNOWN), left_on=_AT, right_on=_KNOWN, by=keys, strategy="backward"
    )
    return matched.select(_ORDER, *[nw.col(name).alias(name + suffix) for name in _total_names(wanted)])


def _difference(name: str) -> Any:
    return (nw.col(f"{name}__now").fill_null(0) - nw.col(f"{name}__then").fill_null(0)).alias(name)


def _results(count: str | None, sums: Sequence[str], means: Sequence[str]) -> tuple[list[str], list[Any]]:
    names, results = [], []
    if count is not None:
        names.append(count)
        results.append(nw.col(_ONE).cast(nw.Int64).alias(count))
    for name in sums:
        names.append(f"past_sum_{name}")
        results.append(nw.col(f"__sum_{name}").cast(nw.Float64).alias(f"past_sum_{name}"))
    for name in means:
        names.append(f"past_mean_{name}")
        some = nw.col(f"__n_{name}") > 0
        mean = nw.col(f"__sum_{name}") / nw.when(some).then(nw.col(f"__n_{name}"))
        results.append(nw.when(some).then(mean).alias(f"past_mean_{name}"))
    return names, results
