"""Running the rules: by phase, with the workspace's severities, thresholds, gates and waivers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import Check
from filrouge.storage.product import Phase, Product
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, Rule, Severity
from filrouge.thread.check.waivers import Waiver, waivers_of
from filrouge.thread.kinds import page_of
from filrouge.thread.nodes import Nodes
from filrouge.thread.ref import Ref

__all__ = ["BadCheckSettings", "Failure", "Finding", "Policy", "Report", "check"]


class BadCheckSettings(FilrougeError):
    """The section ``[check]`` names a rule or a threshold that does not exist."""

    code = "check.bad-settings"


@dataclass(frozen=True)
class Finding:
    """A fact that a rule found, with the reason and the action."""

    code: str
    severity: Severity
    ref: Ref
    fact: str
    why: str
    mend: str
    path: str
    command: str
    gated: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "ref": str(self.ref),
            "fact": self.fact,
            "why": self.why,
            "mend": {"text": self.mend, "path": self.path, "command": self.command},
            "gated": self.gated,
        }


@dataclass(frozen=True)
class Failure:
    """A rule that could not be evaluated: it is reported, never taken as passed."""

    code: str
    error: str
    gated: bool


@dataclass(frozen=True)
class Policy:
    """What the workspace sets about rules."""

    severity: Mapping[str, str]
    thresholds: Mapping[str, float]
    gate: frozenset[str]

    @classmethod
    def of(cls, settings: Check, rules: Sequence[Rule]) -> "Policy":
        """Read ``[check]``.

        Raises:
            BadCheckSettings: it names an unknown rule or threshold (``Faults`` when several).
        """
        codes = {rule.code for rule in rules}
        own = {name: value for rule in rules for name, value in rule.thresholds.items()}
        faults: list[FilrougeError] = [
            BadCheckSettings(f"There is no rule '{code}'.", where=place, action=did_you_mean(code, codes))
            for place, named in (("[check] severity", settings.severity), ("[check] gate", settings.gate))
            for code in named
            if code not in codes
        ]
        faults += [
            BadCheckSettings(
                f"There is no threshold '{name}'.", where="[check] thresholds", action=did_you_mean(name, own)
            )
            for name in settings.thresholds
            if name not in own
        ]
        Faults.raise_if_any(faults)
        return cls(settings.severity, {**own, **settings.thresholds}, frozenset(settings.gate))

    def severity_of(self, rule: Rule) -> Severity | None:
        """The weight of a rule here; none when it is off."""
        told = self.severity.get(rule.code)
        if told is None:
            return rule.severity
        return None if told == "off" else Severity(told)


@dataclass(frozen=True)
class Report:
    """What the check of one product found."""

    product: str
    title: str
    phase: str
    at: datetime
    applied: tuple[str, ...]
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    failures: tuple[Failure, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity.value: counted[severity] for severity in Severity}

    @property
    def blocked(self) -> bool:
        """Whether a gated rule found something, or could not be evaluated."""
        return any(one.gated for one in self.findings) or any(one.gated for one in self.failures)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "product": self.product,
            "title": self.title,
            "phase": self.phase,
            "at": self.at.isoformat(),
            "rules_applied": list(self.applied),
            "counts": self.counts,
            "blocked": self.blocked,
            "findings": [finding.as_dict() for finding in self.findings],
            "waived": [
                {
                    **finding.as_dict(),
                    "waiver": {
                        "id": waiver.id,
                        "reason": waiver.reason,
                        "author": waiver.author,
                        "expires_at": waiver.expires_at.isoformat(),
                    },
                }
                for finding, waiver in self.waived
            ],
            "failures": [
                {"code": failure.code, "error": failure.error, "gated": failure.gated}
                for failure in self.failures
            ],
        }


def check(session: Session, product: Product, rules: Iterable[Rule], policy: Policy, nodes: Nodes) -> Report:
    """Check one product.

    Nothing is reported for a phase that the product has not reached; of a retired product, only what retiring
    asks. A rule that raises is reported with its
    code, and the others still run.
    """
    now = session.info["clock"].now()
    facts = Facts(session, product, nodes, now, policy.thresholds)
    waivers = waivers_of(session, product.id)
    findings: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    failures: list[Failure] = []
    applied: list[str] = []
    phase = Phase(product.phase)
    for rule in sorted(rules, key=lambda rule: rule.order):
        severity = policy.severity_of(rule)
        if severity is None or not phase.asked(rule.phase):
            continue
        applied.append(rule.code)
        gated = rule.code in policy.gate
        try:
            # The savepoint keeps PostgreSQL's transaction usable when a rule's query fails.
            with session.begin_nested():
                found = list(rule.find(facts))
        except Exception as error:  # noqa: BLE001  (a broken rule must not hide the others)
            failures.append(Failure(rule.code, f"{type(error).__name__}: {error}", gated))
            continue
        for fact in found:
            finding = _finding(rule, severity, gated, fact, product.id)
            waiver = next((one for one in waivers if one.covers(rule.code, fact.ref, now)), None)
            if waiver is None:
                findings.append(finding)
            else:
                waived.append((finding, waiver))
    return Report(
        product.id,
        product.title,
        phase.value,
        now,
        tuple(applied),
        tuple(findings),
        tuple(waived),
        tuple(failures),
    )


def _finding(rule: Rule, severity: Severity, gated: bool, fact: Fact, product_id: str) -> Finding:
    return Finding(
        rule.code,
        severity,
        fact.ref,
        fact.text,
        _(rule.why),
        fact.mend or _(rule.mend),
        fact.path or page_of(fact.ref, product_id),
        fact.command,
        gated,
    )
