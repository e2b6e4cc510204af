"""Who is quicker than the server loses neither text, nor place, nor the thread of what they were doing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM
from tests.functional.keyboard import Keyboard

from filrouge.bootstrap import init_workspace
from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.organize.hypotheses import Hypothesis
from filrouge.storage.editing import create, listed
from filrouge.storage.history import changes_of
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
HOME = "/products/departures"


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
        for statement in ("People get home", "People trust the desk", "Fewer missed connections"):
            create(session, Objective, "departures", statement=statement)
        for statement in ("Delays build up", "Weather closes runways"):
            create(session, Hypothesis, "departures", statement=statement)
        idea = create(session, Idea, "departures", title="Warn in time", state="kept")
        canvas = create(session, Canvas, "departures", idea_id=idea.id, title="At risk")
        for name in ("flights", "weather"):
            source = create(session, DataSource, "departures", name=name)
            ends = Ref("canvas", canvas.id), Ref("data_source", source.id)
            connect(session, "departures", ends[0], "needs", ends[1])
    yield workspace
    workspace.close()


class Held:
    """Requests that wait until they are let go: a slow network, without waiting for it."""

    def __init__(self, page: "sync_api.Page", pattern: str) -> None:
        self.routes: list[sync_api.Route] | None = []
        page.route(pattern, self._hold)

    def _hold(self, route: "sync_api.Route") -> None:
        if self.routes is None:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        """Send what waits, and let everything through from now on."""
        routes, self.routes = self.routes or [], None
        for route in routes:
            route.continue_()


def details(page: "sync_api.Page") -> Keyboard:
    page.goto(f"{HOME}/canvas")
    at = Keyboard(page)
    at.leave("Sources and activation")
    return at


def source(workspace: Workspace, name: str) -> DataSource:
    with workspace.reading() as session:
        (found,) = listed(session, DataSource, "departures", name=name)
    return found


def test_a_word_reached_by_keys_is_saved_once_and_not_the_words_on_the_way(
    page: "sync_api.Page", shown: Workspace
):
    page.goto(f"{HOME}/hypotheses")
    at = Keyboard(page)
    at.to("State")
    for _step in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#quiet")).to_contain_text("saved")  # it rested there
    with shown.reading() as session:
        one = listed(session, Hypothesis, "departures")[0]
        assert one.state == "dropped"
        assert [change.after.get("state") for change in changes_of(session, one.id)] == ["dropped", "open"]


def test_two_fields_of_one_thing_are_written_faster_than_the_first_is_saved(
    page: "sync_api.Page", shown: Workspace
):
    at = details(page)
    held = Held(page, "**/edit/**")
    at.to("Access granted by")
    page.keyboard.insert_text("airport")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("1h")
    page.keyboard.press("Tab")
    expect(page.locator("#quiet")).to_contain_text("saving")
    held.let_go()
    at.calm()
    expect(page.locator(".conflict")).to_have_count(0)
    assert (source(shown, "flights").access_owner, source(shown, "flights").refresh) == ("airport", "1 hour")


def test_what_is_written_while_the_part_is_renewed_goes_on_where_it_was(
    page: "sync_api.Page", shown: Workspace
):
    at = details(page)
    at.to("Class")
    page.keyboard.press("ArrowDown")
    held = Held(page, "**/details")
    at.to("Without it")  # leaving the class saved it: the part is asked for anew
    page.keyboard.insert_text("The mean of ")
    held.let_go()
    expect(page.locator(".sources select.strong")).to_have_count(1)
    page.keyboard.insert_text("the month")
    assert at.focused == "Without it"
    page.keyboard.press("Tab")
    at.calm()
    assert source(shown, "flights").fallback == "The mean of the month"


def test_the_next_row_is_begun_before_the_first_is_added(page: "sync_api.Page", shown: Workspace):
    page.goto(f"{HOME}/hypotheses")
    at = Keyboard(page)
    held = Held(page, "**/add/hypothesis")
    at.to("Add: we believe that…")
    page.keyboard.insert_text("First")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("Sec")
    held.let_go()
    expect(page.locator("#log textarea[name=statement]")).to_have_count(3)
    page.keyboard.insert_text("ond")
    at.press("Enter")
    with shown.reading() as session:
        assert [one.statement for one in listed(session, Hypothesis, "departures")][2:] == ["First", "Second"]


def test_what_could_not_be_added_comes_back(page: "sync_api.Page"):
    page.goto(f"{HOME}/hypotheses")
    page.route("**/add/hypothesis", lambda route: route.abort())
    at = Keyboard(page)
    at.to("Add: we believe that…")
    page.keyboard.insert_text("Not lost")
    page.keyboard.press("Enter")
    expect(page.locator("#add-hypothesis")).to_have_value("Not lost")


def test_the_palette_goes_where_the_words_lead_though_enter_was_quicker(page: "sync_api.Page"):
    page.goto(f"{HOME}/hypotheses")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    page.keyboard.insert_text("Indicators")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}/indicators")


def test_the_palette_leads_to_a_thing_of_the_same_page(page: "sync_api.Page"):
    page.goto(f"{HOME}/hypotheses")
    at = Keyboard(page)
    at.jump("Weather closes runways", "hypothesis")
    expect(page.locator("#palette")).to_be_hidden()
    at.to("Test")
    expect(page.locator("#log > ul > li:nth-child(2) textarea[name=test]")).to_be_focused()


def test_enter_in_a_field_that_renews_its_part_leaves_one_at_the_thing(page: "sync_api.Page"):
    at = details(page)
    at.to("Without it")
    page.keyboard.insert_text("stop")
    at.press("Enter")
    expect(page.locator("tr[data-item]").first).to_be_focused()
    at.to("Refresh")
    expect(page.locator("tr[data-item]").first.locator("textarea[name=refresh]")).to_be_focused()


def test_what_is_put_away_leaves_its_place_to_the_next(page: "sync_api.Page"):
    page.goto(f"{HOME}/objectives")
    at = Keyboard(page)
    at.act("Archive “", start=True)
    expect(page.locator(".objectives > li")).to_have_count(2)
    at.to("Objective")
    expect(page.locator(".objectives > li").first.locator("textarea")).to_be_focused()
