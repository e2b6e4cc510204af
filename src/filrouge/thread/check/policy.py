"""What a workspace sets about rules: severities, thresholds, gates; for all products, or for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import Check, CheckOfProduct
from filrouge.thread.check.rule import Rule, Severity

__all__ = ["BadCheckSettings", "Policy", "faults_of_gate"]

_ORDER = list(Severity)
_PATTERN = frozenset("*?[")


class BadCheckSettings(FilrougeError):
    """The section ``[check]`` names a rule, a threshold or a product that does not exist."""

    code = "check.bad-settings"


@dataclass(frozen=True)
class Policy:
    """Severities, thresholds and gates in force for one product.

    Args:
        severity: by rule code, where it is not the rule's own.
        thresholds: every threshold that there is, by name.
        gate: rule codes, patterns of them (``EXP*``), or a severity, which stands for the heavier ones too.
    """

    severity: Mapping[str, str]
    thresholds: Mapping[str, float]
    gate: tuple[str, ...]

    @classmethod
    def of(
        cls, settings: Check, rules: Sequence[Rule], product_id: str = "", *, gate: Iterable[str] = ()
    ) -> "Policy":
        """Read ``[check]``.

        Args:
            settings: the section.
            rules: all rules there are.
            product_id: whose ``[check.products.<id>]`` is laid over it; none for the workspace's own values.
            gate: more gates, from the command line.

        Raises:
            BadCheckSettings: it names an unknown rule or threshold (``Faults`` when several).
        """
        sections: list[tuple[str, Check | CheckOfProduct]] = [("check", settings)]
        sections += [(f"check.products.{name}", own) for name, own in settings.products.items()]
        faults = [fault for place, section in sections for fault in _faults(place, section, rules)]
        faults += faults_of_gate("--gate", gate, rules)
        Faults.raise_if_any(faults)
        over = settings.products.get(product_id, CheckOfProduct())
        own = {name: value for rule in rules for name, value in rule.thresholds.items()}
        return cls(
            {**settings.severity, **over.severity},
            {**own, **settings.thresholds, **over.thresholds},
            (*settings.gate, *over.gate, *gate),
        )

    def severity_of(self, rule: Rule) -> Severity | None:
        """The weight of a rule here; none when it is off."""
        told = self.severity.get(rule.code)
        if told is None:
            return rule.severity
        return None if told == "off" else Severity(told)

    def gates(self, rule: Rule) -> bool:
        """Whether a finding of this rule closes the gate."""
        severity = self.severity_of(rule)
        return severity is not None and any(_matches(word, rule.code, severity) for word in self.gate)


def _matches(word: str, code: str, severity: Severity) -> bool:
    if word in _ORDER:
        return _ORDER.index(severity) <= _ORDER.index(Severity(word))
    return fnmatchcase(code, word)


def faults_of_gate(place: str, words: Iterable[str], rules: Sequence[Rule]) -> list[FilrougeError]:
    """What is wrong with a list of gates: each must be a severity, a rule, or a pattern that meets one."""
    codes = [rule.code for rule in rules]
    faults: list[FilrougeError] = []
    for word in words:
        if word in _ORDER or any(fnmatchcase(code, word) for code in codes):
            continue
        what = _("No rule matches '{code}'.") if _PATTERN & set(word) else _("There is no rule '{code}'.")
        action = did_you_mean(word, [*codes, *(severity.value for severity in Severity)])
        faults.append(BadCheckSettings(what.format(code=word), where=place, action=action))
    return faults


def _faults(place: str, section: Check | CheckOfProduct, rules: Sequence[Rule]) -> list[FilrougeError]:
    codes = [rule.code for rule in rules]
    known = {name for rule in rules for name in rule.thresholds}
    faults: list[FilrougeError] = [
        BadCheckSettings(
            _("There is no rule '{code}'.").format(code=code),
            where=f"[{place}] severity",
            action=did_you_mean(code, codes),
        )
        for code in section.severity
        if code not in codes
    ]
    faults += faults_of_gate(f"[{place}] gate", section.gate, rules)
    faults += [
        BadCheckSettings(
            _("There is no threshold '{name}'.").format(name=name),
            where=f"[{place}] thresholds",
            action=did_you_mean(name, known),
        )
        for name in section.thresholds
        if name not in known
    ]
    return faults
