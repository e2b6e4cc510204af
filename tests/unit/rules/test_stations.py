"""The eight stations of a product, on real rows."""

from builder import Builder
from examples import MEASURE, champion

from filrouge.bootstrap import describers, nodes
from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import Journey
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import Workshop
from filrouge.kernel.clock import FixedClock
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.thread.stations import StationState, StationView, stations

OK, BROKEN, NOT_YET = StationState.OK, StationState.BROKEN, StationState.NOT_YET


def seen(workspace: Workspace, product: str) -> list[StationView]:
    with workspace.reading() as session:
        return stations(session, product, nodes(), describers())


def whole(b: Builder) -> None:
    """A thread that holds from the objective to the indicator."""
    objective, pain = b.make(Objective), b.pain_point()
    main = b.make(Indicator, layer="main", measure=MEASURE)
    canvas = b.full_canvas(signed_by="ana", signed_at=b.clock.now())
    b.tie(objective, "hindered_by", pain)
    b.tie(pain, "addressed_by", b.session.get(Idea, canvas.idea_id))
    b.tie(objective, "measured_by", main)
    b.source(canvas, necessity="necessary")
    columns = ("ingestion", "modelling", "activation", "monitoring", "infrastructure")
    b.tie(canvas, "built_as", b.mvp(*columns, kpi_id=main.id))
    hypothesis = b.make(Hypothesis)
    b.tie(objective, "raises", hypothesis)
    champion(b, hypothesis=str(b.ref(hypothesis)))


def test_an_empty_product_has_eight_stations_to_come(workspace: Workspace, product: str):
    views = seen(workspace, product)
    assert [view.label for view in views] == [
        "Objective", "Pain point", "Canvas", "MVP", "Data", "Model", "Activation", "Indicator",
    ]  # fmt: skip
    assert {view.state for view in views} == {NOT_YET}


def test_a_whole_thread_is_whole_at_every_station(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        whole(Builder(session, product, clock))
    views = seen(workspace, product)
    assert [(view.label, view.words) for view in views if view.state is not OK] == []
    assert views[2].words == "signed by ana"
    assert views[5].words == "boosting v1 serves"
    assert all(view.path.startswith(f"/products/{product}/") for view in views)


def test_a_break_says_what_is_missing(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.tie(b.make(Objective), "pursued_by", b.idea())
        b.make(Indicator)
        champion(b)
    states = {view.label: (view.state, view.words) for view in seen(workspace, product)}
    assert states["Pain point"] == (BROKEN, "missing, though the product went on")
    assert states["Model"] == (BROKEN, "boosting v1 serves; no hypothesis behind it")
    assert states["Indicator"] == (BROKEN, "no main indicator")
    assert states["Activation"] == (BROKEN, "no objective leads here")


def test_another_product_does_not_count(workspace: Workspace, product: str, clock: FixedClock):
    with workspace.transaction("ana") as session:
        session.add(Product(id="other", title="Other"))
        session.flush()
        whole(Builder(session, "other", clock))
    assert {view.state for view in seen(workspace, product)} == {NOT_YET}


def test_an_objective_and_its_indicator_are_a_good_beginning(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.tie(b.make(Objective), "measured_by", b.make(Indicator))
    states = {view.label: (view.state, view.words) for view in seen(workspace, product)}
    assert states.pop("Objective") == (OK, "Fewer missed connections")
    assert states.pop("Indicator") == (OK, "Connections saved")
    assert set(states.values()) == {(NOT_YET, "not yet")}


def test_a_workshop_is_no_pain_point_and_an_idea_no_canvas(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.make(Workshop, title="First workshop")
        b.tie(b.make(Objective), "pursued_by", b.idea())
    states = {view.label: (view.state, view.words) for view in seen(workspace, product)}
    assert states["Pain point"] == (NOT_YET, "no pain point yet")
    assert states["Canvas"] == (NOT_YET, "no canvas yet")


def test_what_no_objective_leads_to_is_broken_whatever_else_is_tied(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.pain_point()
        b.canvas()
        objective = b.make(Objective)
        b.tie(objective, "mapped_by", b.make(Journey))
        b.tie(objective, "pursued_by", b.idea())
    states = {view.label: (view.state, view.words) for view in seen(workspace, product)}
    assert states["Pain point"] == (BROKEN, "no objective leads here")
    assert states["Canvas"] == (BROKEN, "no objective leads here")


def test_a_phase_that_was_passed_leaves_breaks_behind_and_the_one_to_come_none(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.make(Objective)
        b.phase("build")
    states = {view.label: view.state for view in seen(workspace, product)}
    assert [label for label, state in states.items() if state is BROKEN] == [
        "Pain point", "Canvas", "Data", "Indicator",
    ]  # fmt: skip
    assert {states["MVP"], states["Model"], states["Activation"]} == {NOT_YET}


def test_what_a_chapter_misses_waits_for_its_phase(workspace: Workspace, product: str, clock: FixedClock):
    def states() -> dict[str, tuple[StationState, str]]:
        return {view.label: (view.state, view.words) for view in seen(workspace, product)}

    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        objective, canvas = b.make(Objective), b.canvas()
        b.tie(objective, "pursued_by", session.get(Idea, canvas.idea_id))
        b.source(canvas)
    assert (states()["Canvas"], states()["Data"]) == ((OK, "Late departures"), (OK, "weather"))
    with workspace.transaction("ana") as session:
        Builder(session, product, clock).phase("converge")
    assert states()["Canvas"][0] is BROKEN
    assert states()["Data"] == (BROKEN, "1 source has no class")


def test_nothing_is_missing_any_more_in_a_product_that_was_killed(
    workspace: Workspace, product: str, clock: FixedClock
):
    with workspace.transaction("ana") as session:
        b = Builder(session, product, clock)
        b.tie(b.make(Objective), "pursued_by", b.idea())
        b.phase("retired")
    states = {view.label: (view.state, view.words) for view in seen(workspace, product)}
    assert states["MVP"] == (NOT_YET, "never reached")
    assert BROKEN not in {state for state, _words in states.values()}
