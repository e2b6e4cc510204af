"""The checklist of retiring on its page."""

import html

from fastapi.testclient import TestClient

from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace

HERE = "/products/departures/retire"


def post(browser: TestClient, point: str, answered: str = "done", **more: str):
    form = {"answered": answered, "who": "Zoé", "at": "2013-03-01", "note": "", **more}
    return browser.post(f"{HERE}/points/{point}", data=form)


def test_the_checklist_is_answered_point_by_point(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    page = html.unescape(browser.get(HERE).text)
    assert "No version serves." in page
    assert "4 points are open" in page
    assert post(browser, "users_told", note="A letter to the desk").status_code == 200
    refused = post(browser, "data", data="kept")
    assert refused.status_code == 422
    assert "until when" in refused.text
    post(browser, "data", data="kept", until="2014-12-31")
    post(browser, "serving_stopped", "waived", note="Never served")
    page = html.unescape(post(browser, "knowledge_posted", note="In the wiki").text)
    for words in (
        "A letter to the desk",
        "Zoé, 1 Mar 2013",
        "until 31 Dec 2014",
        "Never served",
        "It serves no more",
    ):
        assert words in page
    with sqlite_workspace.reading() as session:
        assert product_named(session, "departures").phase.value == "retired"
    assert "Departures" not in browser.get("/").text
    assert "1 retired product" in browser.get("/").text
    assert "Departures" in browser.get("/?retired=1").text
    assert browser.get("/products/departures").status_code == 200


def test_a_product_is_retired_with_open_points_for_a_reason_only(browser: TestClient, departures: str):
    assert browser.post(HERE).status_code == 409
    page = browser.post(HERE, data={"reason": "Nobody used it"})
    assert page.text.count("Nobody used it") >= 4
    assert browser.post(f"{HERE}/stop").status_code == 409
    assert post(browser, "users_told", at="soon").status_code == 422
    assert post(browser, "nothing").status_code == 422
    spoken = {"accept-language": "fr", "accept": "text/html"}
    rejected = browser.post(f"{HERE}/points/data", data={}, headers=spoken).text
    assert "Cette valeur est nécessaire" in html.unescape(rejected)


def test_the_phase_does_not_skip_the_checklist(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    def phase() -> str:
        with sqlite_workspace.reading() as session:
            return product_named(session, "departures").phase.value

    for written in ("retired", " retired "):
        refused = browser.post("/edit/product/departures", data={"field": "phase", "value": written})
        assert refused.status_code == 409
    plain = {"accept": "application/json"}
    refused = browser.patch("/api/v1/products/departures", json={"phase": "retired"}, headers=plain)
    assert refused.status_code == 409
    assert "4 points of the checklist are open." in refused.text
    assert "/products/departures/retire" in refused.json()["action"]
    assert phase() == "explore"
    assert 'data-leads="/products/departures/retire"' in browser.get("/products/departures").text
    changes = {"phase": "retired", "reason": "Nobody used it"}
    assert browser.patch("/api/v1/products/departures", json=changes).status_code == 200
    assert phase() == "retired"
    assert browser.get(HERE).text.count("<blockquote>Nobody used it") == 4


def test_the_phase_is_set_once_the_points_are_answered(browser: TestClient, departures: str):
    browser.post(HERE, data={"reason": "Nobody used it"})
    for phase in ("live", "retired"):
        answer = browser.patch("/api/v1/products/departures", json={"phase": phase})
        assert (answer.status_code, answer.json()["phase"]) == (200, phase)
