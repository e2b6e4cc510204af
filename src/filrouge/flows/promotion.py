"""A version becomes champion: through the gate, or forced in a name that the ledger keeps (STR-18)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from filrouge.flows.live_rows import LiveRows, scorers_of
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import LedgerEntry, Slot, promote, serving_now
from filrouge.streamline.registry.version import version_named
from filrouge.streamline.training.gate import Rules, Verdict, gate
from filrouge.streamline.training.metrics import Evaluation

__all__ = ["GateRefused", "Judged", "judged_by_gate", "promote_through_gate"]


class GateRefused(FilrougeError):
    """The gate does not let a version become champion."""

    code = "model.gate-refused"
    status = 409


@dataclass(frozen=True)
class Judged:
    """The gate's verdict on a version, with what it stands on.

    Attributes:
        evidence: for the ledger: verdict, reasons, rows, and each version's metrics.
    """

    verdict: Verdict
    evidence: dict[str, Any]


def judged_by_gate(
    workspace: Workspace, product_id: str, version_id: str, *, log: EventLog | None = None
) -> Judged:
    """Judge a version against the champion and the naive model on the newest labelled live rows.

    A version must not have seen these rows: train it on a window that ends before them
    (``[loop] holdout_days``). Where nothing serves yet, the version's own validation decides.

    Raises:
        UnknownVersion: there is no such version.
    """
    settings, now = workspace.settings.loop, workspace.clock.now()
    with workspace.reading() as session:
        version = version_named(session, version_id)
        slots = {slot: entry.version_id for slot, entry in serving_now(session, product_id).items()}
    rules = Rules(min_rows=settings.gate_min_rows, min_gain=settings.gate_min_gain)
    champion, naive = slots.get(Slot.CHAMPION), slots.get(Slot.NAIVE)
    if champion is None:
        found = gate(Evaluation(version.rows, version.metrics), None, rules)
        return Judged(found, _evidence(found, version.rows, {version_id: version.metrics}))
    start = now - timedelta(days=settings.holdout_days)
    live = LiveRows.of(log or EventLog(workspace), product_id, start, now)
    named = [version_id, champion, *([naive] if naive else [])]
    scorers = scorers_of(workspace, named)
    slices = list(version.slices)
    seen = {name: live.evaluation(scorer, slices) for name, scorer in scorers.items()}
    against = seen[naive] if naive is not None and naive != champion else None
    found = gate(seen[version_id], seen[champion], rules, naive=against)
    return Judged(found, _evidence(found, live.rows, {name: one.overall for name, one in seen.items()}))


def promote_through_gate(
    workspace: Workspace,
    product_id: str,
    version_id: str,
    *,
    who: str,
    why: str,
    force: bool = False,
) -> LedgerEntry:
    """Make a version the champion when the gate lets it, or when it is forced; the ledger tells which.

    Raises:
        GateRefused: the gate refuses, and it is not forced.
        UnknownVersion: there is no such version.
        LedgerFault: it belongs to another product.
    """
    judged = judged_by_gate(workspace, product_id, version_id)
    if not judged.verdict.passed and not force:
        raise GateRefused(
            _("The gate refuses '{version}'.").format(version=version_id),
            where=product_id,
            why="; ".join(judged.verdict.reasons) + ".",
            action=_("Train a better one, or promote it all the same, in your name: --force"),
        )
    evidence = judged.evidence | {"forced": not judged.verdict.passed}
    with workspace.transaction(who) as session:
        return promote(session, product_id, Slot.CHAMPION, version_id, who=who, why=why, evidence=evidence)


def _evidence(verdict: Verdict, rows: int, metrics: dict[str, dict[str, float]]) -> dict[str, Any]:
    return {"gate": {"passed": verdict.passed, "reasons": verdict.reasons, "rows": rows, "metrics": metrics}}
