"""The watch: every monitor judges the windows that are due, once each, in order."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.judge import is_bad, judge
from filrouge.streamline.monitoring.readings import Reading, read
from filrouge.streamline.monitoring.tables import Alert, Definition, Monitor, MonitorValue, add_monitor
from filrouge.streamline.monitoring.windows import Window, WindowLog, due_windows

__all__ = [
    "UnknownAlert",
    "acknowledge",
    "alert_named",
    "alerts",
    "default_monitors",
    "latest_values",
    "watch",
]


_SHOWN = 10


class UnknownAlert(FilrougeError):
    """No alert has this id."""

    code = "monitor.unknown-alert"
    status = 404


def default_monitors(session: Session, product_id: str) -> list[Monitor]:
    """The monitors of a product; the usual four are defined when there is none yet."""
    query = select(Monitor).where(Monitor.product_id == product_id, Monitor.archived_at.is_(None))
    found = list(session.scalars(query.order_by(Monitor.position, Monitor.id)))
    if found:
        return found
    usual = {
        "Missing values": Definition(kind="quality", threshold=0.3, after=2, hysteresis=0.05),
        # Over a day, whatever follows the week or the weather has always drifted.
        "Drift of the features": Definition(
            kind="drift", threshold=0.25, window_h=168, after=2, hysteresis=0.05
        ),
        "Performance": Definition(
            kind="performance", threshold=0.65, worse="below", window_h=168, delay_h=24, action="retrain"
        ),
        "Response time": Definition(kind="latency", threshold=250.0, hysteresis=50.0),
    }
    return [add_monitor(session, product_id, title, definition) for title, definition in usual.items()]


def watch(
    workspace: Workspace, product_id: str, now: datetime | None = None, *, log: EventLog | None = None
) -> list[Alert]:
    """Judge every window that is due; each is written with its alert in one transaction.

    Killed anywhere, the next call goes on with the first window that is not written.

    Args:
        now: the workspace's time by default.

    Returns:
        The alerts that were opened.
    """
    now = now or workspace.clock.now()
    log = log or EventLog(workspace)
    with workspace.reading() as session:
        query = select(Monitor).where(Monitor.product_id == product_id, Monitor.archived_at.is_(None))
        monitors = list(session.scalars(query.order_by(Monitor.position, Monitor.id)))
        first = session.scalar(
            select(func.min(PredictionDay.day)).where(PredictionDay.product_id == product_id)
        )
        last = dict(
            session.execute(
                select(MonitorValue.monitor_id, func.max(MonitorValue.end_at)).group_by(
                    MonitorValue.monitor_id
                )
            ).all()
        )
    if first is None:
        return []
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    due = [
        (window, monitor)
        for monitor in monitors
        for window in due_windows(monitor.parsed, last.get(monitor.id, start), now)
    ]
    _close_what_nobody_watches(workspace, product_id, now)
    opened: list[Alert] = []
    logged = WindowLog(workspace, log, product_id)
    for window, monitor in sorted(due, key=lambda item: (item[0][1], item[0][0], item[1].id)):
        reading = read(monitor.parsed, logged.of(window))
        with workspace.transaction("watch") as session:
            alert = _record(session, monitor, window, reading)
        if alert is not None:
            opened.append(alert)
    return opened


def _close_what_nobody_watches(workspace: Workspace, product_id: str, now: datetime) -> None:
    """The open alerts of archived monitors: no window will close them."""
    archived = select(Monitor.id).where(Monitor.product_id == product_id, Monitor.archived_at.is_not(None))
    left = select(Alert).where(Alert.monitor_id.in_(archived), Alert.state != "closed")
    with workspace.reading() as session:
        if session.scalars(left).first() is None:
            return
    with workspace.transaction("watch") as session:
        for alert in session.scalars(left):
            alert.state, alert.closed_at = "closed", now


def _record(session: Session, monitor: Monitor, window: Window, reading: Reading) -> Alert | None:
    """Write a window's value, its slices and what it does to the alert; gives the alert that it opened."""
    definition, end, value = monitor.parsed, window[1], reading.value
    session.get(Monitor, monitor.id, with_for_update=True)  # one process at a time judges for a monitor
    mine = select(MonitorValue.value).where(MonitorValue.monitor_id == monitor.id, MonitorValue.slice == "")
    if session.execute(mine.where(MonitorValue.end_at == end)).first() is not None:
        return None  # another process was quicker
    latest = select(Alert).where(Alert.monitor_id == monitor.id).order_by(Alert.opened_at.desc()).limit(1)
    alert = session.scalars(latest).first()
    alerting = alert is not None and alert.state != "closed"
    depth = max(definition.after, definition.clear) - 1
    past = mine.where(MonitorValue.value.is_not(None)).order_by(MonitorValue.end_at.desc()).limit(depth)
    history = [*reversed(session.scalars(past).all() if depth else []), value]
    _write(session, monitor, window, reading, alerting=alerting)
    closed_at = alert.closed_at if alert is not None else None
    verdict = judge(history, definition, alerting=alerting, now=end, closed_at=closed_at)
    if verdict == "close" and alert is not None:
        alert.state, alert.closed_at = "closed", end
    return _opened(session, monitor, window, reading, history) if verdict == "open" else None


