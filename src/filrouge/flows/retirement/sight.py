"""What can be seen of a product that retires: what serves, what still comes, what is kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.storage.product import product_named
from filrouge.streamline.registry.ledger import LedgerEntry, serving_now
from filrouge.streamline.registry.version import ModelVersion

__all__ = ["RECENT_DAYS", "Sight", "sight_of"]

RECENT_DAYS = 7


@dataclass(frozen=True)
class Sight:
    """The facts beside the checklist.

    Attributes:
        serving: the versions that serve now, by slot.
        recent: predictions of the last seven days; ``last_day`` is the newest day with any.
        records: predictions that are kept; ``labelled`` of them have their label.
        models: versions of models that are registered.
    """

    serving: dict[str, LedgerEntry]
    recent: int
    last_day: date | None
    records: int
    labelled: int
    models: tuple[str, ...]
    has_code: bool


def sight_of(session: Session, product_id: str, now: datetime) -> Sight:
    """Look at the ledger, the roll-ups of the log and the registry."""
    here = PredictionDay.product_id == product_id
    totals = select(func.sum(PredictionDay.n), func.sum(PredictionDay.labelled), func.max(PredictionDay.day))
    records, labelled, last_day = session.execute(totals.where(here)).one()
    since = (now - timedelta(days=RECENT_DAYS)).date()
    recent = session.scalar(select(func.sum(PredictionDay.n)).where(here, PredictionDay.day > since))
    versions = select(ModelVersion.id).where(ModelVersion.product_id == product_id).order_by(ModelVersion.id)
    return Sight(
        serving_now(session, product_id),
        int(recent or 0),
        last_day,
        int(records or 0),
        int(labelled or 0),
        tuple(session.scalars(versions)),
        bool(product_named(session, product_id).code),
    )
