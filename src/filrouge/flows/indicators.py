"""Indicators over the event log: their values by period, and the watch over the main one (ORG-16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import as_utc
from filrouge.measures.values import IndicatorValue, Wanted, Written, latest_values, refresh_values
from filrouge.organize.indicators import Better, Indicator, main_indicator, measure_of
from filrouge.storage.editing import edit, listed
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Definition, Monitor, add_monitor
from filrouge.streamline.registry.ledger import Slot, ledger
from filrouge.thread.links import link
from filrouge.thread.ref import Ref

__all__ = ["MEASURED_BY", "PERIOD_HOURS", "Reached", "reached", "refresh_indicators", "watch_main_indicator"]

MEASURED_BY = "measured_by"
PERIOD_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720}


@dataclass(frozen=True)
class Reached:
    """An indicator with what it reached.

    Attributes:
        values: its newest periods, the oldest first; empty when nothing was measured yet.
    """

    indicator: Indicator
    values: tuple[IndicatorValue, ...] = ()

    @property
    def latest(self) -> IndicatorValue | None:
        """The newest period that has a value."""
        return next((one for one in reversed(self.values) if one.value is not None), None)

    @property
    def on_target(self) -> bool | None:
        """Whether the newest value is as good as the target; none where one of them is missing."""
        target, latest = self.indicator.target, self.latest
        if target is None or latest is None or latest.value is None:
            return None
        if self.indicator.better == Better.HIGHER:
            return latest.value >= target
        return latest.value <= target


def refresh_indicators(
    workspace: Workspace, product_id: str, now: datetime, *, log: EventLog | None = None
) -> list[Written]:
    """Compute what is due of every indicator that has a measure, and tie it to what served meanwhile."""
    with workspace.reading() as session:
        wanted = [
            Wanted(one.id, measure, one.period)
            for one in listed(session, Indicator, product_id)
            if (measure := measure_of(one)) is not None
        ]
    written = refresh_values(workspace, product_id, wanted, now, log=log or EventLog(workspace))
    if written:
        with workspace.transaction("worker") as session:
            _tie(session, product_id, written)
    return written


def _tie(session: Session, product_id: str, written: Sequence[Written]) -> None:
    """A champion is measured by the indicators of the periods in which it served: the thread's last step."""
    served = [entry for entry in ledger(session, product_id) if entry.slot == Slot.CHAMPION]
    ties = {
        (entry.ref, Ref("indicator", one.indicator))
        for one in written
        for entry in served
        if as_utc(entry.from_at) < one.end and (entry.to_at is None or as_utc(entry.to_at) > one.start)
    }
    for deployment, indicator in sorted(ties):
        link(session, product_id, deployment, MEASURED_BY, indicator)


def reached(
    session: Session, product_id: str, *, limit: int = 12, only: Indicator | None = None
) -> list[Reached]:
    """The indicators of a product, with their newest values.

    Args:
        limit: periods of each.
        only: this one alone.
    """
    known = [only] if only is not None else listed(session, Indicator, product_id)
    values = latest_values(session, product_id, limit, indicators=[one.id for one in known])
    return [Reached(one, tuple(values.get(one.id, ()))) for one in known]


def watch_main_indicator(session: Session, product_id: str) -> Monitor | None:
    """The monitor that compares the main indicator with its target.

    Every monitor made for an indicator follows its measure, target and period; when it speaks and what is
    done then stays as people set it. A monitor that was archived stays so.

    Returns:
        The main indicator's; none where it has no measure or no target.
    """
    known = {
        monitor.parsed.indicator: monitor
        for monitor in session.scalars(select(Monitor).where(Monitor.product_id == product_id))
        if monitor.parsed.indicator
    }
    for one in listed(session, Indicator, product_id):
        monitor = known.get(one.id)
        if monitor is not None and monitor.archived_at is None:
            followed = _followed(one, monitor.parsed)
            if followed is not None and followed != monitor.parsed:
                edit(session, monitor, definition=msgspec.to_builtins(followed))
    main = main_indicator(session, product_id)
    if main is None or main.id in known:
        return known.get(main.id) if main is not None else None
    fresh = _followed(main, Definition(kind="latency", threshold=0.0, delay_h=24))
    return add_monitor(session, product_id, main.title[:200], fresh) if fresh is not None else None


def _followed(indicator: Indicator, definition: Definition) -> Definition | None:
    """The definition with what the indicator says; none while it lacks a measure or a target."""
    measure = measure_of(indicator)
    if measure is None or indicator.target is None:
        return None
    return msgspec.structs.replace(
        definition,
        kind="indicator",
        indicator=indicator.id,
        measure=measure,
        threshold=indicator.target,
        worse="below" if indicator.better == Better.HIGHER else "above",
        window_h=PERIOD_HOURS[indicator.period],
    )
