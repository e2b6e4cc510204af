from pathlib import Path

import pytest

from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.explore.prototypes import Prototype
from filrouge.explore.uncertainties import Uncertainty
from filrouge.kernel.i18n import use_language
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import UnknownArtefact, create
from filrouge.storage.history import undo
from filrouge.storage.kinds import kinds
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_from
from filrouge.thread.ref import Ref
from filrouge.thread.relations import RELATIONS, UnknownRelation, connect, disconnect

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "thread.md"


def test_the_page_lists_every_relation():
    page = PAGE.read_text()
    for row in RELATIONS:
        assert f"| {row.source} | `{row.name}` | {row.target} | {row.meaning} |" in page


def test_relations_tie_known_kinds():
    assert {end for row in RELATIONS for end in (row.source, row.target)} <= set(kinds())


def test_two_artefacts_are_tied_and_untied(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        why = Ref("objective", create(session, Objective, product, statement="On time").id)
        how = Ref("indicator", create(session, Indicator, product, title="Warned").id)
        connect(session, product, why, "measured_by", how)
        assert [end.target for end in links_from(session, why)] == [how]
        with pytest.raises(UnknownRelation) as caught:
            connect(session, product, why, "mesured_by", how)
        assert caught.value.action == "Did you mean 'measured_by'?"
        with pytest.raises(UnknownArtefact):
            connect(session, product, why, "measured_by", Ref("indicator", "none"))
        disconnect(session, why, "measured_by", how)
        assert links_from(session, why) == []


def test_a_tie_that_cannot_be_is_told_in_french(workspace: Workspace, product: str):
    why, how = Ref("pain_point", "p1"), Ref("indicator", "i1")
    with workspace.transaction() as session, use_language("fr"), pytest.raises(UnknownRelation) as caught:
        connect(session, product, why, "measured_by", how)
    assert caught.value.what.replace("\u00a0", " ") == (
        "Aucun lien « measured_by » ne va de « point de douleur » à « indicateur »."
    )


def test_a_tie_that_a_field_keeps_is_made_and_taken_away_through_the_field(
    workspace: Workspace, product: str
):
    with workspace.transaction("ana") as session:
        doubt = create(session, Uncertainty, product, statement="The desk acts on it", type="data")
        idea = create(session, Idea, product, title="Warn in time")
        made = create(session, Prototype, product, title="A list", idea_id=idea.id)
        ends = Ref("uncertainty", doubt.id), "tried_by", Ref("prototype", made.id)
        connect(session, product, *ends)
        assert made.uncertainty_id == doubt.id
        disconnect(session, Ref("uncertainty", "another"), *ends[1:], product_id=product)
        assert [one.relation for one in links_from(session, ends[0])] == ["tried_by"]
        disconnect(session, *ends, product_id=product)
        assert made.uncertainty_id is None
        assert links_from(session, ends[0]) == []
        undo(session, made)
        assert [one.relation for one in links_from(session, ends[0])] == ["tried_by"]
