"""After a promotion: the new champion stays, or the one before comes back by itself (STR-18)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.flows.live_rows import LiveRows, scorers_of
from filrouge.kernel.clock import SystemClock, as_utc
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.judge import Decision, after_promotion
from filrouge.streamline.monitoring.tables import Alert, PromotionWatch
from filrouge.streamline.registry.ledger import Change, LedgerEntry, Mode, Slot, rollback, serving_now
from filrouge.streamline.registry.version import version_name

__all__ = ["watch_promotion"]

_WHO = "worker"


def watch_promotion(workspace: Workspace, product_id: str, *, log: EventLog | None = None) -> str:
    """Judge the champion's promotion on the labels that came since, once a call.

    The promoted version's own answers are compared with the scores that the version before, and the
    naive model, give the same requests. Whoever promoted it, and forced or not, it is watched for
    ``[loop] watch_days``; the verdict is written with the rollback, in one transaction.

    Returns:
        What was decided, as a sentence; empty when nothing was.
    """
    with workspace.reading() as session:
        entry = _watched(session, product_id)
        slots = serving_now(session, product_id)
    if entry is None or entry.replaced is None:
        return ""
    settings, now = workspace.settings.loop, workspace.clock.now()
    naive = slots.get(Slot.NAIVE)
    others = {"replaced": entry.replaced} | ({"naive": naive.version_id} if naive is not None else {})
    since = as_utc(entry.from_at)
    live = LiveRows.of(log or EventLog(workspace), product_id, since, now).by(entry.version_id)
    scorers = scorers_of(workspace, others.values()) if live.rows >= settings.watch_min_rows else {}
    decision = after_promotion(
        live.labels,
        live.served,
        {
            name: scorers[version].score(live.features)
            for name, version in others.items()
            if version in scorers
        },
        min_rows=settings.watch_min_rows,
        margin=settings.watch_margin,
    )
    if decision.action == "rollback":
        return _rolled_back(workspace, entry, decision)
    if now < since + timedelta(days=settings.watch_days):
        return ""
    with workspace.transaction(_WHO) as session:
        _write(session, entry, "confirmed", decision)
    return f"{entry.version_id} is confirmed: {decision.reason}"


def _watched(session: Session, product_id: str) -> LedgerEntry | None:
    """The open promotion that has no verdict yet."""
    entry = serving_now(session, product_id).get(Slot.CHAMPION)
    if entry is None or entry.change != Change.PROMOTE or entry.mode != Mode.NORMAL:
        return None
    judged = session.scalar(select(PromotionWatch.entry_id).where(PromotionWatch.entry_id == entry.id))
    return entry if judged is None else None


def _rolled_back(workspace: Workspace, entry: LedgerEntry, decision: Decision) -> str:
    why = f"Worse than what served before: {decision.reason}"
    with workspace.transaction(_WHO) as session:
        if _watched(session, entry.product_id) is None:
            return ""  # somebody was quicker
        evidence = {"watch": {"figures": decision.figures, "rows": decision.n, "promotion": entry.id}}
        back = rollback(session, entry.product_id, why=why, who=_WHO, evidence=evidence)
        _write(session, entry, "rolled back", decision)
        session.add(
            Alert(
                product_id=entry.product_id,
                monitor_id="",
                title=f"{version_name(entry.version_id)} was rolled back to {version_name(back.version_id)}",
                action="rollback",
                opened_at=session.info["clock"].now(),
                acted_at=session.info["clock"].now(),
                evidence={"reason": decision.reason, "figures": decision.figures, "n": decision.n},
                recorded_at=SystemClock().now(),
            )
        )
    return f"{entry.version_id} is rolled back to {back.version_id}: {decision.reason}"


def _write(session: Session, entry: LedgerEntry, verdict: str, decision: Decision) -> None:
    session.add(
        PromotionWatch(
            entry_id=entry.id,
            product_id=entry.product_id,
            verdict=verdict,
            evidence={"reason": decision.reason, "figures": decision.figures, "rows": decision.n},
            at=session.info["clock"].now(),
            recorded_at=SystemClock().now(),
        )
    )
