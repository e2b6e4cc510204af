"""Browsers without a browser: the application over HTTP."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from tests.fakes.people import cast, visitor

from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

HTML = {"accept": "text/html"}


@pytest.fixture
def stranger(sqlite_workspace: Workspace) -> Iterator[TestClient]:
    """A browser without a session."""
    with TestClient(create_app(sqlite_workspace, user="ana"), base_url="http://127.0.0.1") as client:
        client.headers.update(HTML)
        yield client


@pytest.fixture
def browser(stranger: TestClient) -> TestClient:
    """A signed-in browser, whose changes carry the token of its pages."""
    token = stranger.app.state.sessions.offer()
    page = stranger.post("/login", data={"token": token}).text
    stranger.headers["x-csrf-token"] = re.search(r'name="csrf" content="(\w+)"', page)[1]
    return stranger


@pytest.fixture
def departures(browser: TestClient) -> str:
    """A product that was started on the pages."""
    assert browser.post("/products", data={"title": "Departures"}).status_code == 200
    return "departures"


@pytest.fixture
def people(sqlite_workspace: Workspace) -> dict[str, TestClient]:
    """A browser or a program for each kind of visitor, on two products."""
    with sqlite_workspace.transaction("ana") as session:
        for title in ("Departures", "Arrivals"):
            create_product(session, title)
        secrets = cast(session, "departures", "arrivals")
    app = create_app(sqlite_workspace, user="ana")
    return {name: visitor(app, secret) for name, secret in secrets.items()}
