"""The canvas page over HTTP."""

import re

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas, CanvasNote, DataSource
from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create, find, listed
from filrouge.storage.workspace import Workspace


@pytest.fixture
def here(browser: TestClient, departures: str, sqlite_workspace: Workspace) -> str:
    """The address of a canvas with two notes in the box Users."""
    browser.post(f"/products/{departures}/canvas", data={"title": "Warn"})
    with sqlite_workspace.transaction("ana") as session:
        (canvas,) = listed(session, Canvas, departures)
        for text in ("Desk", "Gate"):
            create(session, CanvasNote, departures, canvas_id=canvas.id, box="users", text=text)
    return f"/products/{departures}/canvas/{canvas.id}"


def notes(workspace: Workspace, box: str = "users") -> list[CanvasNote]:
    with workspace.reading() as session:
        return listed(session, CanvasNote, "departures", box=box)


def test_a_box_is_written_as_one_text_and_a_conflict_shows_both(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    body = {"value": "Desk\n\nGate\n\nCrew"}
    saved = browser.post(f"{here}/boxes/users", data=body).json()
    assert [one.text for one in notes(sqlite_workspace)] == ["Desk", "Gate", "Crew"]
    late = browser.post(f"{here}/boxes/users", data={"value": "Mine", "revision": "old"})
    assert late.status_code == 409
    assert "Mine" in late.text
    assert "Crew" in late.text
    again = {"value": "Mine", "revision": saved["revision"]}
    assert browser.post(f"{here}/boxes/users", data=again).status_code == 200
    assert browser.post(f"{here}/boxes/nothing", data=body).status_code == 422


def test_a_note_is_put_elsewhere(browser: TestClient, here: str, sqlite_workspace: Workspace):
    first = notes(sqlite_workspace)[0]
    browser.post(f"{here}/place", data={"note": first.id, "box": "users", "to": 1})
    assert [one.text for one in notes(sqlite_workspace)] == ["Gate", "Desk"]
    browser.post(f"{here}/place", data={"note": first.id, "box": "problem"})
    assert [one.text for one in notes(sqlite_workspace, "problem")] == ["Desk"]
    assert browser.post(f"{here}/place", data={"note": "x", "box": "problem"}).status_code == 404


def test_a_kept_idea_is_offered_and_gets_its_canvas(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, "departures", title="Gates anew", state="kept")
    page = browser.get("/products/departures/canvas").text
    assert "Start a canvas: Gates anew" in page
    made = browser.post("/products/departures/canvas", data={"idea": idea.id}).text
    assert "Start a canvas" not in made
    with sqlite_workspace.reading() as session:
        assert idea.id in [one.idea_id for one in listed(session, Canvas, "departures")]


def test_what_is_missing_is_said_in_words(browser: TestClient, here: str):
    page = browser.get("/products/departures/canvas").text
    assert "1 of 8 boxes" in page
    state = re.search(r'id="state".*?</div>', page, re.S)[0]
    assert "Still empty:" in state
    assert 'href="#add-kpi">KPI</a>' in state
    assert "The activation does not say:" in state


def test_sources_are_edited_as_typed_rows(browser: TestClient, here: str, sqlite_workspace: Workspace):
    body = {"name": "weather", "from": f"canvas:{here.rsplit('/', 1)[1]}", "relation": "needs"}
    browser.post("/products/departures/add/data_source", data=body | {"back": f"{here}/details"})
    page = browser.get(f"{here}/details").text
    source = re.search(r'id="source-(\w+)"', page)[1]
    for field, value in (("necessity", "important"), ("personal_data", "True"), ("refresh", "1 day")):
        body = {"field": field, "value": value}
        assert browser.post(f"/edit/data_source/{source}", data=body).status_code == 200
    page = browser.get(f"{here}/details").text
    assert page.count("not said yet") == 7
    assert re.search(r'<option value="True" selected[^>]*>yes</option>', page)
    assert "important" in browser.get(f"{here}/table").text


def test_how_often_and_what_without_are_read_in_french_and_chosen(
    browser: TestClient, here: str, sqlite_workspace: Workspace
):
    body = {"name": "weather", "from": f"canvas:{here.rsplit('/', 1)[1]}", "relation": "needs"}
    browser.post("/products/departures/add/data_source", data=body | {"necessity": "necessary"})
    source = re.search(r'id="source-(\w+)"', browser.get(f"{here}/details").text)[1]

    def write(field: str, value: str) -> str:
        browser.post(f"/edit/data_source/{source}", data={"field": field, "value": value})
        return str(browser.get(f"{here}/details", headers={"accept-language": "fr"}).text)

    assert "pas compris" in write("refresh", "au fil de l’eau")
    page = write("refresh", "quotidien")
    assert "pas compris" not in page
    assert ">1 jour</textarea>" in page
    assert '<option value="1 day" selected>chaque jour</option>' in page
    page = write("fallback", "Il s’arrête")
    assert ">arrêt</textarea>" in page
    assert '<option value="stop" selected>il s’arrête plutôt</option>' in page
    with sqlite_workspace.reading() as session:
        found = find(session, DataSource, source)
        assert (found.refresh, found.fallback) == ("1 day", "stop")


def test_the_canvas_is_downloaded_as_pdf_png_and_markdown(browser: TestClient, here: str):
    for format, start in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("md", b"# Warn")):
        answer = browser.get(f"{here}/download?format={format}")
        assert answer.content.startswith(start)
        assert f'filename="departures-canvas.{format}"' in answer.headers["content-disposition"]
    browser.post(f"{here}/versions")
    assert b"V1" in browser.get(f"{here}/download?format=md&version=1").content
    assert browser.get(f"{here}/download?version=7").status_code == 404
    assert browser.get(f"{here}/download?format=doc").status_code == 422
