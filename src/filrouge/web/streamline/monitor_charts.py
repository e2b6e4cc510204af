"""The charts of the pages of monitoring and deployment: what the tables hold, handed to Altair."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.kernel.i18n import _
from filrouge.streamline.monitoring.charts import Band, Cell, Event, Point, farthest, heat_chart, value_chart
from filrouge.streamline.monitoring.tables import Alert, Definition, Monitor, MonitorValue
from filrouge.streamline.registry.ledger import Change, LedgerEntry, Slot, ledger
from filrouge.streamline.registry.version import version_name
from filrouge.web.streamline.model_words import CHANGES
from filrouge.web.streamline.monitor_words import is_share, value_title

__all__ = ["changes_of_champion", "over_time", "parts"]

_FIGURES = {"drift": "psi", "quality": "beyond_reference"}
_MOST_ROWS = 18


def over_time(session: Session, monitor: Monitor, since: datetime, now: datetime) -> dict[str, Any]:
    """A monitor's values over time, with its threshold, alerts, promotions and rollbacks."""
    definition = monitor.parsed
    found = _values(session, monitor, since, slices=False)
    start = found[0].start_at if found else since
    made = value_chart(
        [Point(one.start_at, one.end_at, one.value, one.n, one.bad) for one in found],
        title=value_title(definition),
        threshold=definition.threshold,
        events=changes_of_champion(ledger(session, str(monitor.product_id)), start),
        bands=[
            Band(max(one.opened_at, start), one.closed_at or now, one.title)
            for one in session.scalars(select(Alert).where(Alert.monitor_id == monitor.id))
            if (one.closed_at or now) > start
        ],
        percent=is_share(definition),
        zero=definition.kind in ("latency", "drift", "quality"),
    )
    return _specification(made)


def parts(session: Session, monitor: Monitor, since: datetime) -> dict[str, Any]:
    """A monitor's columns or slices by windows."""
    definition = monitor.parsed
    figure = _FIGURES.get(definition.kind)
    found = _values(session, monitor, since, slices=figure is None)
    if figure is not None:
        cells = [
            Cell(one.start_at, name, column[figure])
            for one in found
            for name, column in one.detail.get("columns", {}).items()
        ]
    else:
        cells = [Cell(one.start_at, one.slice, one.value) for one in found if one.value is not None]
    kept = _worst_rows(cells, definition)
    title = value_title(definition)
    return _specification(heat_chart(kept, title=title, limit=_full(definition), worse=definition.worse))


def changes_of_champion(entries: Iterable[LedgerEntry], since: datetime) -> list[Event]:
    """What changed in the champion's place, to be marked on a chart."""
    found, before = [], ""
    for entry in entries:
        if entry.slot != Slot.CHAMPION:
            continue
        bad = entry.change in (Change.ROLLBACK, Change.DEGRADE)
        name = version_name(entry.version_id)
        model, _space, number = name.rpartition(" ")
        label = number if model == before else name
        before = model
        words = f"{name}, {_(CHANGES[entry.change])}: {entry.why}"
        if entry.from_at >= since:
            found.append(Event(entry.from_at, f"↩ {label}" if bad else label, words, bad=bad))
    return found


def _values(session: Session, monitor: Monitor, since: datetime, *, slices: bool) -> list[MonitorValue]:
    query = select(MonitorValue).where(
        MonitorValue.monitor_id == monitor.id,
        MonitorValue.slice != "" if slices else MonitorValue.slice == "",
        MonitorValue.start_at >= since,
    )
    return list(session.scalars(query.order_by(MonitorValue.end_at, MonitorValue.slice)))


def _worst_rows(cells: list[Cell], definition: Definition) -> list[Cell]:
    """The rows that went farthest, as many as one can read."""
    kept = farthest(((cell.row, cell.value) for cell in cells), definition.worse)[:_MOST_ROWS]
    return [cell for cell in cells if cell.row in kept]


def _full(definition: Definition) -> float:
    """Where the colour is full: at the threshold, four times it for drift, a tenth below it for metrics."""
    if definition.kind == "drift":
        return 4 * definition.threshold
    if definition.kind == "performance" and definition.worse == "below":
        return definition.threshold - 0.1
    return definition.threshold or 1.0


def _specification(made: Any) -> dict[str, Any]:
    found: dict[str, Any] = made.to_dict(validate=False)
    return found
