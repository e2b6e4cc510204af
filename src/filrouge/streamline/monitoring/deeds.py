"""What the loop did about an alert, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filrouge.kernel.i18n import N_, _
from filrouge.streamline.monitoring.tables import Alert, PromotionWatch
from filrouge.streamline.registry.ledger import Change, LedgerEntry
from filrouge.streamline.registry.version import version_name
from filrouge.streamline.training.gate_words import gate_words

__all__ = ["Deed", "deeds_of", "mended"]


@dataclass(frozen=True)
class Deed:
    """One thing that was done.

    Args:
        words: what, and how it ended.
        at: when; none when it was not written.
        version: id of the model version concerned; empty for none.
        held: whether it ended well.
    """

    words: str
    at: datetime | None
    version: str = ""
    held: bool = True


def mended(alert: Alert) -> bool:
    """Whether the loop may still mend it, or did: nobody needs to write a story yet.

    An alert without action waits for a person. So does one whose rollback failed, whose retraining
    failed or was refused by the gate, or was promoted and had to be done again; and one that left the
    naive model answering.
    """
    attempts = alert.evidence.get("attempts", [])
    if alert.action == "none" or (alert.action == "degrade" and alert.acted_at is not None):
        return False
    if not alert.monitor_id or not attempts:
        return True
    return "deployment" in attempts[-1] and len(attempts) == 1


def deeds_of(
    alert: Alert,
    entries: Mapping[str, LedgerEntry],
    verdicts: Mapping[str, PromotionWatch],
    rollback: LedgerEntry | None = None,
) -> tuple[Deed, ...]:
    """What was done about an alert, first things first.

    Args:
        entries: of the ledger, by id.
        verdicts: on promotions that were watched, by the entry's id.
        rollback: what the alert reports, when it reports a rollback.
    """
    found: list[Deed] = []
    for attempt in alert.evidence.get("attempts", []):
        at = datetime.fromisoformat(attempt["at"])
        entry = entries.get(attempt.get("deployment", ""))
        if "failed" in attempt:
            found.append(Deed(_(_FAILED[alert.action]).format(error=attempt["failed"]), at, held=False))
        elif "version" in attempt:
            found += _retrained(attempt, at, verdicts)
        elif entry is not None:
            words = _(_DEGRADED if entry.change == Change.DEGRADE else _ROLLED_BACK)
            found.append(Deed(words.format(version=version_name(entry.version_id)), at, entry.version_id))
    if rollback is not None:
        words = _(_ROLLED_BACK).format(version=version_name(rollback.version_id))
        found.append(Deed(words, rollback.from_at, rollback.version_id))
    return tuple(found)


_FAILED = {
    "none": N_("It failed: {error}"),
    "retrain": N_("The retraining failed: {error}"),
    "rollback": N_("No rollback was possible: {error}"),
    "degrade": N_("The naive model could not take over: {error}"),
}
_ROLLED_BACK = N_("Rolled back: {version} serves again.")
_DEGRADED = N_("Degraded mode: {version}, the naive model, answers until somebody restores the champion.")


def _retrained(
    attempt: Mapping[str, Any], at: datetime, verdicts: Mapping[str, PromotionWatch]
) -> list[Deed]:
    version, gate = attempt["version"], attempt.get("gate", {})
    reasons = "; ".join(gate_words(reason) for reason in gate.get("reasons", []))
    if "deployment" not in attempt:
        words = _("Retrained as {version}; the gate refused it: {reasons}.")
        return [Deed(words.format(version=version_name(version), reasons=reasons), at, version, held=False)]
    words = _("Retrained as {version}; it passed the gate ({reasons}) and was promoted.")
    done = [Deed(words.format(version=version_name(version), reasons=reasons), at, version)]
    verdict = verdicts.get(attempt["deployment"])
    if verdict is not None and verdict.verdict in _WATCHED:
        words = _(_WATCHED[verdict.verdict]).format(version=version_name(version))
        done.append(Deed(words, verdict.at, version, held=verdict.verdict == "confirmed"))
    return done


_WATCHED = {
    "confirmed": N_("Watched since, {version} is confirmed."),
    "rolled back": N_("Watched since, {version} was worse than the one before, and was rolled back."),
}
