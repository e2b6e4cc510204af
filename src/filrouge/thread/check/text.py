"""A report as lines that a person reads, grouped by chapter: the fact, the reason, the action."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.thread.check.policy import Policy
from filrouge.thread.check.report import Finding, Report
from filrouge.thread.check.rule import Rule

__all__ = ["CHAPTER_TITLES", "SEVERITIES", "as_lines", "explained", "rule_lines", "rule_rows"]

CHAPTER_TITLES = {
    "FND": N_("Foundations"),
    "EXP": N_("Explore"),
    "ORG": N_("Organise"),
    "STR": N_("Streamline"),
    "SCA": N_("Scale"),
    "THR": N_("The thread"),
}
SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "info": N_("information")}


def as_lines(report: Report) -> Iterator[str]:
    """The report of one product."""
    yield _("{title} ({product}), phase {phase}: {rules} rules applied").format(
        title=report.title, product=report.product, phase=report.phase, rules=len(report.applied)
    )
    for chapter, findings in groupby(report.findings, key=lambda finding: finding.code[:3]):
        yield ""
        yield f"{chapter} {_(CHAPTER_TITLES[chapter])}"
        for finding in findings:
            yield from _finding_lines(finding)
    if report.failures:
        yield ""
        yield _("Rules that could not be evaluated")
        for failure in report.failures:
            yield f"  {failure.code}  {failure.error}"
    for finding, waiver in report.waived:
        yield ""
        yield _("  waived   {code}  {fact} Reason: {reason} ({author}, until {until})").format(
            code=finding.code,
            fact=finding.fact,
            reason=waiver.reason,
            author=waiver.author,
            until=f"{waiver.expires_at:%Y-%m-%d}",
        )
    if report.skipped:
        yield ""
        yield _("Left out, for they need what only the workspace records: {codes}").format(
            codes=", ".join(report.skipped)
        )
    yield ""
    yield _summary(report)
    yield from _gate_lines(report)


def _gate_lines(report: Report) -> Iterator[str]:
    """What closes the gate, and the one thing to do first."""
    if not report.blocked:
        return
    counted = Counter([*(one.code for one in report.blocking), *(f.code for f in report.failures if f.gated)])
    codes = ", ".join(code if n == 1 else f"{code} (×{n})" for code, n in counted.items())
    yield _("The gate is closed by: {codes}").format(codes=codes)
    if report.blocking:
        first = report.blocking[0]
        yield _("Mend first: {fact} {mend}").format(fact=first.fact, mend=first.mend)
        yield f"  {first.command or first.place}"


def _finding_lines(finding: Finding) -> Iterator[str]:
    mark = _(" [gate]") if finding.gated else ""
    yield f"  {_(SEVERITIES[finding.severity])}  {finding.code}{mark}  {finding.fact}"
    yield f"      {_('Why:')} {finding.why}"
    yield f"      {_('Do:')} {finding.mend}"
    if finding.command:
        yield f"      $ {finding.command}"
    if finding.lapsed:
        yield f"      {finding.lapsed}"
    yield f"      {finding.ref}   {finding.place}"


def _summary(report: Report) -> str:
    if not (report.findings or report.failures):
        return _("The thread holds: no finding.")
    counts = report.counts
    parts = [
        ngettext("{n} error", "{n} errors", counts["error"]).format(n=counts["error"]),
        ngettext("{n} warning", "{n} warnings", counts["warning"]).format(n=counts["warning"]),
        ngettext("{n} note", "{n} notes", counts["info"]).format(n=counts["info"]),
    ]
    if report.waived:
        parts.append(_("{n} waived").format(n=len(report.waived)))
    if report.failures:
        parts.append(_("{n} not evaluated").format(n=len(report.failures)))
    return ", ".join(parts) + "."


def rule_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """The rules there are, grouped by chapter."""
    ordered = sorted(rules, key=lambda rule: rule.order)
    for chapter, some in groupby(ordered, key=lambda rule: rule.chapter):
        yield f"{chapter} {_(CHAPTER_TITLES[chapter])}"
        for rule in some:
            severity = _(SEVERITIES[rule.severity])
            phase = _("from phase {phase}").format(phase=rule.phase.value)
            yield f"  {rule.code}  {severity:12s} {_(rule.title)} ({phase})"


def rule_rows(rules: Iterable[Rule]) -> list[dict[str, object]]:
    """The rules for JSON."""
    return [
        {
            "code": rule.code,
            "requirement": rule.requirement,
            "severity": rule.severity.value,
            "phase": rule.phase.value,
            "title": _(rule.title),
            "why": _(rule.why),
            "mend": _(rule.mend),
            "thresholds": dict(rule.thresholds),
        }
        for rule in sorted(rules, key=lambda rule: rule.order)
    ]


def explained(rule: Rule, policy: Policy) -> Iterator[str]:
    """One rule: what it asks, why, what to do, the numbers in force, and its two examples."""
    severity = policy.severity_of(rule)
    yield f"{rule.code}  {_(rule.title)}"
    yield (
        "  "
        + _("{requirement}, {severity}, from phase {phase}").format(
            requirement=rule.requirement,
            severity=_(SEVERITIES[severity]) if severity else _("off"),
            phase=rule.phase.value,
        )
        + (_(" [gate]") if policy.gates(rule) else "")
    )
    yield ""
    yield f"{_('Why:')} {_(rule.why)}"
    yield f"{_('Do:')} {_(rule.mend)}"
    for name, default in rule.thresholds.items():
        now = policy.thresholds[name]
        rest = "" if now == default else _(" (the method's own: {default})").format(default=f"{default:g}")
        yield f"{_('Threshold')} {name} = {now:g}{rest}"
    yield ""
    yield f"{_('Passes:')} {rule.passes}"
    yield f"{_('Fails:')} {rule.fails}"
