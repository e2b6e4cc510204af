from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.orm import Session

from filrouge.explore.ideas import Criterion, Idea, IdeaState
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import (
    NoDotsLeft,
    Participant,
    Profile,
    Workshop,
    WorkshopLocked,
    WorkshopPhase,
    combine_ideas,
    drafts_of,
    drop_draft,
    enter_phase,
    grid_of,
    group_ideas,
    keep,
    mark,
    minutes_of,
    missing_profiles,
    own_dots,
    place_dots,
    prepare,
    propose,
    relieve,
    relieved_by,
    reveal,
    room_of,
    say_aligned,
    seated,
    share_drafts,
    shared_ideas,
    sit_down,
    sort_grid,
    start_timer,
    take_idea_back,
    to_markdown,
    unaligned,
    voters,
    waiting_drafts,
    with_dots_left,
)
from filrouge.flows.product_yaml import export_product, import_product
from filrouge.kernel.errors import Faults
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import BadField, UnknownArtefact, archive, create, edit, find, listed
from filrouge.storage.history import changes_of, undo
from filrouge.storage.keeping import KeptField
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref

PHASE = WorkshopPhase


def _wall(session, product, phase=PHASE.DIVERGE, silent=False, ideas=("a", "b", "c")):
    """A workshop with two people and some ideas on its wall."""
    goal = create(session, Objective, product, statement="Fewer missed connections")
    workshop = prepare(session, product, "First workshop", objective_id=goal.id, silent=silent)
    ana = sit_down(session, workshop, "ana", "Ana", Profile.DATA_SCIENTIST)
    ben = sit_down(session, workshop, "ben", "Ben", Profile.BUSINESS_EXPERT)
    enter_phase(session, workshop, PHASE.DIVERGE)
    written = [propose(session, workshop, ana, text) for text in ideas]
    enter_phase(session, workshop, phase)
    return workshop, ana, ben, written


