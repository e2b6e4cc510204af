import pytest

from filrouge.explore.ideas import Criterion, Idea, combine, ranked
from filrouge.kernel.errors import Faults
from filrouge.storage.editing import BadField, create
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref


def test_ideas_are_ranked_by_the_weighted_criteria(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        create(session, Criterion, product, title="relevance", weight=2)
        create(session, Criterion, product, title="feasibility")
        low = create(session, Idea, product, title="A", scores={"relevance": 1, "feasibility": 5})
        high = create(session, Idea, product, title="B", scores={"relevance": 5, "feasibility": 2})
        half = create(session, Idea, product, title="C", scores={"relevance": 5})
        assert [(idea.id, score) for idea, score in ranked(session, product)] == [
            (high.id, 4.0),
            (low.id, pytest.approx(7 / 3)),
            (half.id, None),
        ]


def test_a_score_needs_a_recorded_criterion_and_a_number(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        create(session, Criterion, product, title="relevance")
        with pytest.raises(BadField) as one:
            create(session, Idea, product, title="A", scores={"relevence": 3})
        with pytest.raises(Faults):
            create(session, Idea, product, title="A", scores={"x": 3, "relevance": 6})
    assert one.value.action == "Did you mean 'relevance'?"


def test_a_combined_idea_keeps_its_parents(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        a, b = (create(session, Idea, product, title=title) for title in "ab")
        both = combine(session, [a, b], "a and b")
        assert [idea.state for idea in (a, b, both)] == ["combined", "combined", "proposed"]
        assert {end.source.id for end in links_to(session, Ref("idea", both.id))} == {a.id, b.id}
