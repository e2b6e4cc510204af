import pytest

from filrouge.explore.canvas import Availability
from filrouge.explore.decisions import decide, decisions_of
from filrouge.explore.ideas import Idea
from filrouge.flows.convergence import convergence
from filrouge.flows.examples import import_example
from filrouge.kernel.clock import FixedClock
from filrouge.storage.editing import BadField, create, find, listed
from filrouge.storage.history import changes_of
from filrouge.storage.workspace import Workspace


def test_the_kept_ideas_stand_side_by_side_with_what_the_workspace_holds(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
        cases, criteria, untied = convergence(session, "nyc-departures")
        assert [criterion.title for criterion in criteria] == ["relevance", "feasibility", "simplicity"]
        warn, buffer, gates = cases
        assert (warn.idea.id, warn.relief, warn.score) == ("nyc-idea-warn", 12, 4.75)
        assert [pain.intensity for pain in warn.pains] == [5, 4, 3]
        assert warn.indicators[0].title == "Late or cancelled flights warned in time"
        assert len(warn.sources_that_are(Availability.AT_HAND)) == 3
        assert (dict(warn.left_by_type), warn.critical_left) == (
            {"user_experience": 1, "infrastructure": 1},
            1,
        )
        assert [one.verdict for one in warn.prototypes] == ["promising"]
        assert warn.test.title == "The list on paper, at the desk"
        assert (warn.decision.choice, buffer.decision.choice, gates.decision) == ("build", "kill", None)
        assert [one.text for one in warn.kpi_notes] == [
            "Late or cancelled flights that the desk was warned of in time"
        ]
        assert untied == ()
        assert (gates.sources, gates.left, gates.constraints, gates.test) == ((), (), "", None)


def test_a_decision_needs_its_reason_and_its_owner_and_deciding_again_keeps_what_was(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn")
        for rationale, owner in (("", "ana"), ("It helps", " ")):
            with pytest.raises(BadField):
                decide(session, idea, "build", rationale, owner=owner, decided_by="board")
        with pytest.raises(BadField):
            decide(session, idea, "perhaps", "It helps", owner="ana", decided_by="board")
        assert decisions_of(session, product) == {}
        decide(session, idea, "wait", "Not yet", owner="ana", decided_by="board")
        made = decide(session, idea, "kill", "It never will", owner="ana", decided_by="board")
        assert decisions_of(session, product) == {idea.id: made}
        assert (made.choice, made.decided_at) == ("kill", clock.now())
        assert changes_of(session, made.id)[0].before["rationale"] == "Not yet"
        assert find(session, Idea, idea.id) in listed(session, Idea, product)
