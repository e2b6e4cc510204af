"""Objectives and journeys in a real browser, by keyboard."""

import pytest
from tests.functional.browser import CHROMIUM

from filrouge.explore.journeys import Journey, Step
from filrouge.explore.objectives import Objective
from filrouge.storage.editing import create, listed
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/departures"


def test_whys_are_answered_one_after_the_other_and_one_becomes_the_objective_above(
    page: "sync_api.Page", shown: Workspace
):
    page.goto(f"{HOME}/objectives")
    page.locator("#add-objective").focus()
    page.keyboard.type("Fewer missed connections")
    page.keyboard.press("Enter")
    page.get_by_text("Ask why", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for number, answer in enumerate(("Because people sleep at home", "They come back to us"), 1):
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        sync_api.expect(page.locator(".whys summary").first).to_contain_text(f"Why? {number} of 5")
        sync_api.expect(page.locator(":focus")).to_have_attribute("placeholder", "Because…")
    sync_api.expect(page.locator(".ladder label")).to_have_text("Why “They come back to us”?")
    first = page.locator(".ladder li").first
    first.get_by_role("button", name="Make it the objective above").press("Enter")
    sync_api.expect(page.locator(".objectives > li > .own textarea")).to_have_value("People sleep at home")
    sync_api.expect(page.locator(".objectives > li > .own textarea")).to_be_focused()
    page.emulate_media(media="print")
    sync_api.expect(page.get_by_label("Why “Fewer missed connections”?")).to_be_visible()
    sync_api.expect(page.locator(".ladder .next").first).to_be_hidden()
    with shown.reading() as session:
        known = {one.statement: one for one in listed(session, Objective, "departures")}
    below, above = known["Fewer missed connections"], known["People sleep at home"]
    assert below.parent_id == above.id
    assert [entry["answer"] for entry in above.five_whys] == ["They come back to us"]


def test_an_objective_is_put_under_another_and_the_tree_follows(page: "sync_api.Page", shown: Workspace):
    with shown.transaction("ana") as session:
        top = create(session, Objective, "departures", statement="People get home")
        create(session, Objective, "departures", statement="Fewer missed connections")
    page.goto(f"{HOME}/objectives")
    page.locator(f"select[name=parent_id]:has(option[value='{top.id}'])").focus()
    page.keyboard.type("People")
    sync_api.expect(page.locator(".objectives > li")).to_have_count(1)
    sync_api.expect(
        page.locator(".objectives ul ul textarea, .objectives li li textarea").first
    ).to_have_value("Fewer missed connections")


def test_a_map_is_drawn_and_the_map_after_starts_from_it(page: "sync_api.Page", shown: Workspace):
    page.goto(f"{HOME}/journeys")
    page.locator("#add-journey").focus()
    page.keyboard.type("A shift at the desk")
    page.keyboard.press("Enter")
    for number, title in enumerate(("Read the schedule", "Learn that a flight is lost"), 1):
        page.get_by_placeholder("Add a step…").focus()
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        sync_api.expect(page.get_by_label("Step", exact=True)).to_have_count(number)
    page.get_by_placeholder("Add a pain point…").last.focus()
    page.keyboard.type("The warning comes too late")
    page.keyboard.press("Enter")
    pick = page.get_by_label("Intensity, from 1")
    pick.select_option("5")
    sync_api.expect(page.locator("#quiet")).to_contain_text("saved")
    page.get_by_role("button", name="Draw the map after").press("Enter")
    after = page.locator(".half.after")
    sync_api.expect(after.get_by_label("Step", exact=True)).to_have_count(2)
    sync_api.expect(after.nth(1)).to_contain_text("Remains: The warning comes too late")
    sync_api.expect(page.get_by_role("img", name="Hurts 5 of 5")).to_have_count(1)
    left = page.locator(".half:not(.after)").nth(1).get_by_role("button", name="Move left")
    left.press("Enter")
    sync_api.expect(page.locator(".half:not(.after) textarea[name=title]").first).to_have_value(
        "Learn that a flight is lost"
    )
    sync_api.expect(page.locator(":focus")).to_have_attribute("aria-label", "Move left")
    with shown.reading() as session:
        (journey,) = listed(session, Journey, "departures", before_id=None)
        steps = listed(session, Step, "departures", journey_id=journey.id)
        assert [step.title for step in steps] == ["Learn that a flight is lost", "Read the schedule"]
