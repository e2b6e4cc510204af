"""What a rule is: a requirement of the method as a function from facts to findings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.product import Phase
from filrouge.thread.ref import Ref

if TYPE_CHECKING:
    from filrouge.thread.check.facts import Facts

__all__ = ["CHAPTERS", "Fact", "Rule", "Severity", "UnknownRule", "rule", "rule_named"]

CHAPTERS = ("FND", "EXP", "ORG", "STR", "SCA", "THR")
"""The chapters of the method, in the order in which findings are shown."""


class UnknownRule(FilrougeError):
    """No rule of the check has this code."""

    code = "check.unknown-rule"
    status = 404


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Fact:
    """What a rule found, in the user's language.

    Args:
        ref: the thing concerned.
        text: the fact, as one sentence.
        mend: the one action that mends it; the rule's own by default.
        command: the command that does it, where there is one.
        path: the web page where it is done; the page of ``ref`` by default.
    """

    ref: Ref
    text: str
    mend: str = ""
    command: str = ""
    path: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule of the check.

    Args:
        code: requirement and number, ``EXP007.1``; stable for ever.
        title: what the rule asks, as one sentence.
        why: why the method asks it.
        mend: the action that mends a finding.
        severity: its weight, unless the workspace sets another.
        phase: the first phase of a product in which it applies.
        passes: an example that passes, in words; the tests build it.
        fails: an example that fails, in words; the tests build it.
        find: from facts to what is wrong.
        thresholds: the numbers it uses, by name; the workspace may set others.
    """

    code: str
    title: str
    why: str
    mend: str
    severity: Severity
    phase: Phase
    passes: str
    fails: str
    find: "Callable[[Facts], Iterable[Fact]]"
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def chapter(self) -> str:
        """``EXP`` of ``EXP007.1``."""
        return self.code[:3]

    @property
    def requirement(self) -> str:
        """The requirement of the method: ``EXP-7`` of ``EXP007.1``."""
        return f"{self.code[:3]}-{int(self.code[3:6])}"

    @property
    def order(self) -> tuple[int, str]:
        """Sorts by chapter, then by number."""
        return (CHAPTERS.index(self.chapter), self.code)


def rule(
    code: str,
    *,
    title: str,
    why: str,
    mend: str,
    severity: str,
    phase: Phase,
    passes: str,
    fails: str,
    thresholds: Mapping[str, float] | None = None,
) -> "Callable[[Callable[[Facts], Iterable[Fact]]], Rule]":
    """Make a rule of a function. Nothing is registered: modules list their rules, bootstrap assembles."""

    def make(find: "Callable[[Facts], Iterable[Fact]]") -> Rule:
        return Rule(
            code, title, why, mend, Severity(severity), phase, passes, fails, find, dict(thresholds or {})
        )

    return make


def rule_named(rules: Iterable[Rule], code: str) -> Rule:
    """The rule with this code.

    Raises:
        UnknownRule: there is none.
    """
    known = {rule.code: rule for rule in rules}
    found = known.get(code.upper())
    if found is None:
        raise UnknownRule(
            _("There is no rule '{code}'.").format(code=code),
            action=did_you_mean(code.upper(), known) or _("Run: filrouge check --list"),
        )
    return found
