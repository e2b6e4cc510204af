from typing import Any

import pytest

from filrouge.explore.objectives import Objective
from filrouge.flows.product_yaml import (
    ImportConflict,
    export_product,
    import_product,
    plan_import,
    read_document,
)
from filrouge.flows.product_yaml.plan import Action, ForeignId
from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import archive, create, edit, find, listed
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import link, links_of
from filrouge.thread.ref import Ref

SMALL = """\
schema: 1
product: {id: p-1, title: Small}
objectives:
- id: on-time
  statement: On time
  objectives:
  - id: early
    statement: Know early
indicators:
- {id: warned, title: Warned, layer: main}
- {id: minutes, title: Minutes}
versions:
- id: mvp
  title: MVP
  kpi_id: warned
  epics:
  - {id: flights, column: ingestion, title: Flights}
links:
- objective:on-time measured_by indicator:warned
"""


def load(workspace: Workspace, text: str = SMALL, **options: Any) -> str:
    with workspace.transaction("ana") as session:
        import_product(session, text, **options)
        return export_product(session, options.get("as_product") or "p-1")


def actions(workspace: Workspace, text: str, **options: Any) -> dict[str, str]:
    with workspace.reading() as session:
        plan = plan_import(session, read_document(text), **options)
    return {str(step.entry.ref): step.action for step in plan.steps if step.action != Action.UNCHANGED}


def faults_of(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(FilrougeError) as caught:
        read_document(text)
    error = caught.value
    faults = error.faults if isinstance(error, Faults) else (error,)
    return [(fault.where, fault.what, fault.action) for fault in faults]


def test_an_import_makes_the_product_with_its_links_and_history(workspace: Workspace):
    load(workspace)
    with workspace.reading() as session:
        assert find(session, Objective, "early").parent_id == "on-time"
        relations = sorted(link.relation for link in links_of(session, "p-1"))
        assert relations == ["contains", "contains", "measured_by", "measured_by"]


def test_importing_what_was_exported_changes_nothing(workspace: Workspace):
    exported = load(workspace)
    assert actions(workspace, exported) == {}
    assert load(workspace, exported) == exported


def test_every_fault_is_told_with_its_line_and_path():
    text = SMALL.replace("statement: Know early", "statment: Know early").replace("ingestion", "ingesting")
    text = text.replace("links:\n", "links:\n- objective:on-time mesured_by indicator:warned\n")
    assert faults_of(text) == [
        (
            "product.yaml:8 (objectives[0].objectives[0])",
            "There is no field 'statment' in objective.",
            "Did you mean 'statement'?",
        ),
        ("product.yaml:7 (objectives[0].objectives[0])", "'statement' is missing.", ""),
        (
            "product.yaml:17 (versions[0].epics[0].column)",
            "'ingesting' is not one of its words.",
            "Did you mean 'ingestion'?",
        ),
        (
            "product.yaml:19 (links[0])",
            "No 'mesured_by' leads from objective to indicator.",
            "Did you mean 'measured_by'?",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "product.yaml"),
        ("a: [", "product.yaml:1"),
        ("x: &a 1\ny: *a\n", "product.yaml:2"),
        ("[]", "product.yaml:1"),
        ("schema: 2\nproduct: {id: p, title: t}\n", "product.yaml:1"),
        ("schema: 1\nproduct: {id: p, title: t}\nobjectve: []\n", "product.yaml:3"),
        ("schema: 1\nproduct: {id: p, title: t}\nobjectives: {}\n", "product.yaml:3 (objectives)"),
        ("schema: 1\nproduct: {id: 'a b', title: t}\n", "product.yaml:2 (product)"),
        ("schema: 1\nproduct: {id: p, title: t}\nlinks: [x]\n", "product.yaml:3 (links[0])"),
        ("schema: 1\nproduct: {id: p, title: t, title: u}\n", "product.yaml:2 (product)"),
        ("schema: 1\nproduct:\n  id: [p]\n  title: {a: 1}\n", "product.yaml:3 (product)"),
        ("schema: [1]\nproduct: {id: p, title: t}\n", "product.yaml:1"),
        ("schema: 1\nproduct: {id: p, title: t}\nbase: {a: [1]}\n", "product.yaml:3 (base)"),
        ("[" * 5000, "product.yaml"),
    ],
)
def test_a_file_of_another_form_is_refused_where_it_goes_wrong(text: str, where: str):
    assert faults_of(text)[0][0].startswith(where)


def test_an_id_that_stands_twice_names_both_lines():
    twice = SMALL.replace("id: early", "id: on-time")
    assert faults_of(twice)[0][:2] == (
        "product.yaml:7 (objectives[0].objectives[0])",
        "The id 'on-time' stands twice; first on line 4.",
    )


