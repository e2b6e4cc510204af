"""Questions 1 and 2: is the data there, and can it be read?"""

from collections.abc import Sequence
from typing import Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.period import Period
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

__all__ = ["access", "presence"]

_FEW_ROWS, _TOO_FEW = 1_000, 50
_STEP_WORDS = {"1h": N_("hour"), "1d": N_("day"), "1w": N_("week"), "1mo": N_("month")}
_WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday")),
    *(N_("Friday"), N_("Saturday"), N_("Sunday")),
)


def presence(
    profile: Profile, target: str, time: Moment | None, period: Period | None, times: Sequence[str] = ()
) -> Answer:
    """Rows, columns, the period with its gaps, and the target.

    Args:
        times: where none was named, the columns that look like a time.
    """
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
        if times:
            said = Said(N_("What looks like a time: {names}. Name the one of the event."), {"names": times})
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
    if period.closed:
        found.append(Finding(Verdict.YES, _closed(period)))
    if period.gaps:
        start, end = period.gaps[0]
        said = Said(
            N_("{n} gaps in time, {unit} by {unit}; the longest from {start} to {end}."),
            {
                "n": period.gap_count,
                "unit": Said(_STEP_WORDS[period.step]),
                "start": kept(start),
                "end": kept(end),
            },
        )
        found.append(Finding(Verdict.WITH_CARE, said))
    return found


def _closed(period: Period) -> Said:
    """The hours of the day, or the days of the week, at which nothing ever happens."""
    if period.step == "1h":
        said = N_("Nearly never a row at: {hours} o’clock; taken for closing hours, not for gaps.")
        return Said(said, {"hours": period.closed})
    said = N_("Nearly never a row on: {days}; taken for days of rest, not for gaps.")
    return Said(said, {"days": [Said(_WEEKDAYS[number - 1]) for number in period.closed]})


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
