"""What a check found: findings, what was waived, what could not be evaluated, what comes later."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filrouge.thread.check.rule import Rule, Severity
from filrouge.thread.check.waivers import Waiver
from filrouge.thread.ref import Ref

__all__ = ["Failure", "Finding", "Report", "fingerprint"]


def fingerprint(product_id: str, code: str, ref: Ref, number: int) -> str:
    """What tells a finding from all others and stays when its words, language or severity change.

    Args:
        number: counts the findings of one rule on one thing, from 0.

    Example:
        >>> fingerprint("nyc", "EXP001.1", Ref("idea", "i1"), 0)
        'f34903d2bed6c82e'
    """
    return hashlib.sha256(f"{product_id}\n{code}\n{ref}\n{number}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Finding:
    """A fact that a rule found, with the reason and the action.

    Attributes:
        path: the web page where it is mended.
        gated: whether it closes the gate while it stands.
        fingerprint: the same from one run to the next.
        lapsed: the waiver that covered it until it ended, in words; empty when there was none.
    """

    code: str
    severity: Severity
    ref: Ref
    fact: str
    why: str
    mend: str
    path: str
    command: str
    gated: bool
    fingerprint: str = ""
    lapsed: str = ""

    @property
    def place(self) -> str:
        """The exact place where it is mended: the page, and the thing on it."""
        return self.path if "#" in self.path else f"{self.path}#{self.ref.kind}-{self.ref.id}"

    @property
    def requirement(self) -> str:
        """The requirement of the method: ``EXP-7`` of ``EXP007.1``."""
        return f"{self.code[:3]}-{int(self.code[3:6])}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "ref": str(self.ref),
            "fact": self.fact,
            "why": self.why,
            "mend": {"text": self.mend, "path": self.place, "command": self.command},
            "gated": self.gated,
            "fingerprint": self.fingerprint,
            "lapsed": self.lapsed,
        }


@dataclass(frozen=True)
class Failure:
    """A rule that could not be evaluated: it is reported, never taken as passed."""

    code: str
    error: str
    gated: bool


@dataclass(frozen=True)
class Report:
    """What the check of one product found.

    Attributes:
        applied: codes of the rules that were evaluated.
        skipped: codes of the rules that need what a file does not hold (runs, versions, predictions).
        ahead: the rules of phases that the product has not reached.
    """

    product: str
    title: str
    phase: str
    at: datetime
    applied: tuple[str, ...]
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    failures: tuple[Failure, ...]
    skipped: tuple[str, ...] = ()
    ahead: tuple[Rule, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity.value: counted[severity] for severity in Severity}

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that close the gate."""
        return tuple(one for one in self.findings if one.gated)

    @property
    def blocked(self) -> bool:
        """Whether a gated rule found something, or could not be evaluated."""
        return bool(self.blocking) or any(one.gated for one in self.failures)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "product": self.product,
            "title": self.title,
            "phase": self.phase,
            "at": self.at.isoformat(),
            "rules_applied": list(self.applied),
            "rules_skipped": list(self.skipped),
            "rules_ahead": [rule.code for rule in self.ahead],
            "counts": self.counts,
            "blocked": self.blocked,
            "findings": [finding.as_dict() for finding in self.findings],
            "waived": [{**finding.as_dict(), "waiver": waiver.as_dict()} for finding, waiver in self.waived],
            "failures": [
                {"code": failure.code, "error": failure.error, "gated": failure.gated}
                for failure in self.failures
            ],
        }
