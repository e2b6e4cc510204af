"""The pages over HTTP, without a browser."""

import itertools
import re

import pytest
from fastapi.testclient import TestClient

from filrouge.flows.examples import import_example
from filrouge.storage.history import changes_of
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace
from filrouge.web.navigation import CHAPTERS


def test_a_login_link_opens_one_session_once(stranger: TestClient):
    assert stranger.get("/").status_code == 401
    token = stranger.app.state.sessions.offer()
    assert stranger.post("/login", data={"token": token}).status_code == 200
    stranger.cookies.clear()
    assert stranger.post("/login", data={"token": token}).status_code == 401


def test_a_preview_of_a_login_link_does_not_use_it_up(stranger: TestClient):
    link = f"/login?token={stranger.app.state.sessions.offer()}"
    navigation = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    for early in ({}, {"sec-fetch-mode": "no-cors"}, {**navigation, "sec-purpose": "prefetch;prerender"}):
        page = stranger.get(link, headers=early)
        assert page.status_code == 200
        assert "This link opens one session, once." in page.text
        assert page.cookies.get("filrouge_session") is None
    assert stranger.get(link, headers=navigation).url.path == "/"
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(link, headers=navigation).status_code == 401


def test_a_forged_or_damaged_cookie_is_nobody(stranger: TestClient):
    for cookie in ("x", "x.y", "YW5hfDk5OTk5OTk5OTl8eA==.00"):
        stranger.cookies.set("filrouge_session", cookie)
        assert stranger.get("/").status_code == 401


def test_a_change_without_the_token_is_refused(browser: TestClient):
    browser.headers.pop("x-csrf-token")
    answer = browser.post("/products", data={"title": "Forged"})
    assert answer.status_code == 403
    assert "Reload the page" in answer.text


def test_every_answer_carries_a_strict_policy(browser: TestClient, departures: str):
    for path in ("/", f"/products/{departures}", "/nowhere"):
        policy = browser.get(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
    page = browser.get("/").text
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)


def test_another_host_name_is_refused(browser: TestClient):
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


def test_static_files_are_kept_for_ever_under_their_own_address(browser: TestClient):
    sheet = re.search(r'href="(/static/\w+/css/tokens.css)"', browser.get("/").text)[1]
    assert "immutable" in browser.get(sheet).headers["cache-control"]


def test_a_product_is_started_from_the_portfolio_and_opened(browser: TestClient):
    answer = browser.post("/products", data={"title": "Prévoir les départs"})
    assert answer.url.path == "/products/prevoir-les-departs"
    assert "Prévoir les départs" in answer.text
    assert browser.post("/products", data={"title": "Prévoir les départs"}).url.path.endswith("-2")
    assert browser.post("/products", data={"title": "  "}).status_code == 422


