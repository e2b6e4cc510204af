"""The traffic of a product, from the roll-ups of its log: what answered, how fast, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.i18n import N_
from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.streamline.registry.version import version_name

__all__ = ["ANSWERED", "Share", "Traffic", "answered_by", "by_day", "traffic"]

ANSWERED = {
    "champion": N_("champion"),
    "challenger": N_("challenger"),
    "degraded": N_("naive model in its place"),
}


@dataclass(frozen=True)
class Share:
    """What one version answered, as a part of a bar of a hundred."""

    version: str
    by: str
    n: int
    left: float
    width: float


@dataclass(frozen=True)
class Traffic:
    """The newest day with predictions, and the week that ends with it.

    Attributes:
        shares: of the newest day, the largest first.
        p50: median response time of the version that answered most that day, milliseconds.
        week: predictions of the seven days.
        degraded: of them, those that the naive model answered in the champion's place.
        labelled: of those before the newest day (``matured_of``), the ones whose label came.
        accepted: verdicts of people in the week; ``rejected`` too.
    """

    day: date
    n: int
    shares: tuple[Share, ...]
    p50: float | None
    p95: float | None
    p99: float | None
    week: int
    degraded: int
    labelled: int
    matured_of: int
    accepted: int
    rejected: int


def traffic(session: Session, product_id: str) -> Traffic | None:
    """The newest traffic of a product; nothing before its first prediction is compacted."""
    newest = session.scalar(select(func.max(PredictionDay.day)).where(PredictionDay.product_id == product_id))
    if newest is None:
        return None
    week = by_day(session, product_id, newest - timedelta(days=6))
    today = sorted((row for row in week if row.day == newest), key=lambda row: -row.n)
    earlier = [row for row in week if row.day < newest and row.slot != "challenger"]
    n = sum(row.n for row in today)
    return Traffic(
        day=newest,
        n=n,
        shares=_shares(today, n),
        p50=today[0].latency_p50,
        p95=today[0].latency_p95,
        p99=today[0].latency_p99,
        week=sum(row.n for row in week),
        degraded=sum(row.n for row in week if row.degraded),
        labelled=sum(row.labelled for row in earlier),
        matured_of=sum(row.n for row in earlier),
        accepted=sum(row.accepted for row in week),
        rejected=sum(row.rejected for row in week),
    )


def by_day(session: Session, product_id: str, since: date) -> Sequence[PredictionDay]:
    """The roll-ups from a day on, in their order."""
    query = select(PredictionDay).where(PredictionDay.product_id == product_id, PredictionDay.day >= since)
    return session.scalars(query.order_by(PredictionDay.day, PredictionDay.model_version)).all()


def answered_by(row: PredictionDay) -> str:
    """The key in ``ANSWERED`` of what answered."""
    return "degraded" if row.degraded else "challenger" if row.slot == "challenger" else "champion"


def _shares(rows: Sequence[PredictionDay], n: int) -> tuple[Share, ...]:
    shares, left = [], 0.0
    for row in rows:
        width = 100 * row.n / n
        version = version_name(row.model_version)
        shares.append(Share(version, answered_by(row), row.n, round(left, 3), round(width, 3)))
        left += width
    return tuple(shares)
