"""Columns that change over the period: first year against last, or first quarter of the rows against last."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.shares import counted, number_of, share_of
from filrouge.explore.feasibility.times import Moment, calendar_columns, moment_columns
from filrouge.explore.feasibility.words import Bars, Finding, Said, Table, Verdict
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["drift", "population_stability"]

_MOVED = 0.25
"""A population stability index that is commonly read as a shift (Siddiqi, Credit Risk Scorecards, 2006)."""
_LEAST = 200
_TWO_YEARS = 700
_LEVELS = 20
_FILLED, _EMPTY = 0.5, 0.02


def drift(sample: "pl.DataFrame", time: Moment, target: str) -> tuple[list[Finding], list[Table | Bars]]:
    """What moved from the beginning of the period to its end."""
    import polars as pl

    ordered = sample.with_columns(time.expr.alias("__at")).drop_nulls("__at").sort("__at")
    if ordered.height < 2 * _LEAST:
        return [], []
    start, end = ordered.item(0, "__at"), ordered.item(-1, "__at")
    quarter = ordered.height // 4
    first, last = ordered.head(quarter), ordered.tail(quarter)
    years = (end - start).days >= _TWO_YEARS
    if years:  # the same seasons on both sides
        first = ordered.filter(pl.col("__at") < start + timedelta(days=365))
        last = ordered.filter(pl.col("__at") > end - timedelta(days=365))
    if min(first.height, last.height) < _LEAST:
        return [], []
    told = calendar_columns(sample, time) | {one.name for one in moment_columns(sample)}
    moved, opened, closed = [], [], []
    for name, kind in sample.schema.items():
        if name in told or kind.is_temporal() or name == target:
            continue
        before, after = first.get_column(name), last.get_column(name)
        filled = [1 - one.null_count() / one.len() for one in (before, after)]
        if filled[0] >= _FILLED and filled[1] <= _EMPTY:
            closed.append(name)
        elif filled[1] >= _FILLED and filled[0] <= _EMPTY:
            opened.append(name)
        elif not _counts_up(ordered, name) and not _too_many(ordered.get_column(name)):
            index = population_stability(before, after)
            chance = _LEVELS * (1 / before.len() + 1 / after.len())
            if index >= _MOVED + chance:
                moved.append((name, index))
    found = _opened_or_closed(opened, closed)
    shown: list[Table | Bars] = []
    if moved:
        moved.sort(key=lambda pair: -pair[1])
        text = N_(
            "Drift from the first to the last quarter of the rows (seasons may be part of it): {names}."
        )
        if years:
            text = N_("Drift from the first to the last year: {names}.")
        found.append(Finding(Verdict.WITH_CARE, Said(text, {"names": [name for name, _ in moved[:8]]})))
        title = N_("Drift, as population stability index (0.25 and more is a shift)")
        shown = [Bars(title, list(moved[:12]))]
    return found, shown


def _opened_or_closed(opened: list[str], closed: list[str]) -> list[Finding]:
    """Columns that began, or ceased, to be filled."""
    found = []
    for names, text in (
        (closed, N_("Filled at first, empty at the end of the period: {names}.")),
        (opened, N_("Empty at first, filled only later: {names}.")),
    ):
        if names:
            found.append(Finding(Verdict.WITH_CARE, Said(text, {"names": names})))
    return found


def _too_many(values: "pl.Series") -> bool:
    """Whether a text or a whole number has too many values for shares of them to mean anything."""
    return not values.dtype.is_float() and values.n_unique() > 0.25 * values.len()


def _counts_up(ordered: "pl.DataFrame", name: str) -> bool:
    """Whether a number grows with time by itself: an identifier that is counted, an age, an index."""
    import polars as pl

    if not ordered.schema[name].is_numeric():
        return False
    known = ordered.select(name, "__at").drop_nulls()
    rho = (
        known.select(pl.corr(pl.col(name).rank(), pl.col("__at").rank())).item() if known.height > 2 else None
    )
    return rho is not None and not math.isnan(rho) and abs(rho) > 0.95


def population_stability(before: "pl.Series", after: "pl.Series") -> float:
    """How far two samples of a column differ: the sum over bins of (b − a) · ln(b / a).

    Numbers are cut at the deciles of ``before``, texts by their twenty most frequent values; a missing
    value has a bin of its own.

    Example:
        >>> import polars as pl
        >>> same = pl.Series(range(1000))
        >>> population_stability(same, same)
        0.0
        >>> population_stability(same, same + 900) > 1
        True
    """
    import polars as pl

    if before.dtype.is_numeric() and before.n_unique() > _LEVELS:
        cuts = sorted({number_of(before.quantile(step / 10)) for step in range(1, 10)})
        before, after = _binned(before, cuts), _binned(after, cuts)
    counts = counted(before.cast(pl.String)).head(_LEVELS).filter(pl.col("count") >= 0.01 * before.len())
    levels = [level for level in counts.to_series(0) if level is not None]
    total = 0.0
    left = [1.0, 1.0]
    for level in [*levels, None]:
        shares = [_share(one.cast(pl.String), level) for one in (before, after)]
        left = [rest - share for rest, share in zip(left, shares, strict=True)]
        total += _term(*shares)
    return total + _term(max(left[0], 0.0), max(left[1], 0.0))


def _binned(values: "pl.Series", cuts: list[float]) -> "pl.Series":
    """The number of the bin that each value falls in; missing stays missing."""
    import numpy as np
    import polars as pl

    place = np.searchsorted(cuts, values.cast(pl.Float64).fill_null(0.0).to_numpy())
    bins = pl.select(pl.when(values.is_not_null()).then(pl.Series(place)))
    return bins.to_series()


def _share(values: "pl.Series", level: str | None) -> float:
    return share_of(values.is_null() if level is None else values.eq_missing(level))


def _term(before: float, after: float) -> float:
    before, after = max(before, 1e-4), max(after, 1e-4)
    return (after - before) * math.log(after / before)
