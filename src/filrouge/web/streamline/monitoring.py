"""Monitoring: each monitor as a question, its answer in words and a chart; changed there (STR-17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Form
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.measures.metrics import METRICS
from filrouge.organize.indicators import Indicator, measure_of
from filrouge.storage.editing import edit, find, listed
from filrouge.streamline.monitoring.tables import (
    Alert,
    BadMonitor,
    Definition,
    Monitor,
    MonitorValue,
    add_monitor,
)
from filrouge.streamline.registry.version import versions
from filrouge.web.overview import head_of
from filrouge.web.streamline import monitor_charts
from filrouge.web.streamline.monitor_words import ACTIONS, KINDS, QUESTIONS, asked, figure
from filrouge.web.visit import Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/monitoring")

SPANS = {30: "30", 90: "90", 365: "365"}
_SHOWN = 12


@dataclass(frozen=True)
class MonitorView:
    """A monitor as the page tells it.

    Attributes:
        state: ``alert``, ``good``, ``bad`` (not long enough for an alert) or ``quiet`` (no value yet).
        recent: its newest windows, the latest first.
        version: of the charts: it changes with what they show.
        parts: what else its chart can be asked for: ``columns`` or ``slices``.
    """

    monitor: Monitor
    definition: Definition
    question: str
    state: str
    latest: MonitorValue | None
    figure: str
    asked: str
    recent: tuple[tuple[MonitorValue, str], ...]
    judged: int
    bad: int
    alert: Alert | None
    version: str
    parts: str


@dataclass(frozen=True)
class MonitoringPage:
    """The context of the page."""

    views: tuple[MonitorView, ...]
    days: int
    spans: tuple[int, ...]
    kinds: dict[str, str]
    actions: dict[str, str]
    metrics: tuple[str, ...]
    measured: tuple[Indicator, ...]
    """Indicators that can be watched."""
    now: datetime
    live: bool


@router.get("")
def monitoring(visit: Visiting, product_id: str, days: int = 365) -> Response:
    """Every monitor of the product."""
    days = days if days in SPANS else 365
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        now = visit.workspace.clock.now()
        views = tuple(
            _view(session, monitor, now - timedelta(days=days)) for monitor in _monitors(session, product_id)
        )
        watched = {view.definition.indicator for view in views}
        measured = tuple(
            one for one in listed(session, Indicator, product_id) if one.measure and one.id not in watched
        )
        page = MonitoringPage(
            views,
            days,
            tuple(SPANS),
            {name: word for name, word in KINDS.items() if name != "indicator"},
            ACTIONS,
            tuple(METRICS),
            measured,
            now,
            str(product.phase) == "live",
        )
        return visit.render("streamline/monitoring.html", page, title=_("Monitoring"), product=head)


@router.get("/{monitor_id}/chart")
def chart(visit: Visiting, product_id: str, monitor_id: str, part: str = "", days: int = 365) -> Response:
    """A chart of a monitor, as Vega-Lite."""
    with visit.workspace.reading() as session:
        monitor = find(session, Monitor, monitor_id, product_id=product_id)
        now = visit.workspace.clock.now()
        since = now - timedelta(days=days if days in SPANS else 365)
        made = (
            monitor_charts.parts(session, monitor, since)
            if part
            else monitor_charts.over_time(session, monitor, since, now)
        )
    return JSONResponse(made)


@router.post("")
def add(
    visit: Maintaining,
    product_id: str,
    kind: Annotated[str, Form()],
    threshold: Annotated[float, Form()],
    title: Annotated[str, Form()] = "",
    column: Annotated[str, Form()] = "",
    metric: Annotated[str, Form()] = "roc_auc",
) -> Response:
    """Watch something else; ``indicator:<id>`` watches an indicator against a threshold."""
    with visit.workspace.transaction(visit.session.name) as session:
        head_of(session, product_id)
        name, given = _defined(session, product_id, kind, threshold, column, metric)
        made = add_monitor(session, product_id, title.strip() or name, given)
    return visit.see(f"/products/{product_id}/monitoring#monitor-{made.id}")


@router.post("/{monitor_id}")
def change(
    visit: Maintaining,
    product_id: str,
    monitor_id: str,
    revision: Annotated[int, Form()],
    after: Annotated[int, Form()],
    min_n: Annotated[int, Form()],
    action: Annotated[str, Form()],
    threshold: Annotated[float | None, Form()] = None,
) -> Response:
    """Change when a monitor speaks, and what is done then."""
    with visit.workspace.transaction(visit.session.name) as session:
        monitor = find(session, Monitor, monitor_id, product_id=product_id)
        changed: dict[str, Any] = {"after": after, "min_n": min_n, "action": action}
        if not monitor.parsed.indicator:
            if threshold is None:
                raise BadMonitor(_("A monitor has a threshold."), where=monitor.title, action=_("Write one."))
            changed["threshold"] = threshold
        edit(session, monitor, revision=revision, definition={**monitor.definition, **changed})
    return visit.see(f"/products/{product_id}/monitoring#monitor-{monitor_id}")


def _defined(
    session: Session, product_id: str, kind: str, threshold: float, column: str, metric: str
) -> tuple[str, Definition]:
    """The definition that a form asks for, and what it is called when nobody says."""
    what, _colon, indicator_id = kind.partition(":")
    if what == "indicator":
        one = find(session, Indicator, indicator_id, product_id=product_id)
        worse = "below" if one.better == "higher" else "above"
        given = {"kind": what, "measure": measure_of(one), "worse": worse, "threshold": threshold}
        return one.title, Definition.read(msgspec.to_builtins(given))
    from filrouge.measures.metrics import LOWER_IS_BETTER

    given = {"kind": what, "threshold": threshold, "column": _known(session, product_id, column.strip())}
    given["metric"] = metric
    if what == "performance":
        given |= {"worse": "above" if metric in LOWER_IS_BETTER else "below", "window_h": 168, "delay_h": 24}
    names = {"performance": metric, "drift": _("Drift of {column}"), "quality": _("Missing in {column}")}
    name = names.get(what, _("Response time")).format(column=column.strip() or _("the features"))
    return name, Definition.read(given)


def _known(session: Session, product_id: str, column: str) -> str:
    """A feature that a version of the product looks at; any name while there is no version."""
    features = {name for version in versions(session, product_id) for name in version.feature_names}
    if column and features and column not in features:
        raise BadMonitor(
            _("No version looks at a feature “{column}”.").format(column=column),
            action=did_you_mean(column, sorted(features)),
        )
    return column


def _monitors(session: Session, product_id: str) -> list[Monitor]:
    """The main indicator first, then how good the answers are, then the rest."""
    order = list(KINDS)
    found = listed(session, Monitor, product_id)
    return sorted(found, key=lambda one: (not one.parsed.indicator, order.index(one.parsed.kind)))


def _view(session: Session, monitor: Monitor, since: datetime) -> MonitorView:
    definition = monitor.parsed
    whole = (MonitorValue.monitor_id == monitor.id, MonitorValue.slice == "", MonitorValue.start_at >= since)
    newest = select(MonitorValue).where(*whole).order_by(MonitorValue.end_at.desc())
    recent = list(session.scalars(newest.limit(_SHOWN)))
    latest = session.scalars(newest.where(MonitorValue.value.is_not(None)).limit(1)).first()
    tally = select(MonitorValue.bad, func.count()).where(*whole, MonitorValue.value.is_not(None))
    judged = {bool(bad): n for bad, n in session.execute(tally.group_by(MonitorValue.bad))}
    opened = select(Alert).where(Alert.monitor_id == monitor.id, Alert.state != "closed")
    alert = session.scalars(opened.order_by(Alert.opened_at.desc())).first()
    state = "alert" if alert else "quiet" if latest is None else "bad" if latest.bad else "good"
    sliced = select(MonitorValue.id).where(MonitorValue.monitor_id == monitor.id, MonitorValue.slice != "")
    columns = "columns" if latest is not None and len(latest.detail.get("columns", {})) > 1 else ""
    return MonitorView(
        monitor,
        definition,
        QUESTIONS[definition.kind],
        state,
        latest,
        figure(definition, latest.value if latest else None),
        asked(definition),
        tuple((one, figure(definition, one.value)) for one in recent),
        sum(judged.values()),
        judged.get(True, 0),
        alert,
        f"{recent[0].end_at:%Y%m%d%H}-{monitor.revision}" if recent else "0",
        columns or ("slices" if session.scalars(sliced.limit(1)).first() is not None else ""),
    )
