"""Times as files write them: dates, texts, epochs, and dates in pieces (year, month, day, hour)."""

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filrouge.explore.feasibility.faults import BadTime, NoSuchTime
from filrouge.explore.feasibility.shares import counted
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Moment", "calendar_columns", "moment_columns", "pieces_of", "read_time"]

_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d-%b-%Y",
    "%b %d, %Y",
)
_ENOUGH = 0.9
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_PIECES = ("year", "month", "day", "hour")


@dataclass(frozen=True)
class Moment:
    """A time of each row: how it is computed, and from which columns."""

    name: str
    expr: "pl.Expr"
    columns: tuple[str, ...]
    format: str = ""


def read_time(sample: "pl.DataFrame", name: str) -> Moment:
    """The time that ``name`` says: a column, or columns joined by ``+`` (``year+month+day``).

    Raises:
        NoSuchTime: there is no such column.
        BadTime: it does not hold times.
    """
    columns = tuple(part.strip() for part in name.split("+")) if name not in sample.columns else (name,)
    for column in columns:
        if column not in sample.columns:
            raise NoSuchTime(
                _("There is no column '{column}' to take the time from.").format(column=column),
                where="--time",
                action=did_you_mean(column, sample.columns),
            )
    found = _moment(sample, columns[0]) if len(columns) == 1 else _together(sample, columns)
    if found is None:
        shown = ", ".join(str(one) for one in sample.get_column(columns[0]).drop_nulls().head(3))
        held = _("It holds, for instance: {values}.") if shown else _("It holds nothing.")
        raise BadTime(
            _("The column '{column}' holds no times.").format(column=name),
            where="--time",
            why=held.format(values=shown),
            action=_("Name a column of dates, or the pieces of one: --time year+month+day."),
        )
    return Moment(name, found.expr, columns, found.format)


def moment_columns(sample: "pl.DataFrame") -> list[Moment]:
    """The columns that hold dates or times (years and numbers alone are not taken for dates)."""
    import polars as pl

    texts = [name for name, kind in sample.schema.items() if kind == pl.String or kind.is_temporal()]
    found = (_moment(sample, name) for name in texts)
    return [one for one in found if one is not None]


def _moment(sample: "pl.DataFrame", name: str) -> Moment | None:
    import polars as pl

    kind, column = sample.schema[name], pl.col(name)
    if kind in (pl.Date, pl.Datetime):
        expr = column.cast(pl.Datetime("us"))
        return Moment(name, expr, (name,)) if sample.get_column(name).null_count() < sample.height else None
    if kind.is_integer() or kind.is_float():
        return _numbers(sample, name)
    return _texts(sample.get_column(name), name) if kind == pl.String else None


def _numbers(sample: "pl.DataFrame", name: str) -> Moment | None:
    """Seconds or milliseconds since 1970, ``20130301``, or a year."""
    import polars as pl

    column = pl.col(name)
    low, high = sample.select(column.quantile(0.01), column.quantile(0.99).alias("high")).row(0)
    if low is None or math.isnan(low) or math.isnan(high):
        return None
    if low >= 19000101 and high <= 21001231:
        day = column.cast(pl.Int64).cast(pl.String).str.strptime(pl.Datetime("us"), "%Y%m%d", strict=False)
        good = sample.select(day.is_not_null().mean()).item()
        return Moment(name, day, (name,), "%Y%m%d") if good >= _ENOUGH else None
    units: tuple[tuple[int, Literal["s", "ms", "us"]], ...] = ((1, "s"), (1_000, "ms"), (1_000_000, "us"))
    for scale, unit in units:
        if 3e8 * scale <= low and high <= 4.2e9 * scale:
            at = pl.from_epoch(column.cast(pl.Int64), time_unit=unit).cast(pl.Datetime("us"))
            return Moment(name, at, (name,), f"epoch, {unit}")
    if low >= 1900 and high <= 2100 and sample.schema[name].is_integer() and low != high:
        return Moment(name, pl.datetime(column, 1, 1), (name,), "%Y")
    return None


def _texts(values: "pl.Series", name: str) -> Moment | None:
    import polars as pl

    few = values.drop_nulls().unique(maintain_order=True).str.strip_chars()
    few = few.sample(min(few.len(), 5_000), seed=7)
    if not few.len() or not few.head(50).str.contains(r"\d{1,4}[-/. ]\w{1,3}[-/., ]").mean():
        return None
    best, share = "", 0.0
    for format in _FORMATS:
        exact = few.str.strptime(pl.Datetime("us"), format, strict=False)
        good = 1 - exact.null_count() / few.len()
        if good > share:
            best, share = format, good
    if share < _ENOUGH:
        return None
    read = pl.col(name).str.strip_chars().str.strptime(pl.Datetime("us"), best, strict=False)
    return Moment(name, read.dt.replace_time_zone(None), (name,), best)


