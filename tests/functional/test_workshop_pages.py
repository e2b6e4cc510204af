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
from filrouge.explore.workshops import AgendaItem
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
    expect(page.locator(".go")).to_contain_text("1 of 2 share it")
    phase(page, "Diverge")
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
    press(page, "Reveal the dots")
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


def test_what_was_typed_stays_when_the_server_does_not_answer(page: "sync_api.Page"):
    page.goto("/products/departures/workshops")
    page.get_by_label("Title of the workshop").fill("Ideas")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workshops/*")
    page.get_by_label("Your profile").select_option("manager")
    press(page, "Take a seat")
    press(page, "Open the workshop")
    phase(page, "Diverge")
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
