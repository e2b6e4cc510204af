"""Who may read, write and be told of comments."""

import pytest
from fastapi.testclient import TestClient
from tests.fakes.people import MEMBER_ELSEWHERE, cast, visitor

from filrouge.bootstrap import people
from filrouge.explore.canvas import Canvas, CanvasNote
from filrouge.explore.ideas import Idea
from filrouge.storage.comments import talks, write_comment
from filrouge.storage.editing import create
from filrouge.storage.product import create_product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

HTML = {"accept": "text/html"}


@pytest.fixture
def browsers(sqlite_workspace: Workspace) -> dict[str, TestClient]:
    """A browser for each kind of visitor; a comment that names one who may not see it."""
    with sqlite_workspace.transaction("ana") as session:
        for title in ("Departures", "Arrivals"):
            create_product(session, title)
        secrets = cast(session, "departures", "arrivals")
        idea = create(session, Idea, "departures", title="Warn")
        canvas = create(session, Canvas, "departures", id="c1", idea_id=idea.id, title="Warn")
        create(session, CanvasNote, "departures", canvas_id=canvas.id, box="users", text="The desk")
        text = f"@{MEMBER_ELSEWHERE} and @viewer: secret plan"
        named = (MEMBER_ELSEWHERE, "viewer")
        write_comment(session, product_named(session, "departures"), text, people=named)
    app = create_app(sqlite_workspace, user="ana")
    return {name: visitor(app, secret) for name, secret in secrets.items()}


def first(workspace: Workspace) -> str:
    with workspace.reading() as session:
        return talks(session, product_named(session, "departures"))[0].first.id


def test_a_viewer_reads_comments_and_the_canvas_and_is_shown_no_form(
    browsers: dict[str, TestClient], sqlite_workspace: Workspace
):
    viewer = browsers["viewer"]
    page = viewer.get("/comments/product/departures", headers=HTML).text
    assert "secret plan" in page
    assert 'id="say"' not in page
    canvas = viewer.get("/products/departures/canvas", headers=HTML).text
    assert "The desk" in canvas
    for control in ("data-grip", 'class="mover"', 'class="add"', "<textarea", "Sign the interest off"):
        assert control not in canvas, control
    assert viewer.post("/comments/product/departures", data={"text": "Hello"}).status_code == 403
    assert viewer.post(f"/comment/{first(sqlite_workspace)}/resolve").status_code == 403
    assert "1 mention" in viewer.get("/", headers=HTML).text


def test_who_may_not_see_a_product_is_not_told_of_its_comments(
    browsers: dict[str, TestClient], sqlite_workspace: Workspace
):
    elsewhere = browsers[MEMBER_ELSEWHERE]
    assert "mention" not in elsewhere.get("/", headers=HTML).text
    assert "secret plan" not in elsewhere.get("/mentions", headers=HTML).text
    hidden, absent = (
        elsewhere.post(f"/comment/{first(sqlite_workspace)}/resolve"),
        elsewhere.post("/comment/none/resolve"),
    )
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["title"] == absent.json()["title"]


def test_only_people_of_the_product_can_be_mentioned(
    browsers: dict[str, TestClient], sqlite_workspace: Workspace
):
    with sqlite_workspace.reading() as session:
        assert "viewer" in people(session, "departures")
        assert MEMBER_ELSEWHERE not in people(session, "departures")
        assert MEMBER_ELSEWHERE in people(session, "arrivals")