def test_a_reference_to_nothing_is_told(workspace: Workspace):
    wrong = SMALL.replace("kpi_id: warned", "kpi_id: warnd").replace("objective:on-time", "objective:x")
    with workspace.transaction() as session, pytest.raises(Faults) as caught:
        import_product(session, wrong)
    places = [fault.where for fault in caught.value.faults]
    assert places == ["product.yaml:13 (versions[0].kpi_id)", "product.yaml:19 (links)"]
    assert caught.value.faults[0].action == "Did you mean 'warned'?"


def test_an_edit_in_the_file_is_a_change_and_an_order_is_a_move(workspace: Workspace):
    exported = load(workspace)
    assert actions(workspace, exported.replace("statement: Know early", "statement: Know at once")) == {
        "objective:early": "change"
    }
    swapped = SMALL.replace("- {id: warned, title: Warned, layer: main}\n", "").replace(
        "title: Minutes}\n", "title: Minutes}\n- {id: warned, title: Warned, layer: main}\n"
    )
    assert set(actions(workspace, swapped)) == {"indicator:warned", "indicator:minutes"}
    load(workspace, swapped)
    with workspace.reading() as session:
        assert [item.id for item in listed(session, Indicator, "p-1")] == ["minutes", "warned"]


def test_the_main_indicator_may_change_whatever_the_order_of_the_file(workspace: Workspace):
    load(workspace)
    load(
        workspace, SMALL.replace(", layer: main", "").replace("title: Minutes", "title: Minutes, layer: main")
    )
    with workspace.reading() as session:
        assert find(session, Indicator, "minutes").layer == "main"


def test_a_file_that_breaks_a_rule_writes_nothing(workspace: Workspace):
    two = SMALL.replace("title: Minutes", "title: Minutes, layer: main")
    with pytest.raises(FilrougeError) as caught, workspace.transaction() as session:
        import_product(session, two)
    assert "product.yaml:10 (indicators[0])" in str(caught.value)
    with workspace.reading() as session:
        assert session.get(Product, "p-1") is None


def test_what_both_sides_changed_is_a_conflict(workspace: Workspace):
    exported = load(workspace)
    with workspace.transaction("ben") as session:
        edit(session, find(session, Objective, "early"), statement="Know sooner")
    with workspace.transaction() as session, pytest.raises(ImportConflict) as caught:
        import_product(session, exported.replace("statement: Know early", "statement: Know at once"))
    assert "objectives[0].objectives[0]" in caught.value.where


def test_what_only_the_workspace_changed_is_kept(workspace: Workspace):
    exported = load(workspace)
    with workspace.transaction("ben") as session:
        edit(session, find(session, Objective, "early"), statement="Know sooner")
        create(session, Hypothesis, "p-1", id="wind", statement="Wind matters")
        archive(session, find(session, Indicator, "minutes"))
    kept = dict.fromkeys(["objective:early", "hypothesis:wind", "indicator:minutes"], "kept")
    assert actions(workspace, exported, prune=True) == kept


def test_only_pruning_archives_and_what_is_in_the_file_again_is_restored(workspace: Workspace):
    exported = load(workspace)
    lines = "- id: minutes\n  title: Minutes\n  layer: business\n  better: higher\n  period: week\n"
    assert lines in exported
    without = exported.replace(lines, "")
    assert actions(workspace, without) == {"indicator:minutes": "kept"}
    assert actions(workspace, without, prune=True) == {"indicator:minutes": "archive"}
    load(workspace, without, prune=True)
    assert actions(workspace, SMALL) == {"indicator:minutes": "restore"}


def test_links_are_removed_by_pruning_only(workspace: Workspace):
    load(workspace)
    fewer = SMALL.partition("links:")[0]
    for prune, left in ((False, 4), (True, 3)):
        load(workspace, fewer, prune=prune)
        with workspace.reading() as session:
            assert len(links_of(session, "p-1")) == left


def test_the_same_file_makes_a_second_product_with_ids_of_its_own(workspace: Workspace):
    load(workspace)
    with workspace.transaction() as session, pytest.raises(Faults) as caught:
        import_product(session, SMALL.replace("id: p-1", "id: p-2"))
    assert {type(fault) for fault in caught.value.faults} == {ForeignId}
    copy = load(workspace, as_product="p-2")
    assert "Know early" in copy
    assert load(workspace, as_product="p-2") == copy


def test_links_to_runs_and_alerts_stay_out_of_the_file(workspace: Workspace):
    exported = load(workspace)
    with workspace.transaction() as session:
        link(session, "p-1", Ref("objective", "early"), "tested_by", Ref("run", "r1"))
        assert export_product(session, "p-1") == exported
