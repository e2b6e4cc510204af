"""Deployment: what serves now, its traffic as it comes, the ledger, rollback (STR-18)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from filrouge import bootstrap
from filrouge.kernel.i18n import _
from filrouge.streamline.monitoring.charts import traffic_chart
from filrouge.streamline.registry.ledger import (
    LedgerEntry,
    ledger,
    rollback,
    rollback_target,
    serving_now,
)
from filrouge.web.overview import head_of
from filrouge.web.streamline.model_words import CHANGES, SLOTS
from filrouge.web.streamline.monitor_charts import changes_of_champion
from filrouge.web.streamline.traffic import ANSWERED, Traffic, answered_by, by_day, traffic
from filrouge.web.visit import Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/deployment")

_CHART_DAYS = 365


@dataclass(frozen=True)
class DeploymentPage:
    """What serves now and what it answers, and everything that ever served, latest first."""

    serving: dict[str, LedgerEntry]
    previous: str
    """The version that a rollback brings back; empty when there is none."""
    traffic: Traffic | None
    ledger: tuple[LedgerEntry, ...]
    slots: dict[str, str]
    changes: dict[str, str]
    answered: dict[str, str]
    now: datetime
    has_code: bool
    version: str
    """Of the chart."""


@router.get("")
def deployment(visit: Visiting, product_id: str) -> Response:
    """What serves."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        entries = sorted(ledger(session, product_id), key=lambda one: one.from_at, reverse=True)
        serving, seen = serving_now(session, product_id), traffic(session, product_id)
        page = DeploymentPage(
            serving,
            (rollback_target(session, product_id) or "") if "champion" in serving else "",
            seen,
            tuple(entries),
            SLOTS,
            CHANGES,
            ANSWERED,
            visit.workspace.clock.now(),
            bool(product.code),
            f"{seen.day}-{seen.week}-{len(entries)}" if seen is not None else "",
        )
        return visit.render("streamline/deployment.html", page, title=_("Deployment"), product=head)


@router.get("/chart")
def chart(visit: Visiting, product_id: str) -> Response:
    """Predictions by day and by what answered, as Vega-Lite."""
    with visit.workspace.reading() as session:
        head_of(session, product_id)
        since = visit.workspace.clock.now() - timedelta(days=_CHART_DAYS)
        rows = by_day(session, product_id, since.date())
        counts: Counter[tuple[date, str]] = Counter()
        for row in rows:
            counts[row.day, answered_by(row)] += row.n
        days = [{"day": day, "by": by, "n": n} for (day, by), n in counts.items()]
        words = {key: _(word) for key, word in ANSWERED.items() if any(by == key for _day, by in counts)}
        made = traffic_chart(
            days, words=words, events=changes_of_champion(ledger(session, product_id), since)
        )
    return JSONResponse(made.to_dict(validate=False))


@router.post("/rollback")
def roll_back(
    visit: Maintaining, product_id: str, why: Annotated[str, Form()], seen: Annotated[str, Form()] = ""
) -> Response:
    """Give the champion's slot back to the version before, with the reason; ``seen`` is the entry shown."""
    with visit.workspace.transaction(visit.session.name) as session:
        rollback(session, product_id, why=why, who=visit.session.name, seen=seen)
    response = visit.see(f"/products/{product_id}/deployment")
    response.background = BackgroundTask(bootstrap.mirror, visit.workspace, product_id)
    return response
