"""What indicators reached, period by period: computed over the event log, kept for pages.

A period's value is computed when the period is over, and again when something of its days came later
(labels take their time) or when the measure was changed. What a value stands on is remembered as
``basis``: the measure's digest and the newest compaction of the period's days.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock, as_utc
from filrouge.measures.evaluate import Value, evaluate
from filrouge.measures.measure import Measure
from filrouge.storage.base import Base
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.tables import LogPart
from filrouge.storage.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl

__all__ = ["IndicatorValue", "Wanted", "Written", "latest_values", "period_start", "refresh_values"]


_TOGETHER = timedelta(days=21)


class IndicatorValue(Base):
    """An indicator over one period; ``value`` is none when there was nothing to measure."""

    __tablename__ = "indicator_value"
    __table_args__ = (Index("ix_indicator_value_product", "product_id", "end_at"),)

    indicator_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    end_at: Mapped[datetime]
    product_id: Mapped[str] = mapped_column(String(40))
    value: Mapped[float | None]
    n: Mapped[int]
    """Predictions that counted."""
    basis: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime]


@dataclass(frozen=True)
class Wanted:
    """An indicator to compute: its id, its measure, the length of its periods (``hour``, ``day``, …)."""

    id: str
    measure: Measure
    period: str


class Written(NamedTuple):
    """A period of an indicator that was computed."""

    indicator: str
    start: datetime
    end: datetime


def period_start(moment: datetime, period: str) -> datetime:
    """The first moment of the period (UTC) that holds a moment; weeks start on Monday.

    Example:
        >>> str(period_start(datetime(2013, 3, 7, 9, tzinfo=UTC), "week"))
        '2013-03-04 00:00:00+00:00'
    """
    hour = as_utc(moment).replace(minute=0, second=0, microsecond=0)
    if period == "hour":
        return hour
    day = hour.replace(hour=0)
    if period == "day":
        return day
    return day - timedelta(days=day.weekday()) if period == "week" else day.replace(day=1)


def refresh_values(
    workspace: Workspace, product_id: str, wanted: Sequence[Wanted], now: datetime, *, log: EventLog
) -> list[Written]:
    """Compute the values that are due; each period in one transaction, so that it can be killed anywhere.

    Args:
        wanted: the indicators of the product that have a measure.
        now: periods that end by then are over.
        log: compacted; what is not compacted yet is counted at the next call.

    Returns:
        What was written, the oldest period first.
    """
    with workspace.reading() as session:
        newest = _newest_by_day(session, product_id)
        columns = select(IndicatorValue.indicator_id, IndicatorValue.start_at, IndicatorValue.basis)
        rows = session.execute(columns.where(IndicatorValue.product_id == product_id))
        known = {(identifier, as_utc(start)): basis for identifier, start, basis in rows}
    due: dict[tuple[datetime, datetime], list[tuple[Wanted, str]]] = {}
    for one in wanted:
        for start, end, version in _periods(newest, one.period, now):
            basis = f"{_digest(one.measure)}/{version}"
            if known.get((one.id, start)) != basis:
                due.setdefault((start, end), []).append((one, basis))
    read = _Reading(log, product_id, list(due))
    for period, some in sorted(due.items(), key=lambda item: item[0]):
        frame = read.of(period)
        with workspace.transaction("worker") as session:
            for one, basis in some:
                found = _evaluated(one.measure, frame)
                session.merge(
                    IndicatorValue(
                        indicator_id=one.id,
                        start_at=period[0],
                        end_at=period[1],
                        product_id=product_id,
                        value=found.value,
                        n=found.n,
                        basis=basis,
                        recorded_at=SystemClock().now(),
                    )
                )
    return [Written(one.id, *period) for period, some in sorted(due.items()) for one, _basis in some]


def latest_values(
    session: Session, product_id: str, limit: int = 12, *, indicators: Sequence[str] = ()
) -> dict[str, list[IndicatorValue]]:
    """The newest periods of each indicator, the oldest first.

    Args:
        limit: periods of each.
        indicators: only these; all of the product by default.
    """
    place = func.row_number().over(
        partition_by=IndicatorValue.indicator_id, order_by=IndicatorValue.start_at.desc()
    )
    ranked = select(IndicatorValue.indicator_id, IndicatorValue.start_at, place.label("place")).where(
        IndicatorValue.product_id == product_id
    )
    if indicators:
        ranked = ranked.where(IndicatorValue.indicator_id.in_(indicators))
    newest = ranked.subquery()
    query = (
        select(IndicatorValue)
        .join(
            newest,
            (IndicatorValue.indicator_id == newest.c.indicator_id)
            & (IndicatorValue.start_at == newest.c.start_at),
        )
        .where(newest.c.place <= limit)
        .order_by(IndicatorValue.start_at)
    )
    found: dict[str, list[IndicatorValue]] = {}
    for row in session.scalars(query):
        found.setdefault(row.indicator_id, []).append(row)
    return found


class _Reading:
    """The log of the periods that are due: one reading for all where they lie close together."""

    def __init__(self, log: EventLog, product_id: str, periods: Sequence[tuple[datetime, datetime]]) -> None:
        self._log, self._product = log, product_id
        self._whole: pl.DataFrame | None = None
        if len(periods) > 1:
            first, last = min(start for start, _ in periods), max(end for _, end in periods)
            if last - first <= _TOGETHER:
                self._whole = log.frame(product_id, first, last).collect()

    def of(self, period: tuple[datetime, datetime]) -> "pl.DataFrame":
        import polars as pl

        if self._whole is None:
            return self._log.frame(self._product, *period).collect()
        start, end = period
        return self._whole.filter(pl.col("at").is_between(pl.lit(start), pl.lit(end), closed="left"))


def _newest_by_day(session: Session, product_id: str) -> dict[date, int]:
    """The newest compaction that touched each day; it is in the names of the day's files."""
    query = select(LogPart.day, func.max(LogPart.path)).where(LogPart.product_id == product_id)
    newest: dict[date, int] = {}
    for day, path in session.execute(query.group_by(LogPart.day, LogPart.kind)):
        newest[day] = max(newest.get(day, 0), int(PurePath(path).stem))
    return newest


def _periods(
    newest: Mapping[date, int], period: str, now: datetime
) -> Iterator[tuple[datetime, datetime, int]]:
    """The periods that are over and hold predictions: start, end, their newest compaction."""
    found: dict[datetime, int] = {}
    for day, version in newest.items():
        first = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for hour in range(24) if period == "hour" else (0,):
            start = period_start(first + timedelta(hours=hour), period)
            found[start] = max(found.get(start, 0), version)
    for start, version in sorted(found.items()):
        end = _end(start, period)
        if end <= now:
            yield start, end, version


def _end(start: datetime, period: str) -> datetime:
    if period == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[period]


def _digest(measure: Measure) -> str:
    return hashlib.sha256(msgspec.json.encode(measure)).hexdigest()[:16]


def _evaluated(measure: Measure, frame: "pl.DataFrame") -> Value:
    """The measure over a period's predictions; a challenger in the shadow serves nobody."""
    import polars as pl

    from filrouge.measures.expression import BadExpression

    try:
        return evaluate(measure, frame.filter(pl.col("slot") != "challenger"))
    except BadExpression:  # a column that this period did not log: nothing to measure in it
        return Value(None, 0)