def _write(session: Session, monitor: Monitor, window: Window, reading: Reading, *, alerting: bool) -> None:
    definition, value = monitor.parsed, reading.value
    bad = value is not None and is_bad(definition, value, alerting=alerting)
    common = {
        "monitor_id": monitor.id,
        "product_id": monitor.product_id,
        "start_at": window[0],
        "end_at": window[1],
        "recorded_at": SystemClock().now(),
    }
    session.add(MonitorValue(**common, value=value, n=reading.n, bad=bad, detail=reading.detail))
    for name, (reached, n) in reading.slices.items():
        seen = {"slice": name, "value": reached, "n": n, "bad": is_bad(definition, reached)}
        session.add(MonitorValue(**common, **seen, detail={}))


def _opened(
    session: Session, monitor: Monitor, window: Window, reading: Reading, history: list[float | None]
) -> Alert:
    definition, value = monitor.parsed, reading.value
    assert value is not None
    evidence = {
        "value": value,
        "threshold": definition.threshold,
        "n": reading.n,
        "history": history,
        "window": [moment.isoformat() for moment in window],
        **_shown(reading.detail),
    }
    made = Alert(
        product_id=monitor.product_id,
        monitor_id=monitor.id,
        title=f"{monitor.title}: {value:.4g} is {definition.worse} {definition.threshold:.4g}",
        action=definition.action,
        opened_at=session.info["clock"].now(),
        evidence=evidence,
        recorded_at=SystemClock().now(),
    )
    session.add(made)
    session.flush()
    return made


def _shown(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail of a window with its worst columns only: an alert is read by people."""
    if "columns" not in detail:
        return detail
    return {**detail, "columns": dict(list(detail["columns"].items())[:_SHOWN])}


def alerts(session: Session, product_id: str | None = None, *, states: Sequence[str] = ()) -> list[Alert]:
    """The inbox, the newest first."""
    query = select(Alert).order_by(Alert.opened_at.desc(), Alert.id)
    if product_id is not None:
        query = query.where(Alert.product_id == product_id)
    if states:
        query = query.where(Alert.state.in_(states))
    return list(session.scalars(query))


def alert_named(session: Session, alert_id: str) -> Alert:
    """The alert with this id.

    Raises:
        UnknownAlert: there is none.
    """
    found = session.get(Alert, alert_id)
    if found is None:
        raise UnknownAlert(
            _("There is no alert '{alert}'.").format(alert=alert_id),
            action=_("See them with: filrouge alerts --all"),
        )
    return found


def latest_values(session: Session, product_id: str) -> list[dict[str, Any]]:
    """Each monitor with the value of its newest window, for the page and the command line."""
    query = select(Monitor).where(Monitor.product_id == product_id, Monitor.archived_at.is_(None))
    rows = []
    for monitor in session.scalars(query.order_by(Monitor.position, Monitor.id)):
        mine = select(MonitorValue).where(MonitorValue.monitor_id == monitor.id, MonitorValue.slice == "")
        last = session.scalars(mine.order_by(MonitorValue.end_at.desc()).limit(1)).first()
        rows.append(
            {
                "id": monitor.id,
                "title": monitor.title,
                "kind": monitor.parsed.kind,
                "threshold": monitor.parsed.threshold,
                "value": last.value if last else None,
                "n": last.n if last else 0,
                "bad": bool(last and last.bad),
                "end_at": last.end_at if last else None,
            }
        )
    return rows


def acknowledge(session: Session, alert: Alert) -> None:
    """Say that somebody looks after it; a closed alert stays closed.

    One that reports what was done already, such as a rollback, has no monitor that closes it later: it is
    closed by this.
    """
    if alert.state == "open":
        alert.state = "acknowledged"
        alert.acknowledged_at = session.info["clock"].now()
        alert.acknowledged_by = session.info.get("actor", "")
        if not alert.monitor_id:
            alert.state, alert.closed_at = "closed", alert.acknowledged_at
