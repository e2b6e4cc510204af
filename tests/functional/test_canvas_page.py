"""The canvas in a real browser: by keyboard, by hand, by two people, and by axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.functional.axe import violations
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.bootstrap import init_workspace
from filrouge.explore.canvas import Canvas, CanvasNote, freeze
from filrouge.flows.examples import import_example
from filrouge.storage.comments import write_comment
from filrouge.storage.editing import edit, find, listed
from filrouge.storage.history import changes_of
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/nyc-departures/canvas"
BEYOND = """[...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll"))
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        import_example(session)
    yield workspace
    workspace.close()


def texts(workspace: Workspace, box: str) -> list[str]:
    with workspace.reading() as session:
        return [one.text for one in listed(session, CanvasNote, "nyc-departures", box=box)]


def users(page: "sync_api.Page") -> "sync_api.Locator":
    return page.locator("[data-box=users] [data-note] textarea")


def test_notes_are_written_one_after_the_other_and_moved_by_keyboard(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    users(page).last.focus()
    page.keyboard.press("Enter")
    for text in ("Crew desk", "Tower"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        sync_api.expect(users(page).last).to_have_value(text)
        sync_api.expect(page.locator("#add-users")).to_be_focused()
    users(page).last.focus()
    page.keyboard.press("Alt+ArrowUp")
    sync_api.expect(users(page).nth(2)).to_have_value("Tower")
    sync_api.expect(users(page).nth(2)).to_be_focused()
    sync_api.expect(page.locator("#quiet")).to_contain_text("Users: place 3 of 4")
    assert texts(shown, "users") == ["Duty manager", "Gate planner", "Tower", "Crew desk"]
    page.locator("[data-note]:has(:focus) select[name=box]").select_option("problem")
    page.locator("[data-note]:has(:focus-within) .mover button").first.press("Enter")
    sync_api.expect(users(page)).to_have_count(3)
    assert texts(shown, "problem")[-1] == "Tower"


def test_a_note_is_dragged_to_another_box(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    grip = page.locator("[data-box=users] [data-note]").first.locator("[data-grip]")
    grip.drag_to(page.locator("[data-box=value_proposition]"), target_position={"x": 60, "y": 200})
    sync_api.expect(users(page)).to_have_count(1)
    assert texts(shown, "value_proposition")[-1] == "Duty manager"


def test_the_mode_changes_without_loss_and_a_box_is_written_as_one_text(
    page: "sync_api.Page", shown: Workspace
):
    page.goto(HOME)
    page.locator("select[name=mode]").select_option("texts")
    box = page.locator("#add-users")
    sync_api.expect(box).to_have_value("Duty manager\n\nGate planner")
    sync_api.expect(page.locator("#mode-hint")).to_contain_text("An empty line parts two notes")
    box.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Crew desk")
    page.keyboard.press("Control+Enter")
    sync_api.expect(page.locator("#quiet")).to_contain_text("saved")
    assert texts(shown, "users") == ["Duty manager", "Gate planner", "Crew desk"]
    page.locator("select[name=mode]").select_option("notes")
    sync_api.expect(users(page)).to_have_count(3)


def test_the_page_says_what_is_missing_and_leads_there(page: "sync_api.Page"):
    page.goto("/")
    page.fill("#new-title", "Arrivals")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/arrivals")
    page.goto("/products/arrivals/canvas")
    page.get_by_role("button", name="Start the canvas").click()
    sync_api.expect(page.locator("#filled")).to_have_text("0 of 8 boxes")
    sync_api.expect(page.locator("#add-problem")).to_be_focused()
    page.keyboard.type("Late arrivals")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#filled")).to_have_text("1 of 8 boxes")
    page.locator("#state").get_by_role("link", name="Users").click()
    sync_api.expect(page.locator("#add-users")).to_be_focused()


def test_a_kept_idea_gets_its_canvas_in_one_click(page: "sync_api.Page", shown: Workspace):
    page.goto(HOME)
    page.get_by_role("button", name="Start a canvas: Gates assigned").click()
    sync_api.expect(page.locator("h1 textarea")).to_have_value("Gates assigned anew each hour")
    with shown.reading() as session:
        assert "nyc-idea-gates" in [one.idea_id for one in listed(session, Canvas, "nyc-departures")]
    page.get_by_role("navigation", name="Canvases of this product").get_by_text("Departures at risk").click()
    sync_api.expect(page.locator("h1 textarea")).to_have_value("Departures at risk")


@pytest.mark.parametrize("mode", ["notes", "texts"])
def test_two_people_in_one_box_see_both_texts_and_nothing_is_lost(
    page: "sync_api.Page", shown: Workspace, mode: str
):
    with shown.transaction("ana") as session:
        edit(session, find(session, Canvas, "nyc-canvas"), mode=mode)
    field = "[data-box=problem] textarea[data-edit]"
    page.goto(HOME)
    other = page.context.new_page()
    other.goto(HOME)
    for one, text in ((other, "Theirs 👩‍🔬"), (page, "Mine שלום")):
        one.locator(field).first.fill(text)
        one.locator(field).first.blur()
    conflict = page.locator(".conflict")
    sync_api.expect(conflict).to_contain_text("Theirs 👩‍🔬")
    sync_api.expect(conflict).to_contain_text("Mine שלום")
    box = page.locator("[data-box=problem]").bounding_box()
    for button in conflict.get_by_role("button").all():
        shown_at = button.bounding_box()
        assert box["x"] <= shown_at["x"]
        assert shown_at["x"] + shown_at["width"] <= box["x"] + box["width"]
    assert texts(shown, "problem") == ["Theirs 👩‍🔬"]
    page.get_by_role("button", name="Keep mine").click()
    sync_api.expect(conflict).to_have_count(0)
    assert texts(shown, "problem") == ["Mine שלום"]
    with shown.reading() as session:
        (note,) = listed(session, CanvasNote, "nyc-departures", box="problem")
        assert "Theirs 👩‍🔬" in [change.after.get("text") for change in changes_of(session, note.id)]


def test_a_long_text_and_a_script_stay_text(page: "sync_api.Page", shown: Workspace):
    long = "A long sentence about gates. " * 1700 + "<script>alert(1)</script>"
    page.goto(HOME)
    page.locator("#add-users").fill(long)
    page.locator("#add-users").press("Enter")
    sync_api.expect(users(page).last).to_have_value(long)
    assert texts(shown, "users")[-1] == long
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_comment_is_written_in_the_panel_and_counted_on_the_box(page: "sync_api.Page"):
    page.goto(HOME)
    link = page.locator("[data-talk=canvas-nyc-canvas-problem]")
    link.focus()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#say")).to_be_focused()
    page.keyboard.type("Which gates? <script>alert(1)</script>")
    page.keyboard.press("Control+Enter")
    sync_api.expect(page.locator("#talk .md")).to_have_text("Which gates? <script>alert(1)</script>")
    sync_api.expect(page.locator("#say")).to_be_focused()
    page.keyboard.press("Escape")
    sync_api.expect(page.locator("#talk")).to_be_hidden()
    sync_api.expect(link.locator(".n")).to_have_text("1")
    sync_api.expect(link).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shown: Workspace, axe: str, scheme: str):
    with shown.transaction("bob") as session:
        canvas = find(session, Canvas, "nyc-canvas")
        freeze(session, canvas, "First")
        edit(session, find(session, CanvasNote, "nyc-n-problem"), text="Changed since")
        write_comment(session, canvas, "A [link](https://example.org) and `code`", part="problem")
    own = f"{HOME}/nyc-canvas"
    paths = [HOME, f"{own}/table", f"{own}/details", f"{own}/versions", f"{own}/versions/1"]
    paths += [f"{own}/versions/compare?old=1", "/comments/canvas/nyc-canvas?part=problem", "/mentions"]
    with signed_in(shown.root, color_scheme=scheme) as opened:
        found = {}
        for path in paths:
            opened.goto(path)
            found[path] = violations(opened, axe)
        opened.goto(HOME)
        opened.locator("[data-talk=canvas-nyc-canvas-problem]").press("Enter")
        sync_api.expect(opened.locator("#say")).to_be_focused()
        found["panel"] = violations(opened, axe)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(shown: Workspace, width: int):
    own = f"{HOME}/nyc-canvas"
    with signed_in(shown.root, viewport={"width": width, "height": 800}, locale="fr") as opened:
        for path in (HOME, f"{own}/table", f"{own}/details", f"{own}/versions", f"{own}/versions/compare"):
            opened.goto(path)
            wide = opened.evaluate(BEYOND)
            assert wide == [], path
