"""The artefacts from a notebook: the operations of the pages, a call at a time."""

from pathlib import Path

import pandas as pd
import pytest
from tests.unit.explore.feasibility.tables import bookings

import filrouge as fr
from filrouge.bootstrap import init_workspace
from filrouge.flows.notebook import NotebookWorkspace, ProductView
from filrouge.kernel.errors import FilrougeError


@pytest.fixture
def opened(tmp_path: Path) -> NotebookWorkspace:
    return fr.open(init_workspace(tmp_path).root, actor="ana")


@pytest.fixture
def product(opened: NotebookWorkspace) -> ProductView:
    return opened.add_product("nyc", "NYC departures")


def test_artefacts_are_added_changed_taken_back_and_put_away(product: ProductView):
    idea = product.ideas.add(title="Warn early")
    product.ideas.edit(idea.id, title="Warn two hours ahead")
    latest = product.ideas.history(idea.id)[0]
    assert (latest.action, latest.actor) == ("update", "ana")
    assert product.ideas.undo(idea.id).title == "Warn early"
    product.ideas.archive(idea.id)
    assert len(product.ideas) == 0
    product.ideas.restore(idea.id)
    assert [one.title for one in product.ideas] == ["Warn early"]
    assert "Warn early" in repr(product.ideas)
    assert repr(product) == "<nyc: NYC departures, explore>"
    with pytest.raises(FilrougeError, match="Did you mean 'ideas'"):
        _ = product.idea


def test_ties_are_what_the_check_reads(product: ProductView):
    assert [one.code for one in product.check().findings] == ["EXP001.3"]
    objective, idea = product.objectives.add(statement="Fewer lost bags"), product.ideas.add(title="Warn")
    assert "EXP001.1" in [one.code for one in product.check().findings]
    product.tie(objective, "pursued_by", idea)
    assert "EXP001.1" not in [one.code for one in product.check().findings]
    product.untie(objective, "pursued_by", idea)
    assert "EXP001.1" in [one.code for one in product.check().findings]
    with pytest.raises(FilrougeError) as caught:
        product.tie(idea, "pursued_by", objective)
    assert caught.value.code == "thread.unknown-relation"


def test_data_frames_are_studied_and_the_study_is_kept(product: ProductView):
    made = product.measure({"bookings": bookings()}, "late", time="day")
    (kept,) = product.feasibility_studies
    assert (kept.target, kept.study.tables[0].name) == ("late", "bookings")
    assert str(kept.study.said) == str(made.said)
    plain = pd.DataFrame(bookings().to_dict(as_series=False))
    assert product.measure({"bookings": plain}, "late", time="day", kept=False).tables[0].rows == len(plain)
    assert len(product.feasibility_studies) == 1
    for wrong in (bookings(), {"bookings": 7}):
        with pytest.raises(FilrougeError) as caught:
            product.measure(wrong, "late")
        assert caught.value.code == "notebook.no-table"


def test_a_tie_that_a_field_keeps_is_taken_away_with_the_field(product: ProductView):
    idea = product.ideas.add(title="Warn early")
    after = product.journeys.add(title="Once it warns", version="after", idea_id=idea.id)
    product.untie(idea, "pictured_by", after)
    assert product.journeys.get(after.id).idea_id is None
    assert product.journeys.history(after.id)[0].action == "update"
