"""Uncertainties, prototypes, user tests and the decision in a real browser, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.bootstrap import init_workspace
from filrouge.explore.uncertainties import Uncertainty
from filrouge.storage.editing import listed
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
HOME = "/products/departures"


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
    yield workspace
    workspace.close()


@pytest.fixture
def page(shown: Workspace) -> Iterator["sync_api.Page"]:
    with signed_in(shown.root) as opened:
        yield opened


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
        page.keyboard.press("Enter")
        sync_api.expect(page.locator(".unsure")).to_have_count(number)
    page.keyboard.press("Escape")
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
    page.get_by_label("Until when?").fill("2099-01-31")
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
