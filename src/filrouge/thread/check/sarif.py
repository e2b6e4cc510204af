"""A check as SARIF 2.1.0 (OASIS), which code hosts read: rules with help, findings with stable marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from filrouge.kernel.i18n import _, current_language
from filrouge.thread.check.report import Finding, Report
from filrouge.thread.check.rule import Rule, Severity
from filrouge.thread.check.text import CHAPTER_TITLES
from filrouge.thread.check.waivers import Waiver
from filrouge.thread.ref import Ref

__all__ = ["SCHEMA_URI", "Places", "as_sarif"]

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True)
class Places:
    """Where a product was read from, when it was read from a file.

    Args:
        file: its path as the report says it, with slashes.
        lines: the first line of each thing in it, from 1.
    """

    file: str
    lines: Mapping[Ref, int]

    def line(self, ref: Ref) -> int:
        """The line of a thing; the first one for what has none of its own."""
        return self.lines.get(ref, 1)


def as_sarif(
    reports: Sequence[Report],
    rules: Iterable[Rule],
    *,
    pages: str,
    version: str,
    places: Mapping[str, Places] | None = None,
) -> dict[str, Any]:
    """The log of one run over some products.

    Args:
        reports: what was found.
        rules: all rules there are; each becomes metadata.
        pages: address of the web pages, without a slash at its end.
        version: of Filrouge.
        places: by product, the file that it was read from.
    """
    ordered = sorted(rules, key=lambda rule: rule.order)
    index = {rule.code: number for number, rule in enumerate(ordered)}
    results = []
    for report in reports:
        place = (places or {}).get(report.product)
        for finding, waiver in (*((one, None) for one in report.findings), *report.waived):
            result = _result(report.product, finding, pages, place)
            result["ruleIndex"] = index[finding.code]
            if waiver is not None:
                result["suppressions"] = [_suppression(waiver)]
            results.append(result)
    driver = {
        "name": "filrouge",
        "version": version,
        "semanticVersion": version,
        "rules": [_descriptor(rule, pages) for rule in ordered],
    }
    run = {
        "tool": {"driver": driver},
        "language": current_language(),
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(reports, index)],
        "results": results,
    }
    return {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}


def _said(text: str) -> str:
    """A text as a SARIF message: braces would be arguments, and ``[a](b)`` a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "]\\(")


def _descriptor(rule: Rule, pages: str) -> dict[str, Any]:
    page = f"{pages}/rules/{rule.code}"
    title, why, mend = _(rule.title), _(rule.why), _(rule.mend)
    return {
        "id": rule.code,
        "name": rule.find.__name__.title().replace("_", ""),
        "shortDescription": {"text": _said(title)},
        "fullDescription": {"text": _said(why)},
        "help": {
            "text": _said(f"{why} {mend}"),
            "markdown": f"{_said(why)}\n\n**{_('Do:')}** {_said(mend)}\n\n[{rule.code}]({page})",
        },
        "helpUri": page,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.chapter, _(CHAPTER_TITLES[rule.chapter]), rule.requirement],
            "phase": rule.phase.value,
            "thresholds": dict(rule.thresholds),
        },
    }


def _uri(file: str) -> str:
    return f"file://{quote(file)}" if file.startswith("/") else quote(file)


def _result(product: str, finding: Finding, pages: str, place: Places | None) -> dict[str, Any]:
    words = " ".join(part for part in (finding.fact, finding.mend, finding.lapsed) if part)
    name = f"{product}/{finding.ref}"
    kind = finding.ref.kind
    location: dict[str, Any] = {
        "logicalLocations": [{"name": finding.ref.id, "fullyQualifiedName": name, "kind": kind}]
    }
    if place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(place.file)},
            "region": {"startLine": place.line(finding.ref)},
        }
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "kind": "fail",
        "message": {"text": _said(words)},
        "locations": [location],
        "partialFingerprints": {"filrougeFinding/v1": finding.fingerprint},
        "hostedViewerUri": f"{pages}{finding.place}",
        "properties": {"product": product, "gated": finding.gated, "command": finding.command},
    }


def _suppression(waiver: Waiver) -> dict[str, Any]:
    until = f"{waiver.expires_at:%Y-%m-%d}"
    return {
        "kind": "external",
        "status": "accepted",
        "justification": _("{reason} ({author}, until {until})").format(
            reason=waiver.reason, author=waiver.author, until=until
        ),
        "properties": {"author": waiver.author, "expiresAt": waiver.expires_at.isoformat()},
    }


def _invocation(reports: Sequence[Report], index: Mapping[str, int]) -> dict[str, Any]:
    failures = [(report.product, failure) for report in reports for failure in report.failures]
    return {
        "executionSuccessful": not failures,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": _said(f"{product}: {failure.error}")},
                "associatedRule": {"id": failure.code, "index": index[failure.code]},
            }
            for product, failure in failures
        ],
    }
