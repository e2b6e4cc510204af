"""The engine with rules made for the occasion, on a real workspace."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from filrouge.bootstrap import nodes
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.errors import Faults
from filrouge.kernel.settings import Check
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.engine import Policy, Report, check
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, Rule, rule
from filrouge.thread.check.text import as_lines
from filrouge.thread.check.waivers import BadWaiver, waive
from filrouge.thread.ref import Ref

TEXTS = {"title": "t", "why": "because", "mend": "mend it", "passes": "p", "fails": "f"}


@rule("EXP001.1", severity="error", phase=Phase.EXPLORE, thresholds={"short_title": 20}, **TEXTS)
def short_title(facts: Facts) -> Iterable[Fact]:
    if len(facts.product.title) < facts.threshold("short_title"):
        yield Fact(Ref("product", facts.product.id), "The title is short.")


@rule("ORG010.1", severity="warning", phase=Phase.BUILD, **TEXTS)
def always(facts: Facts) -> Iterable[Fact]:
    yield Fact(Ref("product", facts.product.id), "Always.")


@rule("STR014.1", severity="info", phase=Phase.EXPLORE, **TEXTS)
def broken(facts: Facts) -> Iterable[Fact]:
    facts.session.execute(sa.text("SELECT nothing FROM nowhere"))
    return []


def run(workspace: Workspace, rules: tuple[Rule, ...], settings: Check | None = None) -> Report:
    policy = Policy.of(settings or Check(), rules)
    with workspace.reading() as session:
        return check(session, product_named(session, "nyc-departures"), rules, policy, nodes())


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_rule_of_a_later_phase_says_nothing(workspace: Workspace, product: str):
    assert codes(run(workspace, (short_title, always))) == ["EXP001.1"]
    with workspace.transaction() as session:
        product_named(session, product).phase = Phase.LIVE
    assert codes(run(workspace, (always, short_title))) == ["EXP001.1", "ORG010.1"]


def test_a_rule_that_raises_is_reported_and_the_others_still_run(workspace: Workspace, product: str):
    report = run(workspace, (broken, short_title), Check(gate=["STR014.1"]))
    assert codes(report) == ["EXP001.1"]
    assert [failure.code for failure in report.failures] == ["STR014.1"]
    assert report.blocked
    assert any("STR014.1" in line for line in as_lines(report))


def test_the_workspace_sets_severity_threshold_and_gate(workspace: Workspace, product: str):
    assert run(workspace, (short_title,), Check(severity={"EXP001.1": "off"})).applied == ()
    assert run(workspace, (short_title,), Check(thresholds={"short_title": 3})).findings == ()
    report = run(workspace, (short_title,), Check(severity={"EXP001.1": "info"}, gate=["EXP001.1"]))
    assert (report.counts, report.blocked) == ({"error": 0, "warning": 0, "info": 1}, True)
    assert not run(workspace, (short_title,)).blocked


def test_unknown_names_in_the_settings_are_all_named(workspace: Workspace, product: str):
    with pytest.raises(Faults) as caught:
        run(workspace, (short_title,), Check(gate=["EXP001.2"], thresholds={"short_titel": 1}))
    assert "EXP001.1" in str(caught.value)
    assert "short_title" in str(caught.value)


def test_a_waived_finding_is_shown_apart_until_it_expires(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        until = clock.now() + timedelta(days=7)
        waive(session, product, "EXP001.1", "The title is agreed", until, known=["EXP001.1"])
    report = run(workspace, (short_title,), Check(gate=["EXP001.1"]))
    assert (report.findings, report.blocked) == ((), False)
    assert any("The title is agreed (ana" in line for line in as_lines(report))
    clock.at += timedelta(days=8)
    assert codes(run(workspace, (short_title,))) == ["EXP001.1"]


def test_a_waiver_for_one_thing_leaves_the_others(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        until = clock.now() + timedelta(days=7)
        elsewhere = Ref("idea", "i1")
        waive(session, product, "EXP001.1", "no", until, known=["EXP001.1"], ref=elsewhere)
    assert codes(run(workspace, (short_title,))) == ["EXP001.1"]


@pytest.mark.parametrize(
    ("code", "reason", "days"), [("EXP009.9", "why", 7), ("EXP001.1", " ", 7), ("EXP001.1", "why", -1)]
)
def test_a_waiver_needs_a_known_rule_a_reason_and_an_end_ahead(  # noqa: PLR0917
    workspace: Workspace,
    product: str,
    clock: FixedClock,
    code: str,
    reason: str,
    days: int,
):
    with workspace.transaction("ana") as session, pytest.raises(BadWaiver):
        waive(session, product, code, reason, clock.now() + timedelta(days=days), known=["EXP001.1"])


def test_the_report_says_fact_reason_action_and_place(workspace: Workspace, product: str):
    text = "\n".join(as_lines(run(workspace, (short_title,))))
    for part in (
        "EXP Explore",
        "The title is short.",
        "because",
        "mend it",
        "/products/nyc-departures",
        "1 error",
    ):
        assert part in text


def test_an_empty_product_finds_nothing_and_says_so(workspace: Workspace, product: str):
    assert list(as_lines(run(workspace, ())))[-1] == "The thread holds: no finding."


def test_the_settings_file_reaches_the_engine(tmp_path: Path):
    from filrouge.bootstrap import init_workspace

    (tmp_path / "filrouge.toml").write_text(
        '[check]\ngate = ["EXP001.1"]\n[check.thresholds]\nshort_title = 3\n'
    )
    workspace = init_workspace(tmp_path)
    with workspace.transaction() as session:
        session.add(Product(id="nyc-departures", title="NYC"))
    assert not run(workspace, (short_title,), workspace.settings.check).blocked
    workspace.close()
