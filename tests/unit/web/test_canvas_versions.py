"""Versions of a canvas on the pages, over HTTP."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas, CanvasNote
from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create, edit, find, listed
from filrouge.storage.workspace import Workspace

HTML = {"accept": "text/html"}


@pytest.fixture
def here(browser: TestClient, departures: str, sqlite_workspace: Workspace) -> str:
    """The address of a canvas with one note."""
    browser.post(f"/products/{departures}/canvas", data={"title": "Warn"})
    with sqlite_workspace.transaction("ana") as session:
        (canvas,) = listed(session, Canvas, departures)
        create(session, CanvasNote, departures, canvas_id=canvas.id, box="users", text="The desk waits")
    return f"/products/{departures}/canvas/{canvas.id}"


def rewrite(workspace: Workspace, text: str) -> None:
    with workspace.transaction("bob") as session:
        edit(session, listed(session, CanvasNote, "departures")[0], text=text)


def test_a_version_is_frozen_looked_at_compared_and_brought_back(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    made = browser.post(f"{here}/versions", data={"name": "For the board", "why": "Monday"}).text
    assert "For the board" in made
    assert "Nothing changed since version 1." in made
    rewrite(sqlite_workspace, "The desk acts")
    assert "The desk waits" in browser.get(f"{here}/versions/1").text
    compared = browser.get(f"{here}/versions/compare?old=1&new=now").text
    assert '<del><span class="unseen">removed: </span>waits</del>' in compared
    assert '<ins><span class="unseen">added: </span>acts</ins>' in compared
    assert "1 box changed" in compared
    assert "Nothing changed" in browser.post(f"{here}/versions/1/restore").text
    with sqlite_workspace.reading() as session:
        assert [one.text for one in listed(session, CanvasNote, "departures")] == ["The desk waits"]


def test_signing_freezes_a_version_and_the_canvas_says_what_changed_since(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    page = browser.post(f"{here}/sign", data={"capacity": "sponsor", "note": "Go"}).text
    assert "signed by ana" in page
    assert "Signed as sponsor" in page
    assert "Sign again" not in page
    rewrite(sqlite_workspace, "The desk acts")
    page = browser.get(page and f"{here.rsplit('/', 1)[0]}?show={here.rsplit('/', 1)[1]}").text
    assert "changed since signed: 1 box" in page
    assert "Sign again" in page


def test_a_script_in_a_note_is_text_in_versions_and_comparisons(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    browser.post(f"{here}/versions")
    rewrite(sqlite_workspace, "<script>alert(1)</script>")
    browser.post(f"{here}/versions")
    for path in ("versions/2", "versions/compare?old=1"):
        page = browser.get(f"{here}/{path}").text
        assert "<script>alert" not in page
        assert "alert" in page


def test_what_is_not_there_is_a_coded_answer(browser: TestClient, here: str):
    assert browser.get(f"{here}/versions/7").status_code == 404
    assert browser.get(f"{here}/versions/compare?old=x").status_code == 422
    assert browser.post(f"{here}/sign", data={"capacity": "king"}).status_code == 422
    browser.post(f"{here}/versions")
    assert browser.post(f"{here}/versions").status_code == 409


def test_a_canvas_of_another_product_is_not_found(browser: TestClient, here: str):
    browser.post("/products", data={"title": "Arrivals"})
    assert browser.get(here.replace("departures", "arrivals") + "/versions").status_code == 404


def test_the_rule_on_signatures_reads_the_same_fields(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    browser.post(f"{here}/sign")
    with sqlite_workspace.reading() as session:
        canvas = find(session, Canvas, here.rsplit("/", 1)[1])
        assert (canvas.signed_by, canvas.signed_at is not None) == ("ana", True)


def test_who_may_not_sign_is_told_who_may_and_asks_them(
    people: dict[str, TestClient], sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, "departures", title="Warn")
        canvas = create(session, Canvas, "departures", idea_id=idea.id, title="Warn")
    at = f"/products/departures/canvas?show={canvas.id}"
    page = people["contributor"].get(at, headers=HTML).text
    assert "maintainer" in re.search(r"Those are: ([^.]+)\.", page)[1]
    assert "viewer" not in re.search(r"Those are: ([^.]+)\.", page)[1]
    text = html.unescape(re.search(r'<textarea class="field" name="text"[^>]*>([^<]+)<', page)[1])
    people["contributor"].post(f"/comments/canvas/{canvas.id}", data={"text": text})
    assert "please read it and sign" in people["maintainer"].get("/mentions", headers=HTML).text
    assert "Ask for the signature" not in people["maintainer"].get(at, headers=HTML).text
    assert "Ask for the signature" not in people["viewer"].get(at, headers=HTML).text
