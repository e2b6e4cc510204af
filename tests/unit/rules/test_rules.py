"""Each rule finds its failing example and leaves its passing one alone, on real rows."""

import pytest
from builder import Builder
from examples import EXAMPLES, Example, renewed, source_every
from sqlalchemy import select

from filrouge.bootstrap import nodes, rules
from filrouge.explore.canvas import Canvas
from filrouge.explore.canvas.boxes import Box
from filrouge.explore.decisions import Decision
from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import Journey
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.workshops import Workshop
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.i18n import use_language
from filrouge.kernel.settings import Check
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.engine import Policy, Report, check

CODES = [rule.code for rule in rules()]


def report_of(workspace: Workspace, clock: FixedClock, build: Example) -> Report:
    with workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC departures", phase=Phase.LIVE))
        session.flush()
        build(Builder(session, "nyc", clock))
    with workspace.reading() as session:
        return check(session, product_named(session, "nyc"), rules(), Policy.of(Check(), rules()), nodes())


def test_every_rule_has_its_two_examples_and_its_own_code():
    assert sorted(EXAMPLES) == sorted(CODES)
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_passing_example_passes(sqlite_workspace: Workspace, clock: FixedClock, code: str):
    report = report_of(sqlite_workspace, clock, EXAMPLES[code][0])
    assert report.failures == ()
    assert [finding.fact for finding in report.findings if finding.code == code] == []


@pytest.mark.parametrize("code", CODES)
def test_the_failing_example_is_found_with_fact_reason_and_action(
    sqlite_workspace: Workspace, clock: FixedClock, code: str
):
    report = report_of(sqlite_workspace, clock, EXAMPLES[code][1])
    assert report.failures == ()
    found = [finding for finding in report.findings if finding.code == code]
    assert found
    for finding in found:
        assert all((finding.fact, finding.why, finding.mend, finding.path.startswith("/products/nyc")))
        assert "{" not in finding.fact


def test_rules_work_on_both_databases_and_in_french(workspace: Workspace, clock: FixedClock):
    with use_language("fr"):
        report = report_of(workspace, clock, lambda b: (b.full_canvas(Box.USERS), b.source()))
    assert report.failures == ()
    assert "Le canvas «\u00a0Late departures\u00a0» ne remplit pas\u00a0: Utilisateurs." in [
        f.fact for f in report.findings
    ]


def test_a_new_product_is_asked_for_its_objective_and_nothing_of_later_chapters(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id="new", title="New"))
    with sqlite_workspace.reading() as session:
        product = product_named(session, "new")
        report = check(session, product, rules(), Policy.of(Check(), rules()), nodes())
    assert ([finding.code for finding in report.findings], report.failures) == (["EXP001.3"], ())
    assert all(code[:3] in ("EXP", "THR") for code in report.applied)


def codes_of(workspace: Workspace, clock: FixedClock, build: Example) -> list[str]:
    return [finding.code for finding in report_of(workspace, clock, build).findings]


def test_nobody_is_asked_to_complete_the_canvas_of_a_dropped_idea(
    sqlite_workspace: Workspace, clock: FixedClock
):
    def dropped(b: Builder) -> None:
        b.make(Canvas, idea_id=b.idea(state="dropped").id)

    assert not {"EXP006.1", "EXP006.2", "EXP008.1", "EXP009.1"} & set(
        codes_of(sqlite_workspace, clock, dropped)
    )


def test_one_fault_is_told_once(sqlite_workspace: Workspace, clock: FixedClock):
    found = codes_of(sqlite_workspace, clock, lambda b: b.idea())
    assert ("EXP001.1" in found, "THR004.2" in found) == (True, False)


def test_a_product_that_is_built_is_not_asked_for_three_ideas(sqlite_workspace: Workspace, clock: FixedClock):
    assert "EXP004.2" not in codes_of(sqlite_workspace, clock, lambda b: b.idea(state="kept"))


def test_what_a_killed_idea_would_have_needed_is_no_longer_asked_for(
    sqlite_workspace: Workspace, clock: FixedClock
):
    def undecided(b: Builder) -> None:
        canvas = b.canvas()
        b.session.get(Idea, canvas.idea_id).state = "kept"
        b.source(canvas)
        doubt = b.make(Uncertainty, statement="Do the sources meet?", criticality="critical")
        b.tie(canvas, "raises", doubt)
        b.idea(state="kept", title="Drawn by nobody")

    needs = {"EXP006.1", "EXP006.3", "EXP007.1", "EXP007.2", "EXP007.4", "EXP008.1", "EXP009.1", "EXP010.1"}
    before = {finding.code for finding in report_of(sqlite_workspace, clock, undecided).findings}
    assert needs <= before
    with sqlite_workspace.transaction("ana") as session:
        for idea in session.scalars(select(Idea)):
            session.add(
                Decision(product_id="nyc", idea_id=idea.id, choice="kill", rationale="Dear.", owner="ana")
            )
    with sqlite_workspace.reading() as session:
        product = product_named(session, "nyc")
        after = check(session, product, rules(), Policy.of(Check(), rules()), nodes())
    assert not needs & {finding.code for finding in after.findings}


@pytest.mark.parametrize(("ideas", "told"), [(1, False), (2, True)])
def test_a_map_after_that_names_no_idea_serves_the_only_one(
    sqlite_workspace: Workspace, clock: FixedClock, ideas: int, told: bool
):
    report = report_of(
        sqlite_workspace,
        clock,
        lambda b: [*(b.idea(state="kept") for _n in range(ideas)), b.make(Journey, version="after")],
    )
    found = [one for one in report.findings if one.code == "EXP005.1"]
    assert len(found) == (ideas if told else 0)


def test_a_second_prototype_is_for_a_hypothesis_that_answers_a_critical_uncertainty(
    sqlite_workspace: Workspace, clock: FixedClock
):
    report = report_of(sqlite_workspace, clock, lambda b: renewed(b, criticality="major"))
    (found,) = [one for one in report.findings if one.code == "EXP014.3"]
    assert "does not name: a critical uncertainty that its new hypothesis answers." in found.fact


def test_a_refresh_that_nobody_understands_is_said(sqlite_workspace: Workspace, clock: FixedClock):
    report = report_of(sqlite_workspace, clock, source_every("when the audit is over", "daily"))
    assert [finding.fact for finding in report.findings if finding.code == "FND004.2"] == [
        "How often “weather” is renewed is not understood: “when the audit is over”."
    ]


@pytest.mark.parametrize(
    ("refresh", "found"), [("quotidien", True), ("1 mois", True), ("chaque heure", False)]
)
def test_a_refresh_written_in_french_is_compared(
    sqlite_workspace: Workspace, clock: FixedClock, refresh: str, found: bool
):
    codes = codes_of(sqlite_workspace, clock, source_every(refresh, "hourly"))
    assert ("FND004.2" in codes) is found


@pytest.mark.parametrize(
    ("phase", "found"), [("prepared", False), ("align", False), ("diverge", True), ("closed", True)]
)
def test_a_workshop_that_looks_for_ideas_is_asked_for_the_map_and_the_pain(
    sqlite_workspace: Workspace, clock: FixedClock, phase: str, found: bool
):
    report = report_of(sqlite_workspace, clock, lambda b: b.make(Workshop, title="Monday", phase=phase))
    assert [one.fact for one in report.findings if one.code.startswith("EXP002")] == (
        [
            "The workshop “Monday” looks for ideas without a map.",
            "The workshop “Monday” looks for ideas without a pain point.",
        ]
        if found
        else []
    )
