"""SARIF and JUnit: what continuous integration reads, whatever people wrote into their texts."""

import json
from collections.abc import Iterable
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest

from filrouge.bootstrap import nodes
from filrouge.explore.ideas import Idea
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.settings import Check
from filrouge.storage.editing import create, edit
from filrouge.storage.product import Phase, product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.engine import Policy, Report, check
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.junit import as_junit
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.check.sarif import Places, as_sarif
from filrouge.thread.check.waivers import waive
from filrouge.thread.ref import Ref

TEXTS = {"title": "Title {of} it", "why": "because", "mend": "mend <it>", "passes": "p", "fails": "f"}
HOSTILE = "a ]]> <b> & \x00\x0b\x1b \ud800 {0} [x](y) “é”"


@rule("EXP001.1", severity="error", phase=Phase.EXPLORE, **TEXTS)
def each_idea(facts: Facts) -> Iterable[Fact]:
    for idea in facts.all(Idea):
        yield Fact(Ref("idea", idea.id), f"{idea.title} {HOSTILE}")
        yield Fact(Ref("idea", idea.id), "A second fact on the same idea.")


@rule("EXP002.1", severity="warning", phase=Phase.EXPLORE, **TEXTS)
def waived_rule(facts: Facts) -> Iterable[Fact]:
    yield Fact(facts.subject, "To be waived.")


@rule("ORG001.1", severity="info", phase=Phase.EXPLORE, **TEXTS)
def note(facts: Facts) -> Iterable[Fact]:
    yield Fact(facts.subject, "A note.")


@rule("STR001.1", severity="error", phase=Phase.EXPLORE, **TEXTS)
def broken(facts: Facts) -> Iterable[Fact]:
    raise ValueError("no ]]> & \x00 luck")


@rule("STR002.1", severity="error", phase=Phase.EXPLORE, **TEXTS)
def passing(facts: Facts) -> Iterable[Fact]:
    return []


RULES = (each_idea, waived_rule, note, broken, passing)


def run(workspace: Workspace) -> Report:
    with workspace.reading() as session:
        found = product_named(session, "nyc-departures")
        return check(session, found, RULES, Policy.of(Check(), RULES), nodes())


@pytest.fixture
def report(workspace: Workspace, product: str, clock: FixedClock) -> Report:
    with workspace.transaction("ana") as session:
        create(session, Idea, product, id="i1", title="Warn early")
        until = clock.now() + timedelta(days=9)
        waive(session, product, "EXP002.1", "The map ]]> hangs on the wall", until, known=["EXP002.1"])
    return run(workspace)


def sarif(report: Report, places: dict[str, Places] | None = None) -> dict:
    log = as_sarif([report], RULES, pages="http://127.0.0.1:8770", version="1.0.0", places=places)
    (found,) = json.loads(json.dumps(log))["runs"]
    return found


def junit(report: Report) -> Xml.Element:
    return Xml.fromstring(as_junit([report], RULES, pages="http://127.0.0.1:8770"))


def test_sarif_maps_severities_and_names_thing_and_page(report: Report):
    results = sarif(report)["results"]
    levels = [(one["ruleId"], one["level"]) for one in results]
    assert levels == [
        ("EXP001.1", "error"),
        ("EXP001.1", "error"),
        ("ORG001.1", "note"),
        ("EXP002.1", "warning"),
    ]
    (place,) = results[0]["locations"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "nyc-departures/idea:i1"
    assert "physicalLocation" not in place
    assert results[0]["hostedViewerUri"].endswith("/products/nyc-departures/ideas#idea-i1")


def test_sarif_says_file_and_line_when_a_file_was_checked(report: Report):
    places = {"nyc-departures": Places("a folder/product.yaml", {Ref("idea", "i1"): 12})}
    places_of = [one["locations"][0]["physicalLocation"] for one in sarif(report, places)["results"]]
    assert places_of[0] == {
        "artifactLocation": {"uri": "a%20folder/product.yaml"},
        "region": {"startLine": 12},
    }
    assert places_of[2]["region"] == {"startLine": 1}


def test_sarif_carries_waivers_as_suppressions_with_reason_and_end(report: Report):
    suppressed = [one for one in sarif(report)["results"] if "suppressions" in one]
    (one,) = suppressed
    (suppression,) = one["suppressions"]
    assert (one["ruleId"], suppression["status"], suppression["kind"]) == ("EXP002.1", "accepted", "external")
    assert suppression["justification"] == "The map ]]> hangs on the wall (ana, until 2013-03-10)"
    assert suppression["properties"]["expiresAt"].startswith("2013-03-10T12:00")


def test_sarif_says_which_rule_could_not_be_evaluated(report: Report):
    (invocation,) = sarif(report)["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert (invocation["executionSuccessful"], notification["associatedRule"]["id"]) == (False, "STR001.1")


def test_sarif_messages_hold_no_placeholder_and_no_link_by_accident(report: Report):
    text = sarif(report)["results"][0]["message"]["text"]
    assert "{{0}}" in text
    assert "](" not in text


def test_a_finding_keeps_its_mark_when_its_words_change(workspace: Workspace, report: Report):
    before = [one.fingerprint for one in report.findings]
    with workspace.transaction("ana") as session:
        edit(session, session.get(Idea, "i1"), title="Warn earlier")
    assert [one.fingerprint for one in run(workspace).findings] == before
    assert len(set(before)) == len(before)


def test_junit_has_a_suite_per_chapter_and_a_case_per_rule(report: Report):
    root = junit(report)
    suites = {suite.get("name"): [case.get("name")[:8] for case in suite] for suite in root}
    assert suites == {
        "nyc-departures: Explore": ["EXP001.1", "EXP002.1"],
        "nyc-departures: Organise": ["ORG001.1"],
        "nyc-departures: Streamline": ["STR001.1", "STR002.1"],
    }
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }


def test_junit_tells_failures_by_severity_and_waivers_as_skipped(report: Report):
    cases = {case.get("name")[:8]: case for case in junit(report).iter("testcase")}
    failure = cases["EXP001.1"].find("failure")
    assert (failure.get("type"), "And 1 more." in failure.get("message")) == ("error", True)
    assert "/products/nyc-departures/ideas#idea-i1" in failure.text
    assert "hangs on the wall (ana, until 2013-03-10)" in cases["EXP002.1"].find("skipped").get("message")
    assert cases["ORG001.1"].find("failure") is None
    assert "A note." in cases["ORG001.1"].find("system-out").text
    assert "luck" in cases["STR001.1"].find("error").text
    assert list(cases["STR002.1"]) == []


def test_junit_keeps_what_xml_can_carry_of_hostile_texts(report: Report):
    text = next(junit(report).iter("failure")).text
    assert "]]> <b> & \ufffd\ufffd\ufffd \ufffd" in text
    assert "“é”" in text
