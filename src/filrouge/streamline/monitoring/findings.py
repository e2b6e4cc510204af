"""Alerts as findings: what happened, since when, how bad, what was done about it; read in a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import as_utc
from filrouge.kernel.figures import figure
from filrouge.streamline.monitoring.deeds import Deed, deeds_of
from filrouge.streamline.monitoring.tables import Alert, Definition, Monitor, MonitorValue, PromotionWatch
from filrouge.streamline.monitoring.wording import Words, columns_of, rollback_words, value_words, words_of
from filrouge.streamline.registry.ledger import Change, LedgerEntry, Slot, ledger
from filrouge.streamline.registry.version import version_name

__all__ = ["Finding", "findings_of"]

_SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """An alert as people read it.

    Args:
        words: what happened.
        since: start of the first bad window, or when it was done.
        rows: how many rows the value stands on.
        hours: length of the window; 0 when there is none.
        columns: the worst, with their figures; ``more`` others are beyond the threshold too.
        slices: the worst, with value and rows.
        served: id of the version that answered, or that was rolled back; empty when nothing tells.
        deployment: id of the entry of the ledger behind it.
        deeds: what was done about it.
    """

    alert: Alert
    words: Words
    since: datetime
    rows: int
    hours: int
    columns: tuple[tuple[str, str], ...]
    more: int
    slices: tuple[tuple[str, str, int], ...]
    served: str
    deployment: str
    deeds: tuple[Deed, ...]

    @property
    def served_name(self) -> str:
        """How people call the version that answered."""
        return version_name(self.served)


def findings_of(session: Session, product_id: str, alerts: Sequence[Alert]) -> dict[str, Finding]:
    """The findings of alerts of one product, by the alert's id, in their order."""
    monitors = _monitors(session, alerts)
    values = _values(session, alerts)
    entries = {entry.id: entry for entry in ledger(session, product_id)}
    watched = select(PromotionWatch).where(PromotionWatch.product_id == product_id)
    verdicts = {verdict.entry_id: verdict for verdict in session.scalars(watched)}
    found = {}
    for alert in alerts:
        end = _end(alert)
        monitor = monitors.get(alert.monitor_id)
        seen = values.get((alert.monitor_id, end), [])
        if monitor is None or "value" not in alert.evidence:
            rollback = _rollback(entries.values(), alert)
            deeds = deeds_of(alert, entries, verdicts, rollback)
            found[alert.id] = _reported(alert, rollback, deeds)
        else:
            served = _served(entries.values(), end)
            found[alert.id] = _finding(alert, monitor, seen, served, deeds_of(alert, entries, verdicts))
    return found


def _reported(alert: Alert, rollback: LedgerEntry | None, deeds: tuple[Deed, ...]) -> Finding:
    """What no monitor saw: a rollback."""
    version = (rollback.replaced or "") if rollback else ""
    words = rollback_words(alert, version, rollback.version_id if rollback else "")
    at, rows = as_utc(alert.opened_at), int(alert.evidence.get("n", 0))
    return Finding(alert, words, at, rows, 0, (), 0, (), version, rollback.id if rollback else "", deeds)


def _finding(
    alert: Alert,
    monitor: Monitor,
    seen: Sequence[MonitorValue],
    served: LedgerEntry | None,
    deeds: tuple[Deed, ...],
) -> Finding:
    """``seen``: the window that opened the alert, and its slices."""
    definition = monitor.parsed
    detail = next((value.detail for value in seen if value.detail and not value.slice), alert.evidence)
    columns = columns_of(definition, detail)
    return Finding(
        alert,
        words_of(alert, monitor.title, definition, detail),
        _since(alert, definition),
        int(alert.evidence.get("n", 0)),
        definition.window_h,
        tuple((name, value_words(definition, value)) for name, value in columns[:_SHOWN]),
        max(0, len(columns) - _SHOWN),
        _slices(definition, seen),
        served.version_id if served else "",
        served.id if served else "",
        deeds,
    )


def _slices(definition: Definition, seen: Sequence[MonitorValue]) -> tuple[tuple[str, str, int], ...]:
    """The worst slices that are bad themselves."""
    sign = -1 if definition.worse == "above" else 1
    bad = [(value.slice, value.value, value.n) for value in seen if value.slice and value.bad]
    known = [(name, value, n) for name, value, n in bad if value is not None]
    known.sort(key=lambda item: sign * item[1])
    return tuple((name.replace("=", " "), figure(value), n) for name, value, n in known[:_SHOWN])


def _since(alert: Alert, definition: Definition) -> datetime:
    """Start of the first of the bad windows that opened it."""
    window = alert.evidence.get("window")
    start = datetime.fromisoformat(window[0]) if window else as_utc(alert.opened_at)
    return start - timedelta(hours=(definition.after - 1) * definition.window_h)


def _end(alert: Alert) -> datetime:
    window = alert.evidence.get("window")
    return datetime.fromisoformat(window[1]) if window else as_utc(alert.opened_at)


def _served(entries: Iterable[LedgerEntry], end: datetime) -> LedgerEntry | None:
    """The champion when a window ended."""
    held = [entry for entry in entries if entry.slot == Slot.CHAMPION and as_utc(entry.from_at) < end]
    return max(held, key=lambda entry: (as_utc(entry.from_at), entry.id), default=None)


def _rollback(entries: Iterable[LedgerEntry], alert: Alert) -> LedgerEntry | None:
    """The rollback that was written with an alert."""
    at = as_utc(alert.opened_at)
    return next(
        (entry for entry in entries if entry.change == Change.ROLLBACK and as_utc(entry.from_at) == at), None
    )


def _monitors(session: Session, alerts: Sequence[Alert]) -> dict[str, Monitor]:
    wanted = {alert.monitor_id for alert in alerts if alert.monitor_id}
    return {one.id: one for one in session.scalars(select(Monitor).where(Monitor.id.in_(wanted)))}


def _values(session: Session, alerts: Sequence[Alert]) -> dict[tuple[str, Any], list[MonitorValue]]:
    """The windows that opened the alerts, with their slices, by monitor and end."""
    ends = {(alert.monitor_id, _end(alert)) for alert in alerts if alert.monitor_id}
    query = select(MonitorValue).where(
        MonitorValue.monitor_id.in_({monitor for monitor, _ in ends}),
        MonitorValue.end_at.in_({end for _, end in ends}),
    )
    found: dict[tuple[str, Any], list[MonitorValue]] = {}
    for value in session.scalars(query):
        found.setdefault((value.monitor_id, as_utc(value.end_at)), []).append(value)
    return found
