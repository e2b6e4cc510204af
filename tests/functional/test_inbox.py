"""The inbox in a real browser, by keyboard alone: walk, acknowledge, undo, make a story, accept it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes.alerts import alert_of, monitor_of, values_of
from tests.functional.browser import CHROMIUM

from filrouge.bootstrap import init_workspace
from filrouge.organize.backlog import Story
from filrouge.organize.story_map import Epic, Version
from filrouge.storage.editing import create, listed
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.inbox import needing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/departures"


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    """Two monitors with an open alert each; the first also had two that are over."""
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
        version = create(session, Version, "departures", title="V2")
        create(session, Epic, "departures", title="Weather", version_id=version.id, column="ingestion")
        for title in ("Missing values", "Missing at the gate"):
            monitor = monitor_of(session, "departures", title)
            values_of(session, "departures", monitor, [0.1, 0.2, 0.46])
            over = {"state": "closed", "closed_at": session.info["clock"].now()}
            for _ in range(2):
                alert_of(session, "departures", monitor, **over)
            alert_of(session, "departures", monitor)
    yield workspace
    workspace.close()


def test_an_alert_is_taken_in_hand_and_given_back_by_keyboard(page: "sync_api.Page", shown: Workspace):
    page.goto(f"{HOME}/alerts")
    page.keyboard.press("j")
    sync_api.expect(page.locator(":focus")).to_have_text("Make it a story")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".told")).to_contain_text("You look after this alert now")
    sync_api.expect(page.locator("#alerts-count")).to_have_text("1 alert")
    sync_api.expect(page.locator(".told")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#alerts-count")).to_have_text("2 alerts")
    sync_api.expect(page.locator(":focus")).to_have_class("alert needs")
    with shown.reading() as session:
        assert needing(session, "departures") == 2


def test_an_alert_becomes_a_story_of_an_epic_by_keyboard(page: "sync_api.Page", shown: Workspace):
    page.goto(f"{HOME}/alerts")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".told")).to_contain_text("It is a story now")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/story-map#story-*")
    page.get_by_label("Epic", exact=True).last.focus()
    page.keyboard.type("Wea")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".told")).to_contain_text("Accepted")
    with shown.reading() as session:
        (story,) = listed(session, Story, "departures")
        assert (story.state, bool(story.epic_id)) == ("ready", True)


def test_j_passes_over_what_is_folded_and_a_permalink_unfolds_it(page: "sync_api.Page"):
    page.goto(f"{HOME}/alerts?show=all")
    for _ in range(2):
        page.keyboard.press("j")
    sync_api.expect(page.locator(":focus")).to_contain_text("2 earlier alerts")
    page.keyboard.press("j")
    sync_api.expect(page.locator(":focus")).to_have_text("Make it a story")
    folded = page.locator("details li").first.get_attribute("id")
    page.goto(f"{HOME}/alerts?show=all#{folded}")
    sync_api.expect(page.locator(f"#{folded}")).to_be_visible()
    page.goto(f"{HOME}/alerts#{folded}")
    sync_api.expect(page.locator(f"article#{folded}")).to_be_visible()


def test_the_inbox_is_not_wider_than_a_telephone(page: "sync_api.Page"):
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/alerts", "/alerts?show=all", "/story-map", ""):
        page.goto(HOME + path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
