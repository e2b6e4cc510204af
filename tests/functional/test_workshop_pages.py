"""A workshop in two real browsers, by keyboard: what one writes comes in at the other, who loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM
from tests.functional.keyboard import Keyboard

from filrouge.bootstrap import init_workspace
from filrouge.explore.ideas import Criterion, Idea, IdeaState
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import (
    AgendaItem,
    Profile,
    WorkshopPhase,
    enter_phase,
    prepare,
    propose,
    relieved_by,
    reveal,
    sit_down,
)
from filrouge.storage.editing import create, listed
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
        create(session, Objective, "departures", statement="Fewer missed connections")
        journey = create(session, Journey, "departures", title="A shift")
        step = create(session, Step, "departures", journey_id=journey.id, title="Learn of it")
        create(session, PainPoint, "departures", step_id=step.id, statement="Too late", type="frustrating")
        for title in ("relevance", "feasibility"):
            create(session, Criterion, "departures", title=title)
    yield workspace
    workspace.close()


def press(page: "sync_api.Page", name: str) -> None:
    page.get_by_role("button", name=name).first.press("Enter")


def phase(page: "sync_api.Page", name: str) -> None:
    page.locator(".phases").get_by_role("button", name=name).press("Enter")
    sync_api.expect(page.locator(".phases [aria-current]")).to_have_text(name)


def test_two_people_hold_a_workshop_to_its_end(  # noqa: PLR0915 (a workshop is one long story)
    page: "sync_api.Page", shown: Workspace
):
    expect = sync_api.expect
    page.goto("/products/departures/workshops")
    page.get_by_label("Title of the workshop").focus()
    page.keyboard.type("Ideas for fewer missed connections")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workshops/*")
    page.get_by_label("Your profile").select_option("data_scientist")
    press(page, "Take a seat")
    expect(page.locator(".people h2").first).to_have_text("1 person")
    door = page.get_by_label("The link for guests").input_value()
    guest = page.context.browser.new_context(locale="en").new_page()
    broken: list[str] = []
    guest.on("pageerror", lambda error: broken.append(str(error)))
    guest.goto(door)
    guest.get_by_label("Your name").fill("Ben")
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("alert")).to_have_text("As what do you come? Choose one below.")
    expect(guest.get_by_label("Your name")).to_have_value("Ben")
    press(guest, "business expert")
    guest.wait_for_url("**/workshops/*")
    guest.keyboard.press("Control+k")  # a guest has no palette
    expect(page.locator(".people li")).to_contain_text(["(you)", "Ben"])
    expect(page.locator(".people .dot.on")).to_have_count(2)
    expect(guest.locator(".phases button")).to_have_count(0)

    press(page, "Open the workshop")
    press(guest, "I share this")
    expect(page.locator(".go")).to_contain_text("1 of 2 share it. Not yet: root")
    page.locator(".phases summary", has_text="Diverge").press("Enter")
    press(page, "Go on all the same")
    expect(page.locator(".phases [aria-current]")).to_have_text("Diverge")
    box = page.get_by_label("An idea", exact=True)
    box.focus()
    page.keyboard.type("Half a thou")
    written = guest.get_by_label("An idea", exact=True)
    written.focus()
    for text in ("Warn two hours ahead", "Call the inbound crew"):
        guest.keyboard.type(text)
        guest.keyboard.press("Enter")
        expect(written).to_have_value("")
    expect(page.locator(".work")).to_contain_text("2 ideas are written")
    expect(page.locator(".work")).not_to_contain_text("Warn two hours")
    expect(box).to_have_value("Half a thou")
    page.keyboard.type("ght")
    page.keyboard.press("Enter")
    expect(page.locator(".idea.own")).to_have_text(["Half a thought×"])
    press(page, "Share them all")
    expect(page.locator(".idea")).to_have_count(3)
    expect(guest.locator(".idea")).to_have_count(3)

    phase(page, "Combine")
    for title in ("Warn two hours ahead", "Call the inbound crew"):
        guest.get_by_role("checkbox", name=title).press("Space")
    guest.get_by_label("The combined idea").fill("Warn and call")
    guest.get_by_label("The combined idea").press("Enter")
    made = page.locator(".idea").filter(has_text="Warn and call")
    expect(made).to_contain_text("made of: Warn two hours ahead")
    page.get_by_role("checkbox", name="Half a thought").press("Space")
    page.get_by_label("Name of the group").fill("Later")
    page.get_by_label("Name of the group").press("Enter")
    expect(guest.locator(".group h2").first).to_contain_text("Later")

    phase(page, "Select")
    for _ in range(5):
        press(guest, "One dot more: Warn and call")
    expect(guest.get_by_role("button", name="One dot more")).to_have_count(0)
    expect(page.locator(".work")).to_contain_text("1 of 2 have voted")
    expect(page.locator(".work")).not_to_contain_text("●")
    page.locator("summary", has_text="Reveal the dots").press("Enter")
    expect(page.locator(".asked")).to_contain_text("With dots left: root.")
    press(page, "Reveal them all the same")
    expect(guest.locator("tbody tr").first).to_contain_text("Warn and call")
    guest.get_by_label("Your mark for Warn and call by relevance").select_option("5")
    page.get_by_label("Your mark for Warn and call by relevance").select_option("1")
    expect(guest.locator("tbody tr").first).to_contain_text("you disagree: talk")
    press(page, "Keep: Warn and call")
    expect(guest.locator("tbody tr").first).to_contain_text("kept")
    phase(page, "Closed")
    expect(guest.locator(".minutes")).to_contain_text("Warn and call")
    with shown.reading() as session:
        kept = [idea for idea in listed(session, Idea, "departures") if idea.state == IdeaState.KEPT]
        assert [(idea.title, idea.votes, idea.scores) for idea in kept] == [
            ("Warn and call", 5, {"relevance": 3.0})
        ]
    assert broken == []


def room_in_select(shown: Workspace, ideas: int = 2) -> str:
    """The address of a workshop whose dots are revealed; the ideas are A, B, C…"""
    with shown.transaction("ana") as session:
        made = prepare(session, "departures", "Ideas", silent=False)
        writer = sit_down(session, made, "name:writer", "Writer", Profile.END_USER)
        enter_phase(session, made, WorkshopPhase.DIVERGE)
        for letter in "ABCDEF"[:ideas]:
            propose(session, made, writer, letter)
        enter_phase(session, made, WorkshopPhase.SELECT)
        reveal(session, made)
        return f"/products/departures/workshops/{made.id}"


def take_seat(page: "sync_api.Page", name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your profile").select_option("data_scientist")
    press(page, "Take a seat")
    sync_api.expect(page.locator("aside.people")).to_contain_text("(you)")


def test_ones_own_mark_stays_where_it_was_put(page: "sync_api.Page", shown: Workspace):
    page.goto(room_in_select(shown))
    take_seat(page, "Ana")
    mark = page.get_by_label("Your mark for A by relevance")
    for value in ("4", "2"):
        mark.focus()
        mark.select_option(value)
        sync_api.expect(page.locator("tbody tr").first).to_contain_text(f"{value} 1 mark")
        sync_api.expect(mark).to_have_value(value)
    page.get_by_label("Your mark for B by relevance").select_option("5")
    sync_api.expect(page.locator("tbody")).to_contain_text("5 1 mark")
    sync_api.expect(mark).to_have_value("2")
    page.reload()
    sync_api.expect(mark).to_have_value("2")
    page.route("**/marks/**", lambda route: route.fulfill(status=409, body="The workshop is closed."))
    mark.select_option("1")
    sync_api.expect(page.locator("#notice")).to_contain_text("closed")
    sync_api.expect(mark).to_have_value("2")


def test_rows_stay_while_people_mark_and_fit_a_phone(page: "sync_api.Page", shown: Workspace):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(room_in_select(shown, ideas=3))
    take_seat(page, "Ana")
    titles = page.locator("tbody th")
    for idea, value in (("C", "5"), ("A", "1")):
        for criterion in ("relevance", "feasibility"):
            mark = page.get_by_label(f"Your mark for {idea} by {criterion}")
            mark.select_option(value)
            box = mark.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        sync_api.expect(page.locator(f"tbody tr:has-text('{idea}') .num").first).to_contain_text(value)
        sync_api.expect(titles).to_contain_text(["A", "B", "C"])
    press(page, "Sort by score, for all")
    sync_api.expect(titles).to_contain_text(["C", "A", "B"])


def test_an_idea_names_its_pain_point_on_the_way(page: "sync_api.Page", shown: Workspace):
    with shown.transaction("ana") as session:
        made = prepare(session, "departures", "Ideas", silent=False)
        enter_phase(session, made, WorkshopPhase.DIVERGE)
    page.goto(f"/products/departures/workshops/{made.id}")
    take_seat(page, "Ana")
    box, pain = page.get_by_label("An idea", exact=True), page.get_by_label("The pain point that it relieves")
    pain.select_option("Too late")
    box.fill("Warn")
    box.press("Enter")
    later = page.get_by_label("The pain point that “Warn” relieves")
    sync_api.expect(later.locator("option:checked")).to_have_text("Too late")
    sync_api.expect(pain).to_have_value("")
    box.fill("Text")
    box.press("Enter")
    other = page.get_by_label("The pain point that “Text” relieves")
    sync_api.expect(other).to_have_value("")
    with page.expect_response("**/pain"):
        other.select_option("Too late")
    page.reload()
    sync_api.expect(other.locator("option:checked")).to_have_text("Too late")
    with shown.reading() as session:
        told = relieved_by(session, made, listed(session, Idea, "departures"))
    assert [len(pains) for pains in told.values()] == [1, 1]


def test_what_was_typed_stays_when_the_server_does_not_answer(page: "sync_api.Page"):
    page.goto("/products/departures/workshops")
    page.get_by_label("Title of the workshop").fill("Ideas")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workshops/*")
    page.get_by_label("Your profile").select_option("manager")
    press(page, "Take a seat")
    press(page, "Open the workshop")
    press(page, "I share this")
    press(page, "All share it: write ideas")
    page.route("**/ideas", lambda route: route.abort())
    box = page.get_by_label("An idea", exact=True)
    box.fill("Do not lose me")
    box.press("Enter")
    sync_api.expect(page.locator("#notice")).to_contain_text("Not sent")
    sync_api.expect(box).to_have_value("Do not lose me")
    page.unroute("**/ideas")
    box.press("Enter")
    sync_api.expect(page.locator(".idea.own")).to_contain_text("Do not lose me")
    sync_api.expect(page.locator("#notice")).to_be_empty()


def agenda(page: "sync_api.Page") -> list[str]:
    return [one.input_value() for one in page.get_by_label("Point of the agenda").all()]


def test_the_points_of_the_agenda_are_put_in_order_by_keys_and_by_pointer(
    page: "sync_api.Page", shown: Workspace
):
    page.goto("/products/departures/workshops")
    page.get_by_label("Title of the workshop").fill("Ideas")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workshops/*")
    first, second, third, last = agenda(page)
    at = Keyboard(page)
    up = page.get_by_role("button", name=f"Move “{third}” up")
    up.focus()
    at.press("Enter")
    sync_api.expect(page.get_by_label("Point of the agenda").nth(1)).to_have_value(third)
    sync_api.expect(up).to_be_focused()
    at.press("Enter")
    sync_api.expect(page.get_by_label("Point of the agenda").nth(0)).to_have_value(third)
    at.press("Enter")  # it is the first already
    sync_api.expect(up).to_be_focused()
    page.get_by_role("button", name=f"Move “{first}” down").click()
    sync_api.expect(page.get_by_label("Point of the agenda").nth(2)).to_have_value(first)
    assert agenda(page) == [third, second, first, last]
    with shown.reading() as session:
        assert [one.title for one in listed(session, AgendaItem, "departures")] == agenda(page)
    sync_api.expect(page.locator(".agenda li").first).to_contain_text(third)
