"""Uncertainties, prototypes, user tests and the decision in a real browser, by keyboard."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM

from filrouge.explore.canvas import Canvas
from filrouge.explore.ideas import Idea
from filrouge.explore.prototypes import Prototype
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.user_tests import UserTest
from filrouge.organize.hypotheses import Hypothesis
from filrouge.storage.editing import create, edit, listed
from filrouge.storage.history import changes_of
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/departures"


def unfold(page: "sync_api.Page", words: str) -> None:
    """Open a form by its button, and go to its first field."""
    page.locator("summary", has_text=words).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")


def test_an_uncertainty_is_placed_on_the_board_tested_and_lifted(page: "sync_api.Page", shown: Workspace):
    page.goto(f"{HOME}/uncertainties")
    for number, statement in enumerate(("The desk acts on it", "An answer within a second"), 1):
        page.locator("#add-uncertainty").focus()
        page.keyboard.type(statement)
        page.keyboard.press("Tab")
        page.keyboard.type("data")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        sync_api.expect(page.locator(".unsure")).to_have_count(number)
    sync_api.expect(page.locator(".risk a")).to_have_count(0)  # what nobody judged stands outside
    with shown.transaction("ana") as session:
        for one in listed(session, Uncertainty, "departures"):
            edit(session, one, criticality="major", doubt="guess")
    page.reload()
    page.locator(".risk a", has_text="An answer within a second").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("critical")
    first = page.locator(".matrix td").nth(1).locator(".risk a")
    sync_api.expect(first).to_contain_text("An answer within a second")
    sync_api.expect(page.locator(".unsure textarea[name=statement]").first).to_have_value(
        "An answer within a second"
    )
    unfold(page, "Lift…")
    page.keyboard.type("A hundred requests, timed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".rows li").first).to_contain_text("A hundred requests, timed")
    unfold(page, "Waive…")
    page.keyboard.type("The pilot is small")
    page.get_by_label("Until when?").fill(f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}")
    page.get_by_role("button", name="Waive it").press("Enter")
    sync_api.expect(page.locator(".unsure")).to_have_count(0)
    unfold(page, "Open again…")
    page.keyboard.type("Another desk does not")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".unsure")).to_contain_text("Opened again: Another desk does not")
    page.goto(f"{HOME}/uncertainties?view=table")
    sync_api.expect(page.locator(".riskiest tbody tr")).to_have_count(2)
    with shown.reading() as session:
        states = sorted(one.state for one in listed(session, Uncertainty, "departures"))
    assert states == ["open", "waived"]


def test_what_an_uncertainty_is_tied_to_is_untied_in_place_and_taken_back(
    page: "sync_api.Page", shown: Workspace
):
    with shown.transaction("ana") as session:
        one = create(session, Uncertainty, "departures", statement="The desk acts on it", type="data")
        idea = create(session, Idea, "departures", title="Warn in time", state="kept")
        canvas = create(session, Canvas, "departures", idea_id=idea.id, title="At risk")
        why = create(session, Hypothesis, "departures", statement="Delays build up")
        made = create(
            session, Prototype, "departures", title="A list by e-mail", idea_id=idea.id, uncertainty_id=one.id
        )
        own = Ref("uncertainty", one.id)
        connect(session, "departures", own, "tested_by", Ref("hypothesis", why.id))
        connect(session, "departures", Ref("canvas", canvas.id), "raises", own)
    page.goto(f"{HOME}/uncertainties")
    tied = page.locator(".unsure .tied")
    for left, title in enumerate(("Delays build up", "A list by e-mail", "At risk")):
        page.get_by_role("button", name=f"Untie “{title}”").press("Enter")
        sync_api.expect(tied).to_have_count(2 - left)
    sync_api.expect(page.locator(".unsure .ties")).to_contain_text(["nothing tests it yet", "no canvas"])
    page.locator("#quiet button", has_text="Undo").click()
    sync_api.expect(tied).to_have_text(["At risk×"])
    page.get_by_label("Tie a test…").select_option("hypothesis · Delays build up")
    page.locator(".unsure .tying button").first.press("Enter")
    sync_api.expect(tied).to_have_count(2)
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    sync_api.expect(tied).to_have_text(["At risk×"])
    with shown.reading() as session:
        (prototype,) = listed(session, Prototype, "departures")
        assert prototype.uncertainty_id is None
        assert next(change.before for change in changes_of(session, made.id)) == {"uncertainty_id": one.id}


def test_a_prototype_is_planned_started_concluded_and_renewed(page: "sync_api.Page", shown: Workspace):
    with shown.transaction("ana") as session:
        create(session, Idea, "departures", title="Warn two hours before", state="kept")
        create(session, Hypothesis, "departures", statement="We believe that weather catches bad days")
    page.goto(f"{HOME}/prototypes")
    page.locator("#add-prototype").focus()
    page.keyboard.type("The list on paper")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start the two weeks").press("Enter")
    sync_api.expect(page.locator(".prototype .fortnight")).to_contain_text("day 1 of 14")
    sync_api.expect(page.locator(".card")).to_contain_text("nobody from the business yet")
    page.get_by_label("Name").focus()
    page.keyboard.type("Ines")
    page.keyboard.press("Tab")
    page.keyboard.type("duty manager")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".people").first).to_contain_text("Ines duty manager business")
    sync_api.expect(page.locator(".card")).not_to_contain_text("nobody from the business yet")
    unfold(page, "Conclude…")
    page.keyboard.type("promising")
    page.keyboard.press("Tab")
    page.keyboard.type("They follow the list")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".outcome textarea")).to_have_value("They follow the list")
    unfold(page, "Renew once…")
    page.keyboard.type("It decides between build and kill")
    page.get_by_label("Its title").fill("With the weather")
    page.get_by_role("button", name="Plan the second prototype").press("Enter")
    sync_api.expect(page.locator(".prototype h2 textarea")).to_have_value("With the weather")
    sync_api.expect(page.locator(".prototype .terms")).to_contain_text("weather catches bad days")
    with shown.reading() as session:
        first, second = listed(session, Prototype, "departures")
    assert (second.renews_id, second.renewal_answer) == (first.id, "It decides between build and kill")


def test_a_user_test_is_scored_and_its_picture_shown(page: "sync_api.Page", shown: Workspace, tmp_path: Path):
    with shown.transaction("ana") as session:
        create(session, Idea, "departures", title="Warn two hours before", state="kept")
    page.goto(f"{HOME}/user-tests")
    page.locator("#add-user-test").focus()
    page.keyboard.type("At the desk")
    page.keyboard.press("Enter")
    page.get_by_label("Intuitive", exact=True).focus()
    page.keyboard.type("4")
    sync_api.expect(page.locator(".courses .figure").first).to_have_text("4/5")
    sync_api.expect(page.locator(":focus")).to_have_attribute("aria-label", "Intuitive")
    page.get_by_label("Is the interface satisfactory?").select_option("false")
    sync_api.expect(page.locator("select.pick.warn")).to_have_count(1)
    drawn = page.screenshot(clip={"x": 0, "y": 0, "width": 200, "height": 100})
    page.get_by_label("Picture: PNG").set_input_files(
        {"name": "board.png", "mimeType": "image/png", "buffer": drawn}
    )
    page.get_by_role("button", name="Add the picture").press("Enter")
    picture = page.locator(".pictures img")
    sync_api.expect(picture).to_have_js_property("naturalWidth", 200)
    page.get_by_label("Picture: PNG").set_input_files(
        {"name": "huge.png", "mimeType": "image/png", "buffer": drawn + bytes(20_000_000)}
    )
    page.get_by_role("button", name="Add the picture").press("Enter")
    sync_api.expect(page.locator("main h1")).to_contain_text("larger than 5 MB")
    page.goto(f"{HOME}/user-tests")
    unfold(page, "Test again…")
    page.keyboard.type("With the reasons")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".usertest")).to_have_count(2)
    with shown.reading() as session:
        assert {one.title for one in listed(session, UserTest, "departures")} == {
            "At the desk",
            "With the reasons",
        }


def test_an_idea_is_decided_on_by_keyboard(page: "sync_api.Page", shown: Workspace):
    with shown.transaction("ana") as session:
        create(session, Idea, "departures", title="Warn two hours before", state="kept")
    page.goto(f"{HOME}/decision")
    unfold(page, "Decide…")
    page.keyboard.type("build")
    for words in ("It relieves the worst pain", "Ines", "The board"):
        page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    begin = page.get_by_role("button", name="Begin the build")
    sync_api.expect(begin).to_be_focused()
    sync_api.expect(page.locator(".converge")).to_contain_text("Ines answers for it")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("select[name=phase]")).to_have_value("build")


def test_the_scores_stay_in_sight_while_one_decides(page: "sync_api.Page", shown: Workspace):
    with shown.transaction("ana") as session:
        create(session, Idea, "departures", title="Warn two hours before", state="kept")
    page.goto(f"{HOME}/decision")
    unfold(page, "Decide…")
    scores = page.get_by_role("rowheader", name="Together weighted").bounding_box()
    form = page.locator(".converge .deed form").bounding_box()
    assert scores["y"] + scores["height"] <= form["y"]
