"""Uploading a sheet, looking at it, importing it, taking it back; and exporting a list."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.storage.editing import listed
from filrouge.storage.workspace import Workspace

CSV = "Titre;Votes;Budget\nPrévenir tôt;3;12\nÉcrire;beaucoup;1\nPrévenir tôt;1;\n".encode("cp1252")


def send(browser: TestClient, content: bytes, kind: str = "idea"):
    files = {"file": ("idées.csv", content, "text/csv")}
    return browser.post("/products/departures/import", data={"kind": kind}, files=files)


def ideas(workspace: Workspace) -> list[str]:
    with workspace.reading() as session:
        return [idea.title for idea in listed(session, Idea, "departures")]


def test_a_sheet_is_looked_at_then_imported_then_taken_back(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    page = send(browser, CSV)
    text = html.unescape(page.text)
    assert "Windows-1252" in text
    assert "It is not a number." in text
    assert "as row 2" in text
    assert ideas(sqlite_workspace) == []
    here = str(page.url).partition("?")[0]
    form = {"name": "idées.csv", "kind": "idea", "c0": "title", "c1": "votes", "c2": ""}
    refused = browser.post(here, data=form)
    assert (refused.status_code, ideas(sqlite_workspace)) == (422, [])
    looked = browser.post(f"{here}/look", data={**form, "c1": ""})
    assert "It is not a number." not in looked.text
    done = browser.post(here, data={**form, "leave_out": "1"})
    assert "1 row was imported" in done.text
    assert ideas(sqlite_workspace) == ["Prévenir tôt"]
    assert browser.get(here).status_code == 422  # the upload is gone
    undo = re.search(r'action="([^"]+/undo)"', done.text)[1]
    assert "taken back" in browser.post(undo).text
    assert ideas(sqlite_workspace) == []


def test_another_file_gets_a_clear_answer_and_a_way_on(browser: TestClient, departures: str):
    text = html.unescape(send(browser, b"Pays;Capitale\nFrance;Paris\n").text)
    assert "No column of the file is read as “Idea”" in text
    assert re.search(r'<button class="btn primary" id="import" disabled', text)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b'title\n"open'])
def test_what_is_no_csv_is_refused_and_not_kept(
    browser: TestClient, departures: str, sqlite_workspace: Workspace, content: bytes
):
    assert send(browser, content).status_code == 422
    assert not list((sqlite_workspace.root / ".filrouge").glob("uploads/*"))


def test_a_file_that_is_too_large_is_refused(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    answer = send(browser, b"title\n" + b"x" * 5_000_001)
    assert answer.status_code == 413
    assert not list((sqlite_workspace.root / ".filrouge").glob("uploads/*"))


def test_an_address_of_an_upload_reaches_no_other_file(browser: TestClient, departures: str):
    for name in ("..%2f..%2ffilrouge", "a" * 32, "x"):
        assert browser.get(f"/products/departures/import/{name}").status_code in {404, 422}


def test_a_list_is_exported_in_the_language_of_the_page(browser: TestClient, departures: str):
    browser.post("/products/departures/add/idea", data={"title": "=cmd()", "back": "/"})
    answer = browser.get("/products/departures/export/idea.csv", headers={"accept-language": "fr"})
    assert answer.headers["content-disposition"] == 'attachment; filename="departures-ideas.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[1].startswith("'=cmd();;proposée;")
