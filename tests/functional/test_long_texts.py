"""A text that is longer than fits stays as it was written, and the page says so before it is sent."""

import pytest
from sqlalchemy import select
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.explore.ideas import Idea
from filrouge.storage.editing import listed
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def titles(workspace: Workspace) -> list[str]:
    with workspace.reading() as session:
        return list(session.scalars(select(Product.title).order_by(Product.created_at.desc())))


def test_a_long_text_that_is_pasted_is_kept_and_not_sent_before_it_fits(
    page: "sync_api.Page", shown: Workspace
):
    page.goto("/")
    field = page.locator("#new-title")
    counter = page.locator(".start .fits")
    field.focus()
    page.keyboard.insert_text("é" * 150)
    expect(counter).to_have_count(0)
    page.keyboard.insert_text("😀" * 45)
    expect(counter).to_have_text("5 left")
    page.keyboard.insert_text("x" * 55)
    expect(counter).to_have_text("50 too many: at most 200")
    expect(page.locator("#fits")).to_have_text("50 too many: at most 200")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    assert page.url.endswith("/")
    assert field.input_value() == "é" * 150 + "😀" * 45 + "x" * 55
    assert titles(shown) == ["Departures"]
    for _time in range(50):
        page.keyboard.press("Backspace")
    expect(counter).to_have_text("0 left")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/**")
    assert titles(shown)[0] == "é" * 150 + "😀" * 45 + "x" * 5


def test_a_long_text_edited_in_place_is_answered_below_it(page: "sync_api.Page", shown: Workspace):
    page.goto("/products/departures")
    field = page.locator("main [data-edit='product/departures'][name=title]")
    field.fill("y" * 201)
    expect(page.locator("main .fits")).to_have_text("1 too many: at most 200")
    field.blur()
    expect(page.locator("main .note-under")).to_have_text(
        "The text has 201 characters; 200 are kept. Shorten it."
    )
    expect(page.locator("main .fits")).to_have_count(0)
    assert field.input_value() == "y" * 201
    assert titles(shown) == ["Departures"]
    field.fill("Departures on time")
    field.blur()
    expect(page.locator("#quiet")).to_contain_text("saved")
    expect(page.locator("main .note-under")).to_have_count(0)


def test_the_counter_goes_when_the_row_was_sent(page: "sync_api.Page", shown: Workspace):
    page.goto("/products/departures/ideas")
    field = page.locator("#add-idea")
    field.fill("z" * 199_990)
    expect(page.locator("#ideas .add .fits").last).to_have_text("10 left")
    field.press("Enter")
    expect(page.locator("#ideas [data-item]")).to_have_count(1)
    expect(page.locator("#ideas .add .fits")).to_have_count(0)
    with shown.reading() as session:
        assert [len(one.title) for one in listed(session, Idea, "departures")] == [199_990]


def test_the_counter_speaks_french(shown: Workspace):
    with signed_in(shown.root, locale="fr", viewport={"width": 360, "height": 740}) as page:
        page.locator("#new-title").fill("a" * 203)
        expect(page.locator(".start .fits")).to_have_text("3 de trop : 200 au plus")
        assert page.locator("#new-title").bounding_box()["width"] > 150
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
