"""A check as JUnit XML, which CI servers show: a suite per chapter of a product, a case per rule."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree as Xml

from filrouge.kernel.i18n import _, ngettext
from filrouge.thread.check.report import Failure, Finding, Report
from filrouge.thread.check.rule import Rule, Severity
from filrouge.thread.check.sarif import Places
from filrouge.thread.check.text import CHAPTER_TITLES
from filrouge.thread.check.waivers import Waiver

__all__ = ["as_junit"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, not even escaped."""


def as_junit(
    reports: Sequence[Report],
    rules: Iterable[Rule],
    *,
    pages: str,
    places: Mapping[str, Places] | None = None,
) -> bytes:
    """The reports as one XML file.

    Errors and warnings are failures, with their severity as type; notes pass, and say what they found; a rule
    whose findings are all waived is skipped; one that could not be evaluated is an error.
    """
    ordered = sorted(rules, key=lambda rule: rule.order)
    root = Xml.Element("testsuites", name="filrouge check")
    for report in reports:
        place = (places or {}).get(report.product)
        told = [rule for rule in ordered if rule.code in (*report.applied, *report.skipped)]
        for chapter, some in groupby(told, key=lambda rule: rule.chapter):
            name = f"{report.product}: {_(CHAPTER_TITLES[chapter])}"
            suite = Xml.SubElement(root, "testsuite", name=_clean(name), timestamp=_stamp(report))
            for rule in some:
                _case(suite, report, rule, pages, place)
            _count(suite)
    _count(root)
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _stamp(report: Report) -> str:
    return f"{report.at:%Y-%m-%dT%H:%M:%S}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _count(element: Xml.Element) -> None:
    for tag, name in (
        ("testcase", "tests"),
        ("failure", "failures"),
        ("error", "errors"),
        ("skipped", "skipped"),
    ):
        element.set(name, str(len(element.findall(f".//{tag}"))))
    element.set("time", "0")


def _case(suite: Xml.Element, report: Report, rule: Rule, pages: str, place: Places | None) -> None:
    found = [one for one in report.findings if one.code == rule.code]
    waived = [(one, waiver) for one, waiver in report.waived if one.code == rule.code]
    failed = next((one for one in report.failures if one.code == rule.code), None)
    title = _clean(f"{rule.code} {_(rule.title)}")
    case = Xml.SubElement(
        suite, "testcase", classname=f"{report.product}.{rule.chapter}", name=title, time="0"
    )
    if place is not None:
        case.set("file", _clean(place.file))
        if found:
            case.set("line", str(place.line(found[0].ref)))
    if failed is not None:
        _broken(case, failed)
    elif found:
        _failure(case, found, pages)
    elif waived:
        _skipped(case, waived)
    elif rule.code in report.skipped:
        Xml.SubElement(case, "skipped", message=_("It needs what only the workspace records."))


def _broken(case: Xml.Element, failed: Failure) -> None:
    text = _clean(failed.error)
    Xml.SubElement(case, "error", message=text, type="not-evaluated").text = text


def _failure(case: Xml.Element, found: list[Finding], pages: str) -> None:
    first = found[0]
    more = len(found) - 1
    message = first.fact
    if more:
        message += " " + ngettext("And {n} more.", "And {n} more.", more).format(n=more)
    lines = [first.why, ""]
    for one in found:
        lines += [f"- {one.fact} {one.lapsed}".rstrip(), f"  {one.mend}", f"  {one.ref}  {pages}{one.place}"]
    severity = first.severity
    if severity is Severity.INFO and not first.gated:
        Xml.SubElement(case, "system-out").text = _clean("\n".join(lines))
        return
    failure = Xml.SubElement(case, "failure", message=_clean(message), type=severity.value)
    failure.text = _clean("\n".join(lines))


def _skipped(case: Xml.Element, waived: list[tuple[Finding, Waiver]]) -> None:
    reasons = "; ".join(
        _("{reason} ({author}, until {until})").format(
            reason=waiver.reason, author=waiver.author, until=f"{waiver.expires_at:%Y-%m-%d}"
        )
        for _one, waiver in waived
    )
    Xml.SubElement(case, "skipped", message=_clean(reasons))
