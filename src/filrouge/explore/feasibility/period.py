"""The period that the rows cover, and its gaps."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.faults import OneMoment
from filrouge.explore.feasibility.times import Moment
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Period", "period_of"]

_STEPS = ("1h", "1d", "1w", "1mo")
_CLOSED = 0.02
"""The share of days, or of weeks, with a row below which an hour or a weekday counts as closed."""
_KEPT = 200


@dataclass(frozen=True)
class Period:
    """What the column of time covers."""

    start: datetime
    end: datetime
    undated: int
    step: str
    """The finest unit in which most of the period has rows: ``1h``, ``1d``, ``1w`` or ``1mo``."""
    closed: tuple[int, ...]
    """Hours of the day (step ``1h``), or days of the week from 1 for Monday (``1d``), nearly always empty."""
    gap_count: int
    gaps: tuple[tuple[datetime, datetime], ...]
    """First and last unit without a row, the longest 200 first; what is closed does not count."""
    months: tuple[tuple[str, int], ...]

    @property
    def days(self) -> float:
        """Its length."""
        return (self.end - self.start) / timedelta(days=1)


def period_of(frame: "pl.LazyFrame", time: Moment) -> Period:
    """The period that all rows cover.

    Raises:
        OneMoment: all rows have the same time.
    """
    import polars as pl

    timed = frame.select(time.expr.alias("at"))
    hours = timed.group_by(pl.col("at").dt.truncate("1h")).agg(
        pl.len(), pl.col("at").min().alias("first"), pl.col("at").max().alias("last")
    )
    counts = hours.collect(engine="streaming").sort("at")
    undated = int(counts.filter(pl.col("at").is_null()).get_column("len").sum() or 0)
    counts = counts.drop_nulls("at")
    start, end = counts.get_column("first").min(), counts.get_column("last").max()
    if start is None or start == end:
        raise OneMoment(
            _("All rows have the same time."),
            where="--time",
            why=_("It is {moment}.").format(moment=start)
            if start
            else _("No row has a time that could be read."),
            action=_("Name the column that says when each row happened, or leave --time out."),
        )
    step, units, all_units = _units(counts.get_column("at"))
    closed = _closed(units, all_units, step)
    if closed:
        parts = _part(all_units, step)
        all_units = all_units.filter(~parts.is_in(closed))
    gaps = _gaps(units, all_units, int(counts.get_column("len").sum()))
    by_month = counts.group_by(pl.col("at").dt.strftime("%Y-%m")).agg(pl.col("len").sum()).sort("at")
    return Period(
        start,  # type: ignore[arg-type]
        end,  # type: ignore[arg-type]
        undated,
        step,
        closed,
        gaps.height,
        tuple(gaps.head(_KEPT).rows()),
        tuple(by_month.rows()),
    )


def _units(hours: "pl.Series") -> tuple[str, "pl.Series", "pl.Series"]:
    """The finest unit in which most of the period has rows; those that have, and all of them."""
    import polars as pl

    for step in _STEPS:
        units = hours.dt.truncate(step).unique().sort()
        all_units = pl.datetime_range(units[0], units[-1], step, eager=True)
        if step == "1mo" or units.len() >= 0.6 * all_units.len():
            return step, units, all_units
    raise AssertionError("a month always fits")  # pragma: no cover


def _part(units: "pl.Series", step: str) -> "pl.Series":
    return units.dt.hour() if step == "1h" else units.dt.weekday()


def _closed(units: "pl.Series", all_units: "pl.Series", step: str) -> tuple[int, ...]:
    """The hours of the day, or the days of the week, that have a row on one day of fifty at most."""
    if step not in {"1h", "1d"}:
        return ()
    seen = dict(_part(units, step).value_counts().rows())
    there = dict(_part(all_units, step).value_counts().rows())
    return tuple(sorted(part for part, n in there.items() if seen.get(part, 0) <= _CLOSED * n))


def _gaps(units: "pl.Series", all_units: "pl.Series", rows: int) -> "pl.DataFrame":
    """The runs of units without a row that mean something, the longest first: first (a) and last (b) unit."""
    import polars as pl

    missing = all_units.filter(~all_units.is_in(units.implode()))
    # Missing units that follow each other keep the same distance to their place among the missing ones.
    place = all_units.search_sorted(missing) - pl.int_range(missing.len(), eager=True)
    position = missing.to_frame("unit").with_columns(place.alias("run"))
    runs = position.group_by("run").agg(
        pl.col("unit").min().alias("a"), pl.col("unit").max().alias("b"), pl.len()
    )
    least = _least_gap(all_units.len(), missing.len(), rows)
    longest = runs.filter(pl.col("len") >= least).sort(["len", "a"], descending=[True, False])
    return longest.select("a", "b")


def _least_gap(units: int, empty: int, rows: int) -> float:
    """The shortest gap that means something, in units.

    In a series that is measured regularly, any; where rows come by chance, some units stay empty, and only
    a gap that one period of a hundred would show by chance counts (a Poisson process of the mean rate).
    """
    rate = rows / units
    if empty / units < 0.2 * math.exp(-rate):
        return 1
    return math.log(100 * units) / rate