def test_a_workshop_starts_with_an_agenda_and_follows_its_phases(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop = prepare(session, product, "First workshop")
        before = room_of(session, workshop).beat
        ana = sit_down(session, workshop, "ana", "Ana", Profile.MANAGER)
        with pytest.raises(WorkshopLocked, match="to align is locked") as locked:
            say_aligned(session, workshop, ana, aligned=True)
        assert "align, diverge" in locked.value.action
        enter_phase(session, workshop, PHASE.ALIGN)
        say_aligned(session, workshop, ana, aligned=True)
        session.refresh(room_of(session, workshop))
        assert room_of(session, workshop).beat > before
        assert [one.action for one in changes_of(session, workshop.id)] == ["update", "create"]
        enter_phase(session, workshop, PHASE.CLOSED)
        with pytest.raises(WorkshopLocked):
            sit_down(session, workshop, "eve", "Eve", Profile.OTHER)


def test_who_sits_again_is_the_same_participant(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop = prepare(session, product, "First workshop")
        first = sit_down(session, workshop, "session-1", "Ana", Profile.OTHER)
        again = sit_down(session, workshop, "session-1", "Ana Li", Profile.DATA_SCIENTIST)
        assert first.id == again.id
        assert seated(session, workshop, "session-1").name == "Ana Li"
        assert seated(session, workshop, "session-2") is None
        assert len(listed(session, Participant, product, workshop_id=workshop.id)) == 1
        assert missing_profiles([again]) == (2, (Profile.BUSINESS_EXPERT,))


def test_silent_ideas_are_read_by_their_author_alone_until_all_are_shared(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, ben, _none = _wall(session, product, silent=True, ideas=())
        propose(session, workshop, ana, "Warn two hours ahead")
        mine = propose(session, workshop, ben, "Longer turnarounds")
        gone = propose(session, workshop, ben, "Nonsense")
        assert [draft.text for draft in drafts_of(session, workshop, ana)] == ["Warn two hours ahead"]
        assert listed(session, Idea, product) == []
        with pytest.raises(UnknownArtefact):
            drop_draft(session, workshop, ana, mine.id)
        drop_draft(session, workshop, ben, gone.id)
        assert waiting_drafts(session, workshop) == 2
        enter_phase(session, workshop, PHASE.COMBINE)
        shared = share_drafts(session, workshop)
        assert [(idea.title, idea.author) for idea in shared] == [
            ("Warn two hours ahead", "Ana"),
            ("Longer turnarounds", "Ben"),
        ]
        assert waiting_drafts(session, workshop) == 0
        ties = {(tie.source.kind, tie.relation) for tie in links_to(session, Ref("idea", shared[0].id))}
        assert ties == {("objective", "pursued_by"), ("workshop", "produced")}


def test_a_note_is_one_sentence_and_its_author_alone_takes_it_back(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, ben, (idea, *_) = _wall(session, product)
        for text in ("  ", "x" * 501):
            with pytest.raises(BadField, match="1 to 500"):
                propose(session, workshop, ana, text)
        with pytest.raises(UnknownArtefact, match="somebody else"):
            take_idea_back(session, workshop, ben, idea.id)
        take_idea_back(session, workshop, ana, idea.id)
        assert [one.title for one in shared_ideas(session, workshop)] == ["b", "c"]


def test_combining_keeps_the_parents_and_stays_on_the_wall(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, _ben, (a, b, c) = _wall(session, product, PHASE.COMBINE)
        with pytest.raises(WorkshopLocked, match="to write is locked"):
            propose(session, workshop, ana, "late")
        group_ideas(session, workshop, [a.id, b.id], " Warn  early ")
        with pytest.raises(BadField, match="Two ideas"):
            combine_ideas(session, workshop, [a.id, a.id], title="a and a", author="Ana")
        both = combine_ideas(session, workshop, [a.id, b.id], title="a and b", author="Ana")
        assert (both.group, both.workshop_id, a.state) == ("Warn early", workshop.id, IdeaState.COMBINED)
        enter_phase(session, workshop, PHASE.SELECT)
        with pytest.raises(UnknownArtefact):
            place_dots(session, workshop, ana, a.id, count=1)
        assert place_dots(session, workshop, ana, both.id, count=2) == 3
        assert place_dots(session, workshop, ana, c.id, count=3) == 0
        assert minutes_of(session, workshop).parents == {both.id: ("a", "b")}


def test_dots_have_a_limit_and_are_counted_when_revealed(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, ben, (a, b, _c) = _wall(session, product, PHASE.SELECT)
        place_dots(session, workshop, ana, a.id, count=3)
        with pytest.raises(NoDotsLeft, match="You have 5 dots; this would be 6"):
            place_dots(session, workshop, ana, b.id, count=3)
        with pytest.raises(NoDotsLeft):
            place_dots(session, workshop, ana, a.id, count=-1)
        place_dots(session, workshop, ana, a.id, count=1)
        place_dots(session, workshop, ben, b.id, count=4)
        assert (own_dots(session, workshop, ana), voters(session, workshop)) == ({a.id: 1}, 2)
        assert [idea.votes for idea in shared_ideas(session, workshop)] == [0, 0, 0]
        with pytest.raises(WorkshopLocked, match="to score is locked"):
            mark(session, workshop, ana, a.id, criterion_id="x", value=3)
        assert [idea.title for idea in reveal(session, workshop)] == ["b", "a", "c"]
        assert (a.votes, b.votes) == (1, 4)
        with pytest.raises(WorkshopLocked):
            place_dots(session, workshop, ana, a.id, count=2)
        with pytest.raises(WorkshopLocked, match="revealed already"):
            reveal(session, workshop)


def test_two_clicks_at_once_do_not_both_take_the_last_dot(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, _ben, ideas = _wall(session, product, PHASE.SELECT, ideas="abcdefgh")

    def click(idea_id: str) -> bool:
        try:
            with workspace.transaction() as session:
                held = find(session, Workshop, workshop.id)
                place_dots(session, held, find(session, Participant, ana.id), idea_id, count=1)
        except NoDotsLeft:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(click, [idea.id for idea in ideas]))
    with workspace.reading() as session:
        held = own_dots(session, find(session, Workshop, workshop.id), find(session, Participant, ana.id))
    assert sum(taken) == sum(held.values()) == 5


def test_what_is_written_while_the_facilitator_shares_or_counts_is_shared_and_counted(
    workspace: Workspace, product: str
):
    with workspace.transaction() as session:
        workshop, ana, _ben, _none = _wall(session, product, silent=True, ideas=())

    def led(act: Callable[[Session, Workshop], object]) -> None:
        with workspace.transaction() as session:
            act(session, find(session, Workshop, workshop.id))

    with ThreadPoolExecutor(1) as facilitator:
        with workspace.transaction() as session:
            held = find(session, Workshop, workshop.id)
            propose(session, held, find(session, Participant, ana.id), "In the last second")
            shared = facilitator.submit(led, share_drafts)
        shared.result(20)
        with workspace.reading() as session:
            (idea,) = shared_ideas(session, find(session, Workshop, workshop.id))
            assert waiting_drafts(session, workshop) == 0
        led(lambda session, found: enter_phase(session, found, PHASE.SELECT))
        with workspace.transaction() as session:
            held = find(session, Workshop, workshop.id)
            place_dots(session, held, find(session, Participant, ana.id), idea.id, count=2)
            counted = facilitator.submit(led, reveal)
        counted.result(20)
    with workspace.reading() as session:
        assert find(session, Idea, idea.id).votes == 2


def test_an_idea_that_comes_right_after_the_sharing_is_on_the_wall(workspace: Workspace, product: str):
    if workspace.engine.dialect.name == "sqlite":
        pytest.skip("Writers queue before they read anything.")
    with workspace.transaction() as session:
        workshop, ana, _ben, _none = _wall(session, product, silent=True, ideas=())
    read = Event()

    def late() -> None:
        with workspace.transaction() as session:
            held = find(session, Workshop, workshop.id)
            assert held.silent
            read.set()
            propose(session, held, find(session, Participant, ana.id), "A moment too late")

    with ThreadPoolExecutor(1) as pool:
        with workspace.transaction() as session:
            share_drafts(session, find(session, Workshop, workshop.id))
            written = pool.submit(late)
            assert read.wait(20)
        written.result(20)
    with workspace.reading() as session:
        assert [idea.title for idea in shared_ideas(session, workshop)] == ["A moment too late"]


def test_fewer_dots_than_somebody_placed_are_refused(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, _ben, (a, b, _c) = _wall(session, product, PHASE.SELECT)
        place_dots(session, workshop, ana, a.id, count=2)
        place_dots(session, workshop, ana, b.id, count=2)
        with pytest.raises(BadField, match="placed 4 dots"):
            edit(session, workshop, dots=3)
        edit(session, workshop, dots=4)
        with pytest.raises(NoDotsLeft, match="no dot there"):
            place_dots(session, workshop, ana, a.id, count=-1)


def test_nobody_takes_the_name_of_somebody_else_in_the_room(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, ana, ben, (idea, *_rest) = _wall(session, product)
        for name in (" aNA ", "", " ", "x" * 81):
            with pytest.raises(BadField):
                sit_down(session, workshop, "ben", name, Profile.OTHER)
        sit_down(session, workshop, "ana", "Ana Li", Profile.OTHER)
        assert idea.author == "Ana Li"
        sit_down(session, workshop, "ben", "Ana", Profile.OTHER)
        with pytest.raises(UnknownArtefact, match="somebody else"):
            take_idea_back(session, workshop, ben, idea.id)
        take_idea_back(session, workshop, ana, idea.id)


def test_marks_by_weighted_criteria_choose_three(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        relevance = create(session, Criterion, product, title="relevance", weight=2)
        ease = create(session, Criterion, product, title="ease")
        workshop, ana, ben, (a, b, c) = _wall(session, product, PHASE.SELECT)
        fourth = create(session, Idea, product, title="d", workshop_id=workshop.id)
        reveal(session, workshop)
        for person, values in ((ana, (5, 1)), (ben, (3, 3))):
            for criterion, value in zip((relevance, ease), values, strict=True):
                mark(session, workshop, person, a.id, criterion_id=criterion.id, value=value)
        mark(session, workshop, ana, b.id, criterion_id=ease.id, value=5)
        mark(session, workshop, ana, b.id, criterion_id=ease.id, value=None)
        with pytest.raises(BadField, match="7 is not a mark"):
            mark(session, workshop, ana, b.id, criterion_id=ease.id, value=7)
        grid = grid_of(session, workshop, ana)
        first = grid.lines[0]
        assert (first.idea.title, first.score) == ("a", pytest.approx(10 / 3))
        assert [(cell.mean, cell.marks, cell.spread, cell.own) for cell in first.cells] == [
            (4, 2, 2, 5),
            (2, 2, 2, 1),
        ]
        for idea in (a, b, c):
            keep(session, workshop, idea.id, kept=True)
        with pytest.raises(BadField, match="3 ideas are kept already"):
            keep(session, workshop, fourth.id, kept=True)
        keep(session, workshop, c.id, kept=False)
        keep(session, workshop, fourth.id, kept=True)
        assert a.scores == {"relevance": 4, "ease": 2}
        assert {idea.title for idea in minutes_of(session, workshop).kept} == {"a", "b", "d"}


def test_the_minutes_show_what_people_wrote_as_they_wrote_it(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        create(session, Criterion, product, title="relevance")
        workshop, ana, _ben, _ideas = _wall(
            session, product, PHASE.SELECT, ideas=("Warn *early* | <b>now</b>", "Wait")
        )
        (idea, _other) = shared_ideas(session, workshop)
        place_dots(session, workshop, ana, idea.id, count=2)
        reveal(session, workshop)
        keep(session, workshop, idea.id, kept=True)
        enter_phase(session, workshop, PHASE.CLOSED)
        told = to_markdown(minutes_of(session, workshop))
    assert "- Ana, data scientist" in told
    assert r"- Warn \*early\* \| \<b\>now\</b\> · 2 ●" in told
    assert r"1. Warn \*early\*" in told
    assert "may change" not in told


def test_a_timer_rings_within_reason(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop = prepare(session, product, "First workshop")
        assert start_timer(session, workshop, 5) == room_of(session, workshop).ends_at
        with pytest.raises(BadField):
            start_timer(session, workshop, 0)
        enter_phase(session, workshop, PHASE.ALIGN)
        assert room_of(session, workshop).ends_at is None


def test_what_a_phase_locks_is_told_in_french(workspace: Workspace, product: str):
    with workspace.transaction() as session, use_language("fr"):
        workshop, ana, _ben, ideas = _wall(session, product, PHASE.SELECT)
        with pytest.raises(WorkshopLocked) as locked:
            propose(session, workshop, ana, "one more")
        assert locked.value.what.replace("\u00a0", " ") == (
            "L’atelier en est à la phase « sélectionner » : impossible d’écrire des idées."
        )
        with pytest.raises(WorkshopLocked) as early:
            keep(session, workshop, ideas[0].id, kept=True)
        assert "sélectionner, une fois les gommettes révélées." in early.value.action
        with pytest.raises(NoDotsLeft, match="Vous avez 5 gommettes"):
            place_dots(session, workshop, ana, ideas[0].id, count=9)


@pytest.mark.parametrize(
    ("field", "value"), [("votes", 99), ("scores", {"relevance": 5}), ("author", "Eve"), ("state", "kept")]
)
def test_what_the_room_decides_of_an_idea_is_not_edited_by_hand_before_it_is_closed(
    workspace: Workspace, product: str, field: str, value: object
):
    with workspace.transaction() as session:
        create(session, Criterion, product, title="relevance")
        workshop, ana, _ben, (a, _b, _c) = _wall(session, product, PHASE.SELECT)
        with pytest.raises(KeptField, match=f"“{field}” is not changed by hand: “First workshop”") as kept:
            edit(session, a, **{field: value})
        assert "close the workshop" in kept.value.action
        with pytest.raises(KeptField):
            create(session, Idea, product, title="d", workshop_id=workshop.id, **{field: value})
        edit(session, a, title="A better word", description="Longer")
        place_dots(session, workshop, ana, a.id, count=2)
        reveal(session, workshop)
        with pytest.raises(KeptField):
            undo(session, a)
        assert a.votes == 2
        enter_phase(session, workshop, PHASE.CLOSED)
        edit(session, a, **{field: value})


def test_phases_are_changed_in_the_room_alone_and_no_idea_slips_out_of_it(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, _ana, _ben, (a, _b, _c) = _wall(session, product, PHASE.SELECT)
        with pytest.raises(Faults) as faults:
            edit(session, workshop, phase="closed", revealed=True)
        assert [fault.where.rsplit(": ")[1] for fault in faults.value.faults] == ["phase", "revealed"]
        with pytest.raises(KeptField):
            undo(session, workshop)
        assert (workshop.phase, workshop.revealed) == (PHASE.SELECT, False)
        with pytest.raises(KeptField, match="workshop_id"):
            edit(session, a, workshop_id=None)
        alone = create(session, Idea, product, title="Alone", votes=9)
        with pytest.raises(KeptField, match="workshop_id"):
            edit(session, alone, workshop_id=workshop.id)
        edit(session, alone, votes=7)
        archive(session, workshop)
        edit(session, a, votes=1)


def test_an_open_workshop_is_copied_by_a_file_which_changes_nothing_of_the_room(
    workspace: Workspace, product: str
):
    with workspace.transaction() as session:
        workshop, ana, _ben, (a, _b, _c) = _wall(session, product, PHASE.SELECT)
        place_dots(session, workshop, ana, a.id, count=2)
        reveal(session, workshop)
        text = export_product(session, product)
        import_product(session, text, as_product="copy")
        (copy,) = listed(session, Workshop, "copy")
        assert (copy.phase, copy.revealed) == (PHASE.SELECT, True)
        assert max(idea.votes for idea in listed(session, Idea, "copy")) == 2
        assert import_product(session, text).empty
        with pytest.raises(KeptField, match="votes") as kept:
            import_product(session, text.replace("votes: 2", "votes: 99"))
        assert "product.yaml:" in kept.value.where


def test_the_minutes_are_what_a_team_sends_round(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        criteria = [create(session, Criterion, product, title=title) for title in ("relevance", "ease")]
        workshop, ana, ben, (a, b, c) = _wall(session, product, PHASE.COMBINE)
        edit(session, workshop, starts_at="2026-11-24T13:00:00+00:00", facilitator="Ines")
        group_ideas(session, workshop, [a.id], "Zoo")
        enter_phase(session, workshop, PHASE.SELECT)
        place_dots(session, workshop, ana, b.id, count=2)
        reveal(session, workshop)
        for idea, values in ((a, (5, 1)), (b, (4, 4)), (c, (4, 4))):
            for criterion, value in zip(criteria, values, strict=True):
                mark(session, workshop, ben, idea.id, criterion_id=criterion.id, value=value)
        keep(session, workshop, b.id, kept=True)
        enter_phase(session, workshop, PHASE.CLOSED)
        minutes = minutes_of(session, workshop)
        told = to_markdown(minutes)
        assert [point.numbers for point in minutes.matrix] == [(1, 2), (3,)]
        for line in (
            "- **Day**: 2026-11-24 13:00 UTC",
            "- **Led by**: Ines",
            "- 13:00 Objective, journey and pain points: do we all see the same? (15 min)",
            "- 13:15 Each writes ideas, quantity first (20 min)",
            "- Ana, data scientist · did not say so",
            "Ideas were begun before these shared objective and pain points: Ana, Ben.",
            "| 1. b | 4.0 | 4.0 | 4.0 |",
            "| **ease ≥ 2.5** |  | 1, 2 |",
            "| **ease < 2.5** |  | 3 |",
            "1. b",
        ):
            assert line in told.splitlines(), line
        after = told[told.index("### Zoo") :]
        assert after.index("- a") < after.index("### In no group") < after.index("- b · 2 ●")
        edit(session, workshop, starts_at="2026-11-24")
        told = to_markdown(minutes_of(session, workshop))
        assert "- **Day**: 2026-11-24\n" in told
        assert "- Each writes ideas, quantity first (20 min)" in told


def test_the_workshop_remembers_who_was_not_aligned_when_the_writing_began(
    workspace: Workspace, product: str
):
    with workspace.transaction() as session:
        workshop = prepare(session, product, "First workshop")
        ana = sit_down(session, workshop, "ana", "Ana", Profile.DATA_SCIENTIST)
        sit_down(session, workshop, "ben", "Ben", Profile.BUSINESS_EXPERT)
        enter_phase(session, workshop, PHASE.ALIGN)
        say_aligned(session, workshop, ana, aligned=True)
        assert [one.name for one in unaligned(session, workshop)] == ["Ben"]
        enter_phase(session, workshop, PHASE.DIVERGE)
        enter_phase(session, workshop, PHASE.COMBINE)
        assert workshop.unaligned == "Ben"
        enter_phase(session, workshop, PHASE.ALIGN)
        say_aligned(session, workshop, seated(session, workshop, "ben"), aligned=True)
        enter_phase(session, workshop, PHASE.DIVERGE)
        assert workshop.unaligned == ""


def test_a_workshop_that_closes_before_anybody_wrote_accuses_nobody(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop = prepare(session, product, "Called off")
        sit_down(session, workshop, "ana", "Ana", Profile.DATA_SCIENTIST)
        enter_phase(session, workshop, PHASE.CLOSED)
        assert workshop.unaligned == ""


def test_an_idea_names_the_pain_point_that_it_relieves_when_it_is_written_or_shared(
    workspace: Workspace, product: str
):
    with workspace.transaction() as session:
        journey = create(session, Journey, product, title="A shift")
        step = create(session, Step, product, journey_id=journey.id, title="Learn of it")
        late, calls = (
            create(session, PainPoint, product, step_id=step.id, statement=text, type="frustrating").id
            for text in ("Too late", "One by one")
        )
        workshop, ana, _ben, _none = _wall(session, product, silent=True, ideas=())
        with pytest.raises(UnknownArtefact):
            propose(session, workshop, ana, "Ghosts", pain_point_id="nothing")
        propose(session, workshop, ana, "Warn", pain_point_id=late)
        propose(session, workshop, ana, "Call", pain_point_id=calls)
        propose(session, workshop, ana, "Text")
        warn, call, text = share_drafts(session, workshop)
        relieve(session, workshop, text.id, calls)
        relieve(session, workshop, text.id, late)
        told = relieved_by(session, workshop, shared_ideas(session, workshop))
        assert told == {warn.id: (late,), call.id: (calls,), text.id: (late,)}
        relieve(session, workshop, text.id, "")
        enter_phase(session, workshop, PHASE.COMBINE)
        both = combine_ideas(session, workshop, [warn.id, call.id], title="Both", author="Ana")
        told = relieved_by(session, workshop, [both, text])
        assert told == {both.id: (late, calls)}
        enter_phase(session, workshop, PHASE.SELECT)
        with pytest.raises(WorkshopLocked):
            relieve(session, workshop, text.id, late)


def test_closing_drops_what_was_not_kept_unless_nothing_was(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        workshop, _ana, _ben, (a, b, _c) = _wall(session, product, PHASE.SELECT)
        elsewhere = create(session, Idea, product, title="Elsewhere")
        enter_phase(session, workshop, PHASE.CLOSED)
        assert b.state == IdeaState.PROPOSED
        enter_phase(session, workshop, PHASE.SELECT)
        reveal(session, workshop)
        keep(session, workshop, a.id, kept=True, most=1)
        with pytest.raises(BadField, match="1 idea is kept already"):
            keep(session, workshop, b.id, kept=True, most=1)
        enter_phase(session, workshop, PHASE.CLOSED)
        assert [a.state, b.state, elsewhere.state] == [IdeaState.KEPT, IdeaState.DROPPED, IdeaState.PROPOSED]


def test_no_line_of_the_grid_moves_while_people_mark(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        criterion = create(session, Criterion, product, title="relevance")
        workshop, ana, ben, (a, b, c) = _wall(session, product, PHASE.SELECT)
        place_dots(session, workshop, ana, c.id, count=2)
        place_dots(session, workshop, ana, b.id, count=1)
        assert [one.name for one in with_dots_left(session, workshop)] == ["Ana", "Ben"]
        place_dots(session, workshop, ana, b.id, count=3)
        assert [one.name for one in with_dots_left(session, workshop)] == ["Ben"]
        with pytest.raises(WorkshopLocked):
            sort_grid(session, workshop)
        reveal(session, workshop)

        def order() -> list[str]:
            return [line.idea.title for line in grid_of(session, workshop, ben).lines]

        assert order() == ["b", "c", "a"]
        for idea, value in ((a, 5), (b, 1), (c, 3)):
            mark(session, workshop, ben, idea.id, criterion_id=criterion.id, value=value)
            assert order() == ["b", "c", "a"]
        sort_grid(session, workshop)
        assert order() == ["a", "c", "b"]
        mark(session, workshop, ben, b.id, criterion_id=criterion.id, value=5)
        assert order() == ["a", "c", "b"]