def _together(sample: "pl.DataFrame", columns: Sequence[str]) -> Moment | None:
    """Year, month, day and hour in this order; or a date followed by an hour."""
    import polars as pl

    date = _moment(sample, columns[0])
    if date is not None and date.format != "%Y":
        hour = pl.col(columns[1]).cast(pl.Int64, strict=False)
        if len(columns) != 2 or not _within(sample, hour, 0, 23):
            return None
        return Moment("", date.expr + pl.duration(hours=hour), tuple(columns), date.format)
    if len(columns) > len(_PIECES):
        return None
    limits = ((1900, 2100), (1, 12), (1, 31), (0, 23))
    pieces = [pl.col(columns[0]).cast(pl.Int64, strict=False), _month(columns[1])]
    pieces += [pl.col(name).cast(pl.Int64, strict=False) for name in columns[2:]]
    if not all(_within(sample, piece, *limit) for piece, limit in zip(pieces, limits, strict=False)):
        return None
    return Moment("", _moment_of(pieces), tuple(columns))


def _moment_of(pieces: Sequence["pl.Expr"]) -> "pl.Expr":
    """A time from its pieces; none where they make no date (31 February)."""
    import polars as pl

    year, month = (piece.cast(pl.String) for piece in pieces[:2])
    day = pieces[2].cast(pl.String) if len(pieces) > 2 else pl.lit("1")
    text = pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-")
    at = text.str.strptime(pl.Datetime("us"), "%Y-%m-%d", strict=False)
    return at + pl.duration(hours=pieces[3]) if len(pieces) > 3 else at


def _month(name: str) -> "pl.Expr":
    """A month as a number, whether it is written as one or by its English name."""
    import polars as pl

    text = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
    return pl.coalesce(
        text.cast(pl.Int64, strict=False), text.replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    )


def _within(sample: "pl.DataFrame", piece: "pl.Expr", low: int, high: int) -> bool:
    return bool((sample.select(piece.is_between(low, high).fill_null(False).mean()).item() or 0) >= _ENOUGH)


def pieces_of(sample: "pl.DataFrame") -> list[Moment]:
    """Dates in pieces that the names give away: ``arrival_year``, ``arrival_month``, ``arrival_day``."""
    names = {name.lower(): name for name in sample.columns}
    found = []
    for lower, name in names.items():
        if "year" not in lower:
            continue
        stem = lower.replace("year", "")
        month = names.get(lower.replace("year", "month"))
        day = next(
            (names[f"{stem}{one}"] for one in ("day_of_month", "day") if f"{stem}{one}" in names), None
        )
        if month is None or day is None:
            continue
        made = _together(sample, (name, month, day))
        if made is not None:
            found.append(Moment("+".join(made.columns), made.expr, made.columns))
    return found


def calendar_columns(sample: "pl.DataFrame", time: Moment) -> set[str]:
    """The columns that only repeat a part of the time: its year, month, day, weekday or hour."""
    import polars as pl

    at = sample.select(time.expr.alias("at")).get_column("at")
    parts = [at.dt.year(), at.dt.month(), at.dt.day(), at.dt.weekday(), at.dt.hour(), at.dt.week()]
    parts += [at.dt.quarter(), at.dt.date(), at]
    repeated = set(time.columns)
    for name in sample.columns:
        values = sample.get_column(name)
        distinct = values.n_unique()
        if name in repeated or distinct < 2:
            continue
        for part in parts:
            kinds = part.n_unique()
            if kinds < 2 or 2 * kinds > sample.height or abs(kinds - distinct) > max(1, 0.05 * kinds):
                continue
            pairs = pl.DataFrame({"part": part, "value": values}).group_by("part", "value").len()
            agreeing = pairs.group_by("part").agg(pl.col("len").max()).get_column("len").sum()
            if agreeing >= 0.97 * sample.height and pairs.height <= 1.2 * max(kinds, distinct) + 1:
                repeated.add(name)
                break
        if name not in repeated and _of_the_year(values, at):
            repeated.add(name)
    return repeated


def _of_the_year(values: "pl.Series", at: "pl.Series") -> bool:
    """Whether a column follows the day of the year: a week number, a season."""
    import polars as pl

    pairs = pl.DataFrame({"day": at.dt.ordinal_day(), "value": values}).drop_nulls()
    if pairs.height < 100 or pairs.get_column("day").n_unique() < 60:
        return False
    if values.dtype.is_numeric():
        rho = pairs.select(pl.corr(pl.col("day").rank(), pl.col("value").rank())).item()
        if rho is not None and abs(rho) >= 0.97:
            return True
    span = at.max() - at.min()  # type: ignore[operator]
    if span.days < 400 or pairs.height < 5 * pairs.get_column("day").n_unique():  # type: ignore[union-attr]
        return False
    usual = (
        pairs.group_by("day", "value").len().group_by("day").agg(pl.col("len").max()).get_column("len").sum()
    )
    top = counted(pairs.get_column("value")).item(0, "count")
    return bool(usual >= 0.97 * pairs.height and top < 0.9 * pairs.height)
