from pathlib import Path

from filrouge.bootstrap import init_workspace, nodes, rules
from filrouge.flows.examples import import_example, mend_example
from filrouge.storage.product import product_named
from filrouge.thread.check.engine import Policy, Report, check


def test_mending_the_example_leaves_nothing_of_explore_and_organize_to_find(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "ws")
    with workspace.transaction("ana") as session:
        import_example(session)

    def report() -> Report:
        policy = Policy.of(workspace.settings.check, rules())
        with workspace.reading() as session:
            return check(session, product_named(session, "nyc-departures"), rules(), policy, nodes())

    before = {finding.code for finding in report().findings}
    assert {"EXP001.2", "EXP006.3", "EXP010.1", "EXP016.1", "ORG007.2", "ORG010.1"} <= before
    with workspace.transaction("ana") as session:
        mend_example(session)
    after = {finding.code for finding in report().findings}
    # EXP012.1 asks to measure the data, as the demo does; no text can.
    assert {code for code in after if code.startswith(("EXP", "ORG"))} <= {"EXP012.1"}
