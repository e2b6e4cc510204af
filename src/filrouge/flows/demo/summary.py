"""What happened in a demo, told from what the workspace recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from filrouge.flows.demo.plan import Plan
from filrouge.flows.demo.state import DemoState
from filrouge.flows.track_record import MonthRecord, track_record
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Alert
from filrouge.streamline.registry.ledger import Change, LedgerEntry, ledger

__all__ = ["Summary", "summary_of", "text_of"]


@dataclass(frozen=True)
class Summary:
    """The figures of a demo.

    Attributes:
        months: live answers, and the first real model left alone, month by month.
        first: the version that was left alone.
        entries: the ledger.
        alerts: all alerts, oldest first.
        logged: predictions in the log; ``labels`` of them have a label.
        state: the demo's notes: what was acknowledged, the check before and after.
    """

    months: Sequence[MonthRecord]
    first: str
    entries: Sequence[LedgerEntry]
    alerts: Sequence[Alert]
    logged: int
    labels: int
    state: DemoState


def summary_of(workspace: Workspace, product_id: str, plan: Plan, state: DemoState) -> Summary:
    """Read the workspace: the log, the ledger, the inbox."""
    import polars as pl

    start = datetime.combine(plan.days[0], time(), UTC) - timedelta(days=1)
    end = datetime.combine(plan.days[-1], time(), UTC) + timedelta(days=2)
    log = EventLog(workspace)
    with workspace.reading() as session:
        entries = ledger(session, product_id)
        alerts = list(session.scalars(sa.select(Alert).order_by(Alert.opened_at)))
    first = next(
        entry.version_id
        for entry in entries
        if entry.slot == "champion" and entry.change == Change.PROMOTE and entry.replaced is not None
    )
    counted = log.frame(product_id, start, end).select(pl.len(), pl.col("label").count()).collect()
    return Summary(
        months=track_record(workspace, product_id, start, end, versions=[first], log=log),
        first=first,
        entries=entries,
        alerts=alerts,
        logged=int(counted["len"][0]),
        labels=int(counted["label"][0]),
        state=state,
    )


def text_of(summary: Summary) -> list[str]:
    """The summary as lines for a terminal."""
    return [*_months(summary), "", *_ledger(summary), "", *_rest(summary)]


def _months(summary: Summary) -> list[str]:
    lines = [
        "Month by month: the product as it served, and its first real model left alone",
        "",
        f"{'':<7}{'flights':>10}{'late':>8}   {'ROC AUC':<18}{'average precision'}",
        f"{'':<7}{'':>10}{'':>8}   {'served':<9}{'alone':<9}{'served':<9}{'alone':<9}",
    ]
    for month in summary.months:
        alone = month.alone[summary.first]
        figures = "".join(
            f"{_figure(of[name]):<9}"
            for name in ("roc_auc", "average_precision")
            for of in (month.served, alone)
        )
        lines.append(f"{month.month:%Y-%m}{month.rows:>10,}{month.rate:>8.1%}   {figures}".rstrip())
    return lines


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _ledger(summary: Summary) -> list[str]:
    told = [
        f"{entry.from_at:%Y-%m-%d}  {entry.slot:<9} {entry.change:<9} "
        f"{entry.version_id.partition('/')[2]:<20} {entry.who}: {entry.why}"
        for entry in summary.entries
    ]
    return ["What served, since when, by whom and why", "", *told]


def _rest(summary: Summary) -> list[str]:
    state = summary.state
    lines = [
        f"Predictions: {state.acknowledged:,} acknowledged, {summary.logged:,} in the log",
        f"Labels:      {state.labelled:,} acknowledged, {summary.labels:,} in the log",
        f"Alerts:      {len(summary.alerts)}",
    ]
    for name, found in (("before", state.check_before), ("after", state.check_after)):
        if found is not None:
            counts = ", ".join(f"{count} {severity}" for severity, count in found["counts"].items())
            lines.append(f"Check {name + ':':<8}{counts}")
    return lines
