"""Questions 1 and 2: is the data there, and can it be read?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.faults import OneMoment
from filrouge.explore.feasibility.reading import Opened
from filrouge.explore.feasibility.times import Moment
from filrouge.explore.feasibility.words import (
    Answer,
    Bars,
    Finding,
    Question,
    Said,
    Table,
    Verdict,
    kept,
    worst,
)
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Period", "access", "period_of", "presence"]

_FEW_ROWS, _TOO_FEW = 1_000, 50
_STEPS = (("1h", timedelta(hours=1)), ("1d", timedelta(days=1)), ("1w", timedelta(days=7)), ("1mo", None))
_STEP_WORDS = {"1h": N_("hour"), "1d": N_("day"), "1w": N_("week"), "1mo": N_("month")}


@dataclass(frozen=True)
class Period:
    """What the column of time covers."""

    start: datetime
    end: datetime
    undated: int
    step: str
    """The finest unit in which most of the period has rows: ``1h``, ``1d``, ``1w`` or ``1mo``."""
    gaps: tuple[tuple[datetime, datetime], ...]
    """First and last unit without a row, longest gaps first."""
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
            "All rows have the same time.",
            where="--time",
            why=f"It is {start!s}." if start else "No row has a time that could be read.",
            action="Name the column that says when each row happened, or leave --time out.",
        )
    step, gaps = _gaps(counts.get_column("at"), int(counts.get_column("len").sum()))
    by_month = counts.group_by(pl.col("at").dt.strftime("%Y-%m")).agg(pl.col("len").sum()).sort("at")
    return Period(start, end, undated, step, gaps, tuple(by_month.rows()))  # type: ignore[arg-type]


def _gaps(hours: "pl.Series", rows: int) -> tuple[str, tuple[tuple[datetime, datetime], ...]]:
    import polars as pl

    for step, _length in _STEPS:
        units = hours.dt.truncate(step).unique().sort()
        all_units = pl.datetime_range(units[0], units[-1], step, eager=True)
        if step != "1mo" and units.len() < 0.6 * all_units.len():
            continue
        missing = all_units.filter(~all_units.is_in(units.implode()))
        # Missing units that follow each other keep the same distance to their place among the missing ones.
        place = all_units.search_sorted(missing) - pl.int_range(missing.len(), eager=True)
        position = missing.to_frame("unit").with_columns(place.alias("run"))
        runs = position.group_by("run").agg(
            pl.col("unit").min().alias("a"), pl.col("unit").max().alias("b"), pl.len()
        )
        least = _least_gap(all_units.len(), missing.len(), rows)
        longest = runs.filter(pl.col("len") >= least).sort(["len", "a"], descending=[True, False])
        return step, tuple(longest.head(200).select("a", "b").rows())
    raise AssertionError("a month always fits")  # pragma: no cover


def _least_gap(units: int, empty: int, rows: int) -> float:
    """The shortest gap that means something, in units.

    In a series that is measured regularly, any; where rows come by chance, some units stay empty, and only
    a gap that one period of a hundred would show by chance counts (a Poisson process of the mean rate).
    """
    rate = rows / units
    if empty / units < 0.2 * math.exp(-rate):
        return 1
    return math.log(100 * units) / rate


def presence(profile: Profile, target: str, time: Moment | None, period: Period | None) -> Answer:
    """Rows, columns, the period with its gaps, and the target."""
    column = profile.columns[target]
    found: list[Finding] = []
    if profile.rows < _FEW_ROWS:
        weight = Verdict.NO if profile.rows < _TOO_FEW else Verdict.WITH_CARE
        found.append(Finding(weight, Said(N_("There are only {n} rows."), {"n": profile.rows})))
    if column.nulls:
        share = column.nulls / profile.rows
        said = Said(
            N_("The target {target} is missing in {n} rows ({share}): they teach nothing."),
            {"target": target, "n": column.nulls, "share": share},
        )
        found.append(Finding(Verdict.NO if share > 0.9 else Verdict.WITH_CARE, said))
    if period is None:
        said = Said(N_("No column of time was named: the period, its gaps and the seasons are not measured."))
        found.append(Finding(Verdict.WITH_CARE, said))
    else:
        found += _time_findings(period, time)
    what: dict[str, Any] = {"n": profile.rows, "columns": len(profile.columns), "target": target}
    if period is None:
        said = Said(N_("{n} rows of {columns} columns, and the target {target} is among them."), what)
    else:
        what |= {"start": kept(period.start), "end": kept(period.end)}
        said = Said(
            N_("{n} rows of {columns} columns from {start} to {end}; the target {target} is there."), what
        )
    return Answer(Question.PRESENCE, worst(one.verdict for one in found), said, found, _evidence(period))


def _time_findings(period: Period, time: Moment | None) -> list[Finding]:
    found = []
    if period.undated:
        said = Said(N_("{n} rows have no time that could be read."), {"n": period.undated})
        found.append(Finding(Verdict.WITH_CARE, said))
    if time is not None and time.format in {"%d/%m/%Y", "%m/%d/%Y"}:
        order = N_("day/month/year") if time.format.startswith("%d") else N_("month/day/year")
        said = Said(N_("The time is written as {order}."), {"order": Said(order)})
        found.append(Finding(Verdict.YES, said))
    if period.gaps:
        start, end = period.gaps[0]
        said = Said(
            N_("{n} gaps in time, {unit} by {unit}; the longest from {start} to {end}."),
            {
                "n": len(period.gaps),
                "unit": Said(_STEP_WORDS[period.step]),
                "start": kept(start),
                "end": kept(end),
            },
        )
        found.append(Finding(Verdict.WITH_CARE, said))
    return found


def _evidence(period: Period | None) -> list[Table | Bars]:
    if period is None:
        return []
    months = period.months
    if len(months) > 60:
        years: dict[str, int] = {}
        for month, count in months:
            years[month[:4]] = years.get(month[:4], 0) + count
        bars = Bars(N_("Rows by year"), [(year, float(count)) for year, count in years.items()])
    else:
        bars = Bars(N_("Rows by month"), [(month, float(count)) for month, count in months])
    if not period.gaps:
        return [bars]
    rows = [[kept(start), kept(end)] for start, end in period.gaps[:12]]
    return [bars, Table(N_("Longest gaps"), [(N_("from"), "moment"), (N_("to"), "moment")], rows)]


def access(tables: Sequence[Opened]) -> Answer:
    """What each table was read as, and what had to be done for it."""
    found = [finding for table in tables for finding in table.findings]
    foreign = [table for table in tables if set(table.encoding.split(", ")) - {"", "utf-8", "utf-8-sig"}]
    for table in foreign:
        said = Said(
            N_("{name} is not in UTF-8; it was read as {encoding}: look at its accents."),
            {"name": table.name, "encoding": table.encoding},
        )
        found.append(Finding(Verdict.WITH_CARE, said))
    rows: list[list[Any]] = [
        [
            one.name,
            one.format,
            len(one.files),
            one.encoding or "–",
            one.size / 1e6,
            one.rows,
            len(one.columns),
        ]
        for one in tables
    ]
    headings = [
        (N_("table"), "text"),
        (N_("format"), "text"),
        (N_("files"), "number"),
        (N_("encoding"), "text"),
        (N_("MB"), "number"),
        (N_("rows"), "number"),
        (N_("columns"), "number"),
    ]
    formats = sorted({one.format for one in tables})
    said = Said(
        N_("Read as {formats}: {tables} tables in {files} files, {mb} MB."),
        {
            "formats": formats,
            "tables": len(tables),
            "files": sum(len(one.files) for one in tables),
            "mb": sum(one.size for one in tables) / 1e6,
        },
    )
    if len(tables) == len(tables[0].files) == 1:
        said = Said(
            N_("Read as {formats}, one file of {mb} MB."), {"formats": formats, "mb": tables[0].size / 1e6}
        )
    elif len(tables) == 1:
        said = Said(
            N_("Read as {formats}: {files} files make one table of {mb} MB."),
            {"formats": formats, "files": len(tables[0].files), "mb": tables[0].size / 1e6},
        )
    evidence: list[Table | Bars] = [Table(N_("What was read"), headings, rows)]
    return Answer(Question.ACCESS, worst(one.verdict for one in found), said, found, evidence)
