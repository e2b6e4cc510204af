"""Monitors, their values and alerts, written directly: as the watch would have, without a log."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from filrouge.streamline.monitoring.tables import Alert, Definition, MonitorValue, add_monitor

__all__ = ["COLUMNS", "alert_of", "monitor_of", "values_of"]

COLUMNS = {
    "pressure": {"null_share": 0.58, "beyond_reference": 0.46},
    "wind": {"null_share": 0.40, "beyond_reference": 0.35},
    "hour": {"null_share": 0.0, "beyond_reference": 0.0},
}
"""What explains a window with missing values."""


def monitor_of(session: Session, product: str, title: str = "Missing values", **definition: Any) -> str:
    """A monitor of missing values, unless told otherwise; gives its id."""
    made = Definition(**{"kind": "quality", "threshold": 0.3, **definition})
    return add_monitor(session, product, title, made).id


def alert_of(session: Session, product: str, monitor: str, **fields: Any) -> str:
    """An alert of the day that ends now, or, without monitor, of what was done; gives its id."""
    end: datetime = session.info["clock"].now()
    seen = {"value": 0.46, "threshold": 0.3, "n": 979, "columns": COLUMNS}
    seen |= {"window": [(end - timedelta(days=1)).isoformat(), end.isoformat()]}
    evidence = (seen if monitor else {}) | fields.pop("evidence", {})
    given = {"title": "Missing values: 0.46 is above 0.3", "opened_at": end, "recorded_at": end, **fields}
    alert = Alert(product_id=product, monitor_id=monitor, evidence=evidence, **given)
    session.add(alert)
    session.flush()
    return alert.id


def values_of(session: Session, product: str, monitor: str, values: list[float | None], **row: Any) -> None:
    """Daily values of a monitor, the last of the day that ends now; bad above 0.3."""
    now: datetime = session.info["clock"].now()
    for place, value in enumerate(reversed(values)):
        end = now - timedelta(days=place)
        given = {"start_at": end - timedelta(days=1), "end_at": end, "recorded_at": now, "n": 400}
        given |= {"bad": value is not None and value > 0.3, "detail": {}, **row}
        session.add(MonitorValue(monitor_id=monitor, product_id=product, value=value, **given))
    session.flush()
