"""The pages in a real browser: what a person does with mouse and keyboard."""

from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.bootstrap import init_workspace
from filrouge.flows.examples import import_example
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/departures"


def test_a_text_is_edited_in_place_and_taken_back(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    title = page.get_by_label("Title of the product")
    title.fill("Know which departures will fail")
    title.press("Enter")
    sync_api.expect(page.locator("#quiet")).to_contain_text("saved")
    with shown.reading() as session:
        assert product_named(session, "departures").title == "Know which departures will fail"
    page.locator("#quiet button").click()
    sync_api.expect(page.get_by_label("Title of the product")).to_have_value("Departures")


def test_escape_leaves_a_text_as_it_was(page: "sync_api.Page"):
    page.goto(HOME)
    title = page.get_by_label("Title of the product")
    title.fill("Nonsense")
    title.press("Escape")
    sync_api.expect(title).to_have_value("Departures")


def test_two_editors_see_both_versions(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    with shown.transaction("ben") as session:
        product_named(session, "departures").title = "Ben's title"
    title = page.get_by_label("Title of the product")
    title.fill("Ana's title")
    title.press("Enter")
    conflict = page.locator(".conflict")
    sync_api.expect(conflict).to_contain_text("Ben's title")
    conflict.get_by_role("button", name="Keep mine").click()
    sync_api.expect(page.locator("#quiet")).to_contain_text("saved")
    with shown.reading() as session:
        assert product_named(session, "departures").title == "Ana's title"


def test_a_change_of_somebody_else_is_told_on_the_open_page(page: "sync_api.Page", shown: Workspace):
    with page.expect_response("**/presence?*"):
        page.goto(HOME)
    with shown.transaction("ben") as session:
        product_named(session, "departures").title = "Ben's title"
    with page.expect_response("**/presence?*"):  # as when the tab comes to the front again
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    there = page.locator("#presence")
    sync_api.expect(there).to_contain_text("ben changed “Ben's title”.")
    there.get_by_role("link", name="Show").click()
    sync_api.expect(page.get_by_label("Title of the product")).to_have_value("Ben's title")


def test_epics_are_added_one_after_the_other_with_enter(page: "sync_api.Page"):
    page.goto(f"{HOME}/story-map")
    adding = page.locator("#add-version")
    adding.fill("MVP")
    adding.press("Enter")
    sync_api.expect(page.get_by_label("Version", exact=True).first).to_have_value("MVP")
    for number, title in enumerate(("Flights feed", "Weather feed"), 1):
        cell = page.locator("td").first.get_by_placeholder("Add…")
        cell.fill(title)
        cell.press("Enter")
        sync_api.expect(page.locator(".epic")).to_have_count(number)


def test_the_canvas_counts_its_boxes_as_they_fill(page: "sync_api.Page"):
    page.goto(f"{HOME}/canvas")
    page.get_by_role("button", name="Start the canvas").click()
    users = page.locator("#add-users")
    users.fill("Duty manager")
    users.press("Enter")
    sync_api.expect(page.locator(".box.users .note textarea")).to_have_value("Duty manager")
    page.reload()
    sync_api.expect(page.locator("#filled")).to_have_text("1 of 8 boxes")


def test_the_palette_jumps_by_keyboard(page: "sync_api.Page"):
    page.goto(HOME)
    page.keyboard.press("Control+k")
    page.keyboard.type("Story")
    sync_api.expect(page.locator("#palette-found a").first).to_contain_text("Story map")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}/story-map")


def test_the_palette_tells_what_is_chosen_below_the_box(page: "sync_api.Page"):
    page.goto(HOME)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search or jump")
    options = page.get_by_role("listbox", name="Results").get_by_role("option")
    sync_api.expect(box).to_be_focused()
    sync_api.expect(box).to_have_attribute("aria-expanded", "true")  # the latest products and all pages
    assert box.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    for key, place in (("", 0), ("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        if key:
            page.keyboard.press(key)
        option = options.nth(place)
        sync_api.expect(option).to_have_attribute("aria-selected", "true")
        sync_api.expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
        sync_api.expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
        sync_api.expect(box).to_be_focused()
    page.keyboard.type("zzz")
    sync_api.expect(page.get_by_role("status").filter(has_text="Nothing found.")).to_be_visible()
    sync_api.expect(box).to_have_attribute("aria-expanded", "false")
    assert box.get_attribute("aria-activedescendant") is None
    box.fill("Chec")
    sync_api.expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}/check")


def test_no_page_is_wider_than_a_telephone(page: "sync_api.Page"):
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (
        "",
        "/check",
        "/thread",
        "/canvas",
        "/story-map",
        "/objectives",
        "/indicators",
        "/deployment",
    ):
        page.goto(HOME + path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


def test_the_keys_that_walk_through_a_list_write_nothing_into_its_texts(tmp_path: Path):
    workspace = init_workspace(tmp_path / "ws")
    with workspace.transaction("ana") as session:
        import_example(session)
    with signed_in(workspace.root) as page:
        page.goto("/products/nyc-departures/indicators")
        titles, written = page.locator("textarea[name=title]"), "all => all.map((one) => one.value)"
        before = titles.evaluate_all(written)
        for key in ("j", "j", "k", "Tab", "Shift+Tab", "k"):
            page.keyboard.press(key)
        assert (
            page.locator("textarea[name=title]").evaluate_all("all => all.map((one) => one.value)") == before
        )
        page.locator("[data-item]").first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "title", "Enter edits the item"
    workspace.close()


def test_choosing_the_last_phase_opens_the_checklist_of_retiring(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    page.get_by_label("Phase").select_option("retired")
    page.wait_for_url(f"**{HOME}/retire")
    sync_api.expect(page.get_by_role("heading", level=1)).to_have_text("Retire this product")
    page.go_back()
    sync_api.expect(page.get_by_label("Phase")).to_have_value("explore")
