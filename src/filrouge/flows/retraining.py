"""What open alerts ask for is done: retrain through the gate, roll back, degrade (STR-18)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.flows.promotion import judged_by_gate
from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Alert
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.registry.ledger import Slot, degrade, promote, rollback, serving_now
from filrouge.streamline.registry.version import ModelVersion, version_named, versions
from filrouge.streamline.training.recorder import Recorder
from filrouge.streamline.training.train import train

__all__ = ["act_on_alerts"]

_WHO = "worker"


def act_on_alerts(
    workspace: Workspace,
    product_id: str,
    *,
    recorder: Recorder | None = None,
    log: EventLog | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Do what the product's open alerts ask for, once each.

    A retraining is tried again after ``[loop] retry_days`` while its alert lasts. Alerts that ask for
    the same thing are answered together. Killed anywhere, the next call goes on: a version that was
    trained is found again, and the promotion is written with the alerts' answer.

    Args:
        recorder: where trainings are shown too.
        log: the log to read; the workspace's by default.
        say: told what goes on.

    Returns:
        What was done, as sentences.
    """
    done = [_roll_back(workspace, alert) for alert in _due(workspace, product_id, "rollback")]
    done += [_degrade(workspace, alert) for alert in _due(workspace, product_id, "degrade")]
    due = _due(workspace, product_id, "retrain")
    if due:
        done.append(_retrain(workspace, product_id, due, recorder, log or EventLog(workspace), say))
    return done


def _due(workspace: Workspace, product_id: str, action: str) -> list[Alert]:
    query = select(Alert).where(
        Alert.product_id == product_id, Alert.action == action, Alert.state != "closed"
    )
    with workspace.reading() as session:
        found = list(session.scalars(query.order_by(Alert.opened_at, Alert.id)))
    retry = timedelta(days=workspace.settings.loop.retry_days)
    now = workspace.clock.now()
    return [
        alert
        for alert in found
        if alert.acted_at is None or (action == "retrain" and now >= as_utc(alert.acted_at) + retry)
    ]


def _retrain(  # noqa: PLR0917  (one call)
    workspace: Workspace,
    product_id: str,
    due: list[Alert],
    recorder: Recorder | None,
    log: EventLog,
    say: Callable[[str], None],
) -> str:
    """Train on the latest months but the newest days, judge on these, promote or leave it."""
    first, now = due[0], workspace.clock.now()
    settings = workspace.settings.loop
    end = now - timedelta(days=settings.holdout_days)
    window = Window(end - timedelta(days=settings.retrain_days), end)
    note = f"For alert {first.id}, attempt {len(first.evidence.get('attempts', [])) + 1}"
    try:
        candidate = _found(workspace, product_id, note)
        if candidate is None:
            kept = _version_to_renew(workspace, product_id)
            say(f"retraining {kept.model} on {window}: {first.title}")
            candidate = train(
                workspace,
                product_id,
                kept.model,
                window=window,
                as_of=now,
                hypothesis=kept.hypothesis,
                recorder=recorder,
                note=note,
                actor=_WHO,
                progress=say,
            )
        judged = judged_by_gate(workspace, product_id, candidate.id, log=log)
    except FilrougeError as error:
        _answered(workspace, due, {"failed": str(error)})
        return f"retraining failed: {error}"
    attempt: dict[str, Any] = {"version": candidate.id, **judged.evidence}
    with workspace.transaction(_WHO) as session:
        if judged.verdict.passed:
            evidence = {"alerts": [alert.id for alert in due], **judged.evidence}
            entry = promote(
                session,
                product_id,
                Slot.CHAMPION,
                candidate.id,
                who=_WHO,
                why=f"Retrained: {first.title}",
                evidence=evidence,
            )
            attempt["deployment"] = entry.id
        _attempted(session, due, attempt)
    told = "; ".join(judged.verdict.reasons)
    verdict = "is promoted" if judged.verdict.passed else "is refused by the gate"
    return f"{candidate.id} {verdict}: {told}"


def _version_to_renew(workspace: Workspace, product_id: str) -> ModelVersion:
    """The newest version of the champion's model that answers a hypothesis: the next one answers it too.

    Where the naive model serves, the newest model that is not naive is taken.
    """
    with workspace.reading() as session:
        champion = serving_now(session, product_id).get(Slot.CHAMPION)
        real = [version for version in versions(session, product_id) if not version.naive]
        if champion is not None:
            serving = version_named(session, champion.version_id)
            real = [version for version in real if serving.naive or version.model == serving.model]
    if not real:
        raise FilrougeError(
            _("'{product}' has no model to retrain but the naive one.").format(product=product_id),
            action=_("Train one: filrouge train {product} MODEL --window FROM..TO").format(
                product=product_id
            ),
        )
    same = [version for version in real if version.model == real[-1].model]
    return next((version for version in reversed(same) if version.hypothesis), same[-1])


def _found(workspace: Workspace, product_id: str, note: str) -> ModelVersion | None:
    """The version that an earlier, interrupted call trained for the same attempt."""
    query = select(ModelVersion).where(ModelVersion.product_id == product_id, ModelVersion.note == note)
    with workspace.reading() as session:
        return session.scalars(query).first()


def _answered(workspace: Workspace, alerts: list[Alert], attempt: dict[str, Any]) -> None:
    with workspace.transaction(_WHO) as session:
        _attempted(session, alerts, attempt)


def _attempted(session: Session, alerts: list[Alert], attempt: dict[str, Any]) -> None:
    """Write what was done about alerts, with the time of it."""
    now: datetime = session.info["clock"].now()
    for alert in alerts:
        mine = session.get(Alert, alert.id)
        assert mine is not None
        attempts = [*mine.evidence.get("attempts", []), {"at": now.isoformat(), **attempt}]
        mine.evidence = {**mine.evidence, "attempts": attempts}
        mine.acted_at = now


def _roll_back(workspace: Workspace, alert: Alert) -> str:
    with workspace.transaction(_WHO) as session:
        try:
            entry = rollback(
                session, alert.product_id, why=alert.title, who=_WHO, evidence={"alerts": [alert.id]}
            )
        except FilrougeError as error:
            _attempted(session, [alert], {"failed": str(error)})
            return f"no rollback: {error}"
        _attempted(session, [alert], {"deployment": entry.id})
    return f"rolled back to {entry.version_id}: {alert.title}"


def _degrade(workspace: Workspace, alert: Alert) -> str:
    with workspace.transaction(_WHO) as session:
        try:
            entry = degrade(
                session, alert.product_id, why=alert.title, who=_WHO, evidence={"alerts": [alert.id]}
            )
        except FilrougeError as error:
            _attempted(session, [alert], {"failed": str(error)})
            return f"not degraded: {error}"
        _attempted(session, [alert], {"deployment": entry.id})
    return f"degraded mode, the naive model answers: {alert.title}"
