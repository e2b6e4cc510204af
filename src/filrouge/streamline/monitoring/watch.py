"""The watch: every monitor judges the windows that are due, once each, in order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import SystemClock, as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.judge import is_bad, judge
from filrouge.streamline.monitoring.profiles import Profile, read_profile
from filrouge.streamline.monitoring.readings import Reading, read
from filrouge.streamline.monitoring.tables import Alert, Definition, Monitor, MonitorValue, add_monitor
from filrouge.streamline.registry.version import ModelVersion

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "UnknownAlert",
    "acknowledge",
    "alert_named",
    "alerts",
    "default_monitors",
    "due_windows",
    "latest_values",
    "watch",
]

Window = tuple[datetime, datetime]


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
        "Missing values": Definition(kind="quality", threshold=0.3),
        "Drift of the features": Definition(kind="drift", threshold=0.25, after=2, hysteresis=0.05),
        "Performance": Definition(
            kind="performance", threshold=0.65, worse="below", window_h=168, delay_h=24, action="retrain"
        ),
        "Response time": Definition(kind="latency", threshold=250.0, hysteresis=50.0),
    }
    return [add_monitor(session, product_id, title, definition) for title, definition in usual.items()]


def due_windows(definition: Definition, since: datetime, now: datetime) -> list[Window]:
    """The windows to judge at ``now``, the oldest first: those that end after ``since``.

    Example:
        >>> day = Definition(kind="latency", threshold=1)
        >>> start = datetime(2013, 1, 1, 15, tzinfo=UTC)
        >>> [str(end) for _, end in due_windows(day, start, start + timedelta(days=2))]
        ['2013-01-02 00:00:00+00:00', '2013-01-03 00:00:00+00:00']
    """
    length = timedelta(hours=definition.window_h)
    epoch = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday, so that weeks are weeks
    end = epoch + ((as_utc(since) - epoch) // length + 1) * length
    windows = []
    while end + timedelta(hours=definition.delay_h) <= as_utc(now):
        windows.append((end - length, end))
        end += length
    return windows


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
        for window in due_windows(monitor.parsed, _aware(last.get(monitor.id)) or start, now)
    ]
    opened: list[Alert] = []
    frames = _Frames(workspace, log, product_id)
    for window, monitor in sorted(due, key=lambda item: (item[0][1], item[0][0], item[1].id)):
        frame, reference = frames.of(window)
        reading = read(monitor.parsed, frame, reference)
        with workspace.transaction("watch") as session:
            alert = _record(session, monitor, window, reading)
        if alert is not None:
            opened.append(alert)
    return opened


class _Frames:
    """The log of the window at hand, with the reference of the version that answered most in it."""

    def __init__(self, workspace: Workspace, log: EventLog, product_id: str) -> None:
        self._workspace, self._log, self._product = workspace, log, product_id
        self._window: Window | None = None
        self._held: tuple[Any, Profile | None] = (None, None)
        self._references: dict[str, Profile | None] = {}

    def of(self, window: Window) -> "tuple[pl.DataFrame, Profile | None]":
        if window != self._window:
            import polars as pl

            frame = self._log.frame(self._product, *window).filter(pl.col("slot") != "challenger").collect()
            versions = frame["model_version"].value_counts().sort("count", "model_version", descending=True)
            self._held = frame, self._reference(versions["model_version"][0]) if frame.height else None
            self._window = window
        return self._held

    def _reference(self, version: str) -> Profile | None:
        if version not in self._references:
            with self._workspace.reading() as session:
                found = session.get(ModelVersion, version)
                digest = found.profile if found is not None else ""
            self._references[version] = (
                read_profile(self._workspace.artifacts.get(digest)) if digest else None
            )
        return self._references[version]


def _aware(at: datetime | None) -> datetime | None:
    return as_utc(at) if at is not None else None


def _record(session: Session, monitor: Monitor, window: Window, reading: Reading) -> Alert | None:
    """Write a window's value and what it does to the alert; gives the alert that it opened."""
    definition, end = monitor.parsed, window[1]
    mine = select(MonitorValue).where(MonitorValue.monitor_id == monitor.id)
    if session.scalars(mine.where(MonitorValue.end_at == end)).first() is not None:
        return None  # another process was quicker
    latest = select(Alert).where(Alert.monitor_id == monitor.id).order_by(Alert.opened_at.desc()).limit(1)
    alert = session.scalars(latest).first()
    alerting = alert is not None and alert.state != "closed"
    depth = max(definition.after, definition.clear) - 1
    past = mine.where(MonitorValue.value.is_not(None)).order_by(MonitorValue.end_at.desc()).limit(depth)
    history = [row.value for row in reversed(session.scalars(past).all())] if depth else []
    value, recorded = reading.value, SystemClock().now()
    bad = value is not None and is_bad(definition, value, alerting=alerting)
    session.add(
        MonitorValue(
            monitor_id=monitor.id,
            product_id=monitor.product_id,
            start_at=window[0],
            end_at=end,
            slice="",
            value=value,
            n=reading.n,
            bad=bad,
            detail=reading.detail,
            recorded_at=recorded,
        )
    )
    closed_at = alert.closed_at if alert is not None else None
    verdict = judge([*history, value], definition, alerting=alerting, now=end, closed_at=closed_at)
    if verdict == "close" and alert is not None:
        alert.state, alert.closed_at = "closed", end
    if verdict != "open":
        return None
    assert value is not None
    evidence = {
        "value": value,
        "threshold": definition.threshold,
        "n": reading.n,
        "history": [*history, value],
        "window": [window[0].isoformat(), end.isoformat()],
        **reading.detail,
    }
    title = f"{monitor.title}: {value:.4g} is {definition.worse} {definition.threshold:.4g}"
    made = Alert(
        product_id=monitor.product_id,
        monitor_id=monitor.id,
        title=title,
        action=definition.action,
        opened_at=session.info["clock"].now(),
        evidence=evidence,
        recorded_at=recorded,
    )
    session.add(made)
    session.flush()
    return made


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
        raise UnknownAlert(f"There is no alert '{alert_id}'.", action="See them with: filrouge alerts --all")
    return found


def latest_values(session: Session, product_id: str) -> list[dict[str, Any]]:
    """Each monitor with the value of its newest window, for the page and the command line."""
    query = select(Monitor).where(Monitor.product_id == product_id, Monitor.archived_at.is_(None))
    rows = []
    for monitor in session.scalars(query.order_by(Monitor.position, Monitor.id)):
        mine = select(MonitorValue).where(MonitorValue.monitor_id == monitor.id)
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
    """Say that somebody looks after it; a closed alert stays closed."""
    if alert.state == "open":
        alert.state = "acknowledged"
        alert.acknowledged_at = session.info["clock"].now()
        alert.acknowledged_by = session.info.get("actor", "")
