import gettext
from datetime import timedelta
from pathlib import Path

import pytest

import filrouge
from filrouge.explore.journeys import Journey, PainPoint, PainPointType, Step
from filrouge.explore.objectives import Objective
from filrouge.kernel.clock import FixedClock
from filrouge.kernel.errors import Faults
from filrouge.kernel.i18n import use_language
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator, Layer, make_main
from filrouge.organize.indicators.model import SecondMain
from filrouge.organize.story_map import Epic, Version, release
from filrouge.storage.editing import (
    BadField,
    UnknownArtefact,
    archive,
    create,
    edit,
    find,
    listed,
    move,
    restore,
)
from filrouge.storage.history import EditConflict, NothingToUndo, changes_of, undo
from filrouge.storage.kinds import UnknownKind, kind_named, kinds
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_from, links_to
from filrouge.thread.ref import Ref


def test_an_artefact_is_created_found_edited_and_listed_in_order(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        first = create(session, Hypothesis, product, statement="We believe in wind")
        create(session, Hypothesis, product, statement="We believe in snow")
        edit(session, first, revision=1, state="confirmed", evidence='[{"text": "a run", "ref": "run:1"}]')
    with workspace.reading() as session:
        wind, snow = listed(session, Hypothesis, product)
        assert (wind.state, wind.evidence) == ("confirmed", [{"text": "a run", "ref": "run:1"}])
        assert (snow.position, snow.revision, wind.revision) == (1, 1, 2)


def test_after_the_last_place_there_is_still_room(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        last = create(session, Hypothesis, product, statement="last", position=2**31 - 1)
        assert create(session, Hypothesis, product, statement="after it").position == last.position


def test_a_text_that_is_too_long_is_told_with_its_length(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        made = create(session, Hypothesis, product, statement="x" * 200_000)
        with pytest.raises(BadField, match=r"200,001 characters; 200,000 are kept"):
            edit(session, made, statement="x" * 200_001)


def test_all_faults_of_an_edit_come_together_and_nothing_is_written(workspace: Workspace, product: str):
    with workspace.transaction() as session, pytest.raises(Faults) as caught:
        create(session, PainPoint, product, step_id="none", statment="?", type="frustating", intensity=9)
    codes = sorted(fault.code for fault in caught.value.faults)
    assert codes == [
        "artefact.bad-field",
        "artefact.bad-field",
        "artefact.bad-field",
        "artefact.unknown",
        "artefact.unknown-field",
    ]
    actions = [fault.action for fault in caught.value.faults]
    assert "Did you mean 'statement'?" in actions
    assert "Did you mean 'frustrating'?" in actions
    with workspace.reading() as session:
        assert listed(session, PainPoint, product) == []


def test_a_refused_edit_leaves_the_artefact_as_it_was(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        version = create(session, Version, product, title="MVP")
        with pytest.raises(BadField):
            edit(session, version, state="released")
        assert version.state == "planned"
    with workspace.transaction() as session:
        released = release(session, find(session, Version, version.id))
        assert released.released_at == workspace.clock.now()
        edit(session, released, state="planned", released_at=None)
        undo(session, released)
        assert (released.state, released.released_at) == ("released", workspace.clock.now())


def test_an_edit_made_on_an_old_revision_is_refused(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        made = create(session, Objective, product, statement="Fewer lost flights")
        edit(session, made, statement="No lost flight")
        with pytest.raises(EditConflict):
            edit(session, made, revision=1, statement="Mine")


def test_a_move_orders_siblings_only(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        one, two = (create(session, Journey, product, title=title) for title in ("One", "Two"))
        a, b, c = (create(session, Step, product, journey_id=one.id, title=title) for title in "abc")
        alone = create(session, Step, product, journey_id=two.id, title="alone")
        move(session, c, 0)
        assert [step.title for step in listed(session, Step, product, journey_id=one.id)] == ["c", "a", "b"]
        assert (alone.position, a.position, b.position) == (0, 1, 2)


def test_archiving_takes_the_parts_along_and_restoring_brings_them_back(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        journey = create(session, Journey, product, title="Desk")
        step = create(session, Step, product, journey_id=journey.id, title="Watch")
        create(session, PainPoint, product, step_id=step.id, statement="Late", type=PainPointType.FRUSTRATING)
        archive(session, journey)
        assert listed(session, PainPoint, product) == []
        restore(session, journey)
        assert len(listed(session, PainPoint, product)) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_undoing_an_archive_brings_back_what_contains_the_part(
    workspace: Workspace, product: str, at_once: bool
):
    with workspace.transaction() as session:
        journey = create(session, Journey, product, title="Desk")
        step = create(session, Step, product, journey_id=journey.id, title="Watch")
        pain = create(
            session, PainPoint, product, step_id=step.id, statement="Late", type=PainPointType.FRUSTRATING
        )
        other = create(session, Step, product, journey_id=journey.id, title="Call")
        archive(session, other)
        session.info["clock"] = FixedClock(workspace.clock.now() + timedelta(hours=1))
        if not at_once:
            archive(session, step)
            session.info["clock"] = FixedClock(workspace.clock.now() + timedelta(hours=2))
        archive(session, journey)
        done = undo(session, pain)
        assert [item.archived_at for item in (journey, step, pain)] == [None, None, None]
        assert other.archived_at is not None
        latest = changes_of(session, pain.id)[0]
        assert (latest.action, done.undone_by, latest.undone_by) == ("restore", latest.id, latest.id)
        with pytest.raises(NothingToUndo):
            undo(session, pain)


def test_containment_is_a_link_that_follows_moves_and_undo(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        kpi = create(session, Indicator, product, title="Warned in time")
        mvp = create(session, Version, product, title="MVP", kpi_id=kpi.id)
        v2 = create(session, Version, product, title="V2")
        epic = create(session, Epic, product, version_id=mvp.id, column="ingestion", title="Flights")
        edit(session, epic, version_id=v2.id)
    with workspace.transaction() as session:
        (up,) = links_to(session, Ref("epic", epic.id))
        assert (up.source.id, up.relation) == (v2.id, "contains")
        assert [(end.relation, end.target.id) for end in links_from(session, Ref("version", mvp.id))] == [
            ("measured_by", kpi.id)
        ]
        undo(session, find(session, Epic, epic.id))
    with workspace.reading() as session:
        assert [end.source.id for end in links_to(session, Ref("epic", epic.id))] == [mvp.id]


def test_there_is_one_main_indicator(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        first = create(session, Indicator, product, title="Warned", layer=Layer.MAIN)
        with pytest.raises(SecondMain):
            create(session, Indicator, product, title="Minutes", layer="main")
        second = create(session, Indicator, product, title="Minutes")
        make_main(session, second)
        assert (first.layer, second.layer) == ("business", "main")


def test_another_products_artefact_is_unknown_here(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        made = create(session, Hypothesis, product, statement="Wind")
        with pytest.raises(UnknownArtefact):
            find(session, Hypothesis, made.id, product_id="other")


def test_an_objective_does_not_stand_above_itself(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        top = create(session, Objective, product, statement="Top")
        sub = create(session, Objective, product, statement="Sub", parent_id=top.id)
        with pytest.raises(BadField):
            edit(session, top, parent_id=sub.id)


def test_a_kind_is_known_by_its_name_and_its_plural():
    assert kind_named("pain-points") is kind_named("pain_point") is PainPoint
    with pytest.raises(UnknownKind) as caught:
        kind_named("hypothsis")
    assert caught.value.action == "Did you mean 'hypothesis'?"


def test_a_french_page_is_told_in_french_what_is_wrong(workspace: Workspace, product: str):
    with workspace.transaction() as session, use_language("fr"), pytest.raises(Faults) as caught:
        create(session, PainPoint, product, step_id="none", statment="?", type="frustating", intensity=9)
    said = {fault.what.replace("\u00a0", " ") for fault in caught.value.faults}
    assert said == {
        "Introuvable : étape « none ».",
        "Il n’y a pas de champ « statment » dans « point de douleur ».",
        "« frustating » n’est pas un des mots permis.",
        "9 est hors limites.",
        "« statement » est obligatoire.",
    }
    with (
        workspace.transaction() as session,
        use_language("fr"),
        pytest.raises(BadField, match="200\u202f001"),
    ):
        create(session, Hypothesis, product, statement="x" * 200_001)


def test_every_kind_has_a_french_word():
    catalogue = Path(filrouge.__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "filrouge.mo"
    with catalogue.open("rb") as file:
        known = set(gettext.GNUTranslations(file)._catalog)
    assert {kind.replace("_", " ") for kind in kinds()} <= known
