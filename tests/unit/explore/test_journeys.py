from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import (
    Journey,
    PainPoint,
    PainPointType,
    Step,
    draw_after,
    every_map,
    journey_maps,
    pair_steps,
)
from filrouge.storage.editing import archive, create, listed, move
from filrouge.storage.workspace import Workspace


def step(identifier: str, was: str = "") -> Step:
    return Step(id=identifier, title=identifier, from_step=was)


def test_both_maps_share_columns_and_steps_that_go_stay_where_they_stood():
    today = [step("a"), step("b"), step("c"), step("d")]
    after = [step("new"), step("A", "a"), step("C", "c"), step("again", "c")]
    ids = [
        (pair.today.id if pair.today else None, pair.after.id if pair.after else None)
        for pair in pair_steps(today, after)
    ]
    assert ids == [(None, "new"), ("a", "A"), ("b", None), ("c", "C"), ("d", None), (None, "again")]


def test_a_step_that_moved_stands_alone_in_both_rows():
    today = [step("a"), step("b"), step("c")]
    pairs = pair_steps(today, [step("C", "c"), step("A", "a"), step("B", "b")])
    ids = [(p.today.id if p.today else "", p.after.id if p.after else "", p.moved) for p in pairs]
    assert ids == [("", "C", True), ("a", "A", False), ("b", "B", False), ("c", "", True)]


def test_the_map_after_starts_from_the_steps_of_today_and_is_drawn_once(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        journey = create(session, Journey, product, title="A shift")
        first = create(session, Step, product, journey_id=journey.id, title="Read", actor="desk")
        create(session, Step, product, journey_id=journey.id, title="Call")
        create(
            session,
            PainPoint,
            product,
            step_id=first.id,
            statement="Slow",
            type=PainPointType.TIME_CONSUMING,
            intensity=4,
        )
        after = draw_after(session, journey)
        assert draw_after(session, journey).id == after.id
        copied = listed(session, Step, product, journey_id=after.id)
        assert [(one.title, one.actor) for one in copied] == [("Read", "desk"), ("Call", "")]
        move(session, copied[1], 0)
        archive(session, copied[0])
        (drawn,) = journey_maps(session, product)
        assert drawn.after.id == after.id
        assert [(p.today is not None, p.after is not None) for p in drawn.columns] == [
            (True, False),
            (True, True),
        ]
        assert drawn.hurts == (4, 0)
        archive(session, journey)
        assert journey_maps(session, product) == ()


def test_each_idea_has_its_own_map_after_and_the_view_chooses(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        warn, gates = (create(session, Idea, product, title=title) for title in ("Warn", "Gates"))
        desk, tower = (create(session, Journey, product, title=title) for title in ("Desk", "Tower"))
        create(session, Step, product, journey_id=desk.id, title="Read")
        first = draw_after(session, desk, warn)
        second = draw_after(session, desk, gates)
        assert draw_after(session, desk, gates).id == second.id != first.id
        assert second.title == "Desk, with “Gates”"
        far = [draw_after(session, tower, idea).id for idea in (warn, gates)]
        maps = journey_maps(session, product)
        assert [one.after.id for one in maps] == [first.id, far[0]]
        assert [one.id for one in maps[0].afters] == [first.id, second.id]
        assert [one.after.id for one in journey_maps(session, product, second.id)] == [second.id, far[1]]
        assert [one.after.id for one in every_map(session, product)] == [first.id, second.id, *far]
