from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from tests.unit.web.asgi import asked

from filrouge.explore.ideas import Idea
from filrouge.explore.user_tests import UserTest
from filrouge.storage.editing import create, find
from filrouge.storage.workspace import Workspace

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def tested(departures: str, sqlite_workspace: Workspace) -> str:
    """The id of a user test."""
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn two hours before")
        return create(session, UserTest, departures, idea_id=idea.id, title="At the desk").id


def attachments(workspace: Workspace, identifier: str) -> list[dict[str, str]]:
    with workspace.reading() as session:
        return find(session, UserTest, identifier).attachments


def test_a_picture_is_kept_and_shown_with_headers_that_let_it_do_nothing(
    browser: TestClient, departures: str, tested: str, sqlite_workspace: Workspace
):
    at = f"/products/{departures}/pictures"
    page = browser.post(
        f"{at}/user_test/{tested}",
        data={"title": "The board"},
        files={"picture": ("page.html", PNG, "text/html")},
    )
    assert page.status_code == 200
    (kept,) = attachments(sqlite_workspace, tested)
    assert (kept["title"], kept["type"]) == ("The board", "image/png")
    assert f'src="{at}/{kept["digest"]}"' in page.text
    shown = browser.get(f"{at}/{kept['digest']}")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert shown.headers["x-content-type-options"] == "nosniff"
    browser.post("/products", data={"title": "Other"})
    assert browser.get(f"/products/other/pictures/{kept['digest']}").status_code == 404


def test_an_svg_called_png_is_refused(
    browser: TestClient, departures: str, tested: str, sqlite_workspace: Workspace
):
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    refused = browser.post(
        f"/products/{departures}/pictures/user_test/{tested}",
        files={"picture": ("a.png", drawing, "image/png")},
    )
    assert refused.status_code == 415
    assert "SVG is not" in refused.text
    assert attachments(sqlite_workspace, tested) == []


def test_fifty_megabytes_are_refused_unread(browser: TestClient, departures: str, tested: str):
    path = f"/products/{departures}/pictures/user_test/{tested}"
    sent: list[int] = []

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'
        for number in range(50):
            sent.append(number)
            yield b"\0" * 1_000_000

    headers = {
        "content_type": "multipart/form-data; boundary=x",
        "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "x_csrf_token": browser.headers["x-csrf-token"],
    }
    assert asked(browser.app, path, b"50000000", body(), **headers) == 413
    assert sent == []
    assert asked(browser.app, path, None, body(), **headers) == 413
    assert len(sent) < 10


def test_what_is_too_large_is_said_in_words(browser: TestClient, departures: str, tested: str):
    files = {"picture": ("a.png", PNG + b"\0" * 5_200_000, "image/png")}
    refused = browser.post(f"/products/{departures}/pictures/user_test/{tested}", files=files)
    assert refused.status_code == 413
    assert "larger than 5 MB" in refused.text