def test_an_unknown_product_is_a_page_with_the_closest_one(browser: TestClient, departures: str):
    answer = browser.get("/products/departure")
    assert answer.status_code == 404
    assert "departures" in answer.text
    problem = browser.get("/products/departure", headers={"accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["type"] == "urn:filrouge:product.unknown"


def test_a_text_is_edited_and_the_history_names_who(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    body = {"field": "summary", "value": "Warn the desk.", "revision": 1}
    assert browser.post(f"/edit/product/{departures}", data=body).json()["revision"] == 2
    with sqlite_workspace.reading() as session:
        assert product_named(session, departures).summary == "Warn the desk."
        assert changes_of(session, departures)[0].actor == "ana"
    assert "Warn the desk." in browser.get(f"/history/product/{departures}").text


def test_a_form_made_by_hand_cannot_slip_in_what_nobody_edits(browser: TestClient, departures: str):
    for field in ("revision", "id", "product_id", "created_at"):
        answer = browser.post(f"/edit/product/{departures}", data={"field": field, "value": "1"})
        assert answer.status_code == 422
        assert "artefact.unknown-field" in answer.text
    answer = browser.post(f"/products/{departures}/add/hypothesis", data={"statement": "x", "id": "mine"})
    assert answer.status_code == 422


def test_an_edit_of_an_older_revision_shows_both_versions(browser: TestClient, departures: str):
    for value in ("Theirs", "Mine"):
        body = {"field": "summary", "value": value, "revision": 1}
        answer = browser.post(f"/edit/product/{departures}", data=body)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text


def test_the_last_change_is_taken_back(browser: TestClient, departures: str):
    browser.post(f"/edit/product/{departures}", data={"field": "title", "value": "New", "revision": 1})
    assert browser.post(f"/undo/product/{departures}").status_code == 200
    assert "Departures" in browser.get(f"/products/{departures}").text


def test_a_wrong_word_is_a_problem_and_changes_nothing(browser: TestClient, departures: str):
    answer = browser.post(
        f"/edit/product/{departures}",
        data={"field": "phase", "value": "lively", "revision": 1},
        headers={"accept": "*/*"},
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_after_a_form_nobody_is_sent_elsewhere(browser: TestClient, departures: str):
    body = {"back": "//evil.example/"}
    answer = browser.post(f"/archive/product/{departures}", data=body, follow_redirects=False)
    assert answer.headers["location"].partition("?")[0] == "/"


WRONG = {"title": "Late", "kind": "nonsense"}


@pytest.mark.parametrize(
    ("back", "referer", "way"),
    [
        ("/products/departures/indicators#add", "", "/products/departures/indicators#add"),
        ("", "http://127.0.0.1/products/departures/check?by=rule", "/products/departures/check?by=rule"),
        ("", "http://127.0.0.1//evil.example/", ""),
        ("", "http://evil.example/products/departures", ""),
        ("", "https://127.0.0.1/products/departures", "/products/departures"),
        ("//evil.example/", "", ""),
        ("/\\evil.example/", "", ""),
        ("/\t/evil.example/", "", ""),
        ("https://evil.example/", "", ""),
        ("javascript:alert(1)", "", ""),
    ],
)
def test_a_rejected_form_leads_back_to_its_page_and_nowhere_else(
    browser: TestClient, departures: str, back: str, referer: str, way: str
):
    headers = {"referer": referer} if referer else {}
    data = WRONG | {"back": back}
    answer = browser.post(f"/products/{departures}/add/indicator", data=data, headers=headers)
    assert 400 <= answer.status_code < 500
    acts = answer.text.partition('<div class="acts">')[2].partition("</div>")[0]
    assert re.findall(r'href="([^"]*)"', acts) == ([way, "/"] if way else ["/"])


def test_choosing_a_language_leads_back_to_the_page_and_nowhere_else(browser: TestClient, departures: str):
    for before, after in {
        f"http://127.0.0.1/products/{departures}/check?by=rule": f"/products/{departures}/check?by=rule",
        "http://127.0.0.1//evil.example/": "/",
        "http://evil.example/check": "/",
    }.items():
        answer = browser.get("/language/fr", headers={"referer": before}, follow_redirects=False)
        assert answer.headers["location"] == after


def test_the_palette_finds_products_and_pages(browser: TestClient, departures: str):
    found = browser.get("/search?q=depart").text
    assert 'href="/products/departures"' in found
    assert "/products/departures/check" in browser.get("/search?q=chec&product=departures").text
    assert 'role="option"' not in found
    assert 'role="option"' in browser.get("/search?q=depart", headers={"hx-request": "true"}).text


def test_pages_speak_the_language_of_the_browser_or_the_chosen_one(browser: TestClient):
    assert 'lang="fr"' in browser.get("/", headers={"accept-language": "fr-FR,fr;q=0.9"}).text
    browser.get("/language/fr")
    assert "Portefeuille" in browser.get("/").text


def test_a_failure_of_ours_is_a_page_without_traceback(
    browser: TestClient, departures: str, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("filrouge.web.product.thread_line", broken)
    answer = browser.get(f"/products/{departures}")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "nothing of yours was written" in answer.text
    assert "content-security-policy" in answer.headers


def test_every_page_of_the_navigation_opens_empty_and_in_both_languages(browser: TestClient, departures: str):
    for language in ("en", "fr"):
        for chapter in CHAPTERS:
            for link in chapter.pages:
                answer = browser.get(
                    f"/products/{departures}{link.path}", headers={"accept-language": language}
                )
                assert answer.status_code == 200, link.path
                assert f'lang="{language}"' in answer.text


def test_an_artefact_is_added_tied_and_shown(browser: TestClient, departures: str):
    home = f"/products/{departures}"
    browser.post(f"{home}/canvas", data={"title": "Warn the desk"})
    page = browser.get(f"{home}/canvas").text
    canvas = re.search(r'id="canvas-(\w+)"', page)[1]
    body = {"name": "weather", "from": f"canvas:{canvas}", "relation": "needs", "back": f"{home}/canvas"}
    assert "weather" in browser.post(f"{home}/add/data_source", data=body).text


def test_a_rollback_without_a_champion_is_a_coded_problem(browser: TestClient, departures: str):
    answer = browser.post(f"/products/{departures}/deployment/rollback", data={"why": "worse"})
    assert answer.status_code == 409
    assert "model.ledger" in answer.text


def test_two_things_are_tied_by_hand_on_the_thread_page(browser: TestClient, departures: str):
    browser.post(f"/products/{departures}/add/objective", data={"statement": "Fewer missed connections"})
    browser.post(f"/products/{departures}/add/indicator", data={"title": "Warned in time"})
    thread = f"/products/{departures}/thread"
    form = browser.get(thread).text.partition("how one sees that it is reached")[0].rpartition("<form")[2]
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert (hidden["relation"], hidden["source"].partition(":")[0]) == ("measured_by", "objective")
    indicator = re.search(r'value="(indicator:\w+)"', browser.get(thread).text)[1]
    assert 'data-item><span class="label">indicator' not in browser.get(thread).text
    after = browser.post(f"/products/{departures}/tie", data={**hidden, "target": indicator})
    assert after.url.path == thread
    assert 'data-item><span class="label">indicator' in after.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_of_the_example_opens(browser: TestClient, sqlite_workspace: Workspace, language: str):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
    browser.cookies.set("filrouge_language", language)
    pages = [link.path for chapter in CHAPTERS for link in chapter.pages]
    answers = {path: browser.get(f"/products/nyc-departures{path}").status_code for path in pages}
    assert answers == dict.fromkeys(pages, 200)


def test_headings_go_down_one_level_at_a_time(browser: TestClient, sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        import_example(session)
    for path in ["/", *(f"/products/nyc-departures{link.path}" for c in CHAPTERS for link in c.pages)]:
        main = browser.get(path).text.partition("<main")[2].partition("</main>")[0]
        levels = [int(level) for level in re.findall(r"<h([1-6])", main)]
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)


def test_a_new_product_says_how_to_begin(browser: TestClient, departures: str):
    home = f"/products/{departures}"
    assert "No strategic objective is written yet." in browser.get(home).text
    assert f'href="{home}/objectives#add-objective"' in browser.get(home).text
    assert f'href="{home}/objectives">Write the objective</a>' in browser.get(f"{home}/thread").text
    browser.post(f"{home}/add/objective", data={"statement": "Fewer missed connections"})
    assert "No strategic objective is written yet." not in browser.get(home).text


def test_the_history_tells_instants_as_people_write_them(browser: TestClient, departures: str):
    browser.post(f"/products/{departures}/canvas", data={"title": "Warn"})
    canvas = re.search(r'id="canvas-(\w+)"', browser.get(f"/products/{departures}/canvas").text)[1]
    browser.post(f"/products/{departures}/canvas/{canvas}/sign")
    page = browser.get(f"/history/canvas/{canvas}").text
    assert "signed_at" in page
    assert not re.search(r"\d{4}-\d\d-\d\dT", page)
