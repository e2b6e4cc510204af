"""The inbox: which alerts need somebody, and taking an acknowledgement back."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.i18n import _
from filrouge.streamline.monitoring.tables import Alert
from filrouge.streamline.monitoring.watch import UnknownAlert, alert_named

__all__ = ["alert_of", "needing", "reopen"]


def needing(session: Session, product_id: str) -> int:
    """How many alerts of a product are open and acknowledged by nobody."""
    query = select(func.count()).where(Alert.product_id == product_id, Alert.state == "open")
    return session.scalar(query) or 0


def alert_of(session: Session, product_id: str, alert_id: str) -> Alert:
    """An alert of this product.

    Raises:
        UnknownAlert: there is none.
    """
    found = alert_named(session, alert_id)
    if found.product_id != product_id:
        raise UnknownAlert(
            _("There is no alert '{alert}' in '{product}'.").format(alert=alert_id, product=product_id),
            action=_("See them with: filrouge alerts {product} --all").format(product=product_id),
        )
    return found


def reopen(session: Session, alerts: Iterable[Alert]) -> None:
    """Take acknowledgements back; one that was closed by its acknowledgement is open again.

    An alert that its monitor closed in the meantime stays closed, and nobody acknowledged it.
    """
    for alert in alerts:
        if alert.acknowledged_at is None:
            continue
        if alert.state == "acknowledged" or (not alert.monitor_id and alert.closed_at is not None):
            alert.state, alert.closed_at = "open", None
        alert.acknowledged_at, alert.acknowledged_by = None, ""
    session.flush()
