"""Comments on the pages, over HTTP."""

import re

from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas
from filrouge.storage.comments import unread
from filrouge.storage.editing import listed
from filrouge.storage.workspace import Workspace


def canvas_of(browser: TestClient, workspace: Workspace, product: str) -> str:
    browser.post(f"/products/{product}/canvas", data={"title": "Warn"})
    with workspace.reading() as session:
        return listed(session, Canvas, product)[0].id


def test_a_comment_on_a_box_is_counted_on_the_canvas(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    canvas = canvas_of(browser, sqlite_workspace, departures)
    told = {"text": "Whose **pain**?", "part": "problem"}
    answer = browser.post(f"/comments/canvas/{canvas}", data=told)
    assert "<strong>pain</strong>" in answer.text
    assert "Warn · Problem" in answer.text
    page = browser.get(f"/products/{departures}/canvas").text
    assert re.search(rf'data-talk="canvas-{canvas}-problem"[^>]*>.*?<span class="n">1</span>', page)
    assert re.search(rf'data-talk="canvas-{canvas}-"[^>]*>.*?<span class="n"></span>', page)


def test_a_script_in_a_comment_is_shown_as_text(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    canvas = canvas_of(browser, sqlite_workspace, departures)
    text = "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) ![y](http://z/)"
    page = browser.post(f"/comments/canvas/{canvas}", data={"text": text}).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_an_unknown_part_kind_or_comment_is_a_coded_answer(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    canvas = canvas_of(browser, sqlite_workspace, departures)
    assert browser.post(f"/comments/canvas/{canvas}", data={"text": "x", "part": "no"}).status_code == 422
    assert browser.post(f"/comments/canvas/{canvas}", data={"text": " "}).status_code == 422
    assert browser.get("/comments/nothing/x").status_code == 404
    assert browser.get("/comments/canvas/x").status_code == 404
    assert browser.post("/comment/x/resolve").status_code == 404


def test_mentions_wait_in_one_place_until_they_are_read(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    canvas = canvas_of(browser, sqlite_workspace, departures)
    with sqlite_workspace.transaction("bob") as session:
        from filrouge.storage.comments import write_comment
        from filrouge.storage.editing import find

        write_comment(session, find(session, Canvas, canvas), "@ana: how often?", people=["ana"])
    assert "1 mention" in browser.get("/").text
    waiting = browser.get("/mentions").text
    assert "how often?" in waiting
    told = re.search(r'name="comment" value="(\w+)"', waiting)[1]
    assert "Nobody waits for you" in browser.post("/mentions/read", data={"comment": told}).text
    with sqlite_workspace.reading() as session:
        assert len(unread(session, "ana")) == 0


def test_ones_own_comment_is_changed_resolved_and_taken_back(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    page = browser.post(f"/comments/product/{departures}", data={"text": "First"}).text
    comment = re.search(r'id="comment-(\w+)"', page)[1]
    assert "Second" in browser.post(f"/comment/{comment}/edit", data={"text": "Second"}).text
    assert "resolved by ana" in browser.post(f"/comment/{comment}/resolve").text
    assert "Resolve</button>" in browser.post(f"/comment/{comment}/reopen").text
    assert "Nothing said yet" in browser.post(f"/comment/{comment}/archive").text
    assert f"/comments/product/{departures}" in browser.get(f"/history/product/{departures}").text
