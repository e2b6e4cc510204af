"""``filrouge accounts``: made, listed, shut and reset on the command line."""

import io
import json
import sys
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from filrouge.cli import main
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

Say = Callable[..., tuple[int, str, str]]
PASSWORD = "four odd words together"


@pytest.fixture
def say(
    sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """Run a command in the workspace's folder, with what is piped in."""
    monkeypatch.chdir(sqlite_workspace.root)

    def run(*arguments: str, piped: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["filrouge", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_an_account_is_made_with_a_link_that_opens_the_pages(say: Say, sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        create_product(session, "Departures")
    code, out, err = say("accounts", "add", "bea@example.org", "--product", "departures", "--role", "admin")
    assert code == 0
    assert "chooses a password" in err
    pages = TestClient(create_app(sqlite_workspace), base_url="http://127.0.0.1")
    body = {"token": out.strip().partition("token=")[2], "password": PASSWORD, "again": PASSWORD}
    assert pages.post("/welcome", data=body).status_code == 200
    listed = json.loads(say("accounts", "list", "--format", "json")[1])
    assert [(one["name"], one["state"], one["products"]) for one in listed] == [
        ("bea", "active", {"departures": "admin"})
    ]


def test_a_password_is_piped_in_and_never_printed(say: Say, sqlite_workspace: Workspace):
    code, out, err = say(
        "accounts", "add", "bea@example.org", "--name", "Bea", "--admin", "--password", piped=f"{PASSWORD}\n"
    )
    assert code == 0
    assert PASSWORD not in out + err
    pages = TestClient(create_app(sqlite_workspace), base_url="http://127.0.0.1")
    assert pages.post("/sign-in", data={"email": "bea@example.org", "password": PASSWORD}).status_code == 200
    assert "admin of the workspace" in say("accounts", "list")[1]


def test_a_reset_and_a_shut_account_end_what_was_open(say: Say, sqlite_workspace: Workspace):
    say("accounts", "add", "bea@example.org", "--password", piped=PASSWORD)
    pages = TestClient(create_app(sqlite_workspace), base_url="http://127.0.0.1")
    pages.post("/sign-in", data={"email": "bea@example.org", "password": PASSWORD})
    assert pages.get("/account").status_code == 200
    assert say("accounts", "reset", "bea", "--password", piped="another set of odd words")[0] == 0
    assert pages.get("/account").status_code == 401
    assert say("accounts", "disable", "bea@example.org")[0] == 0
    assert "disabled" in say("accounts", "list")[1]
    assert say("accounts", "enable", "bea@example.org")[0] == 0
    assert "active" in say("accounts", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "piped", "told"),
    [
        (("add", "nonsense"), "", "account.bad"),
        (("add", "bea@example.org", "--role", "king"), "", "account.unknown-role"),
        (("add", "bea@example.org", "--product", "nothing"), "", "product.unknown"),
        (("add", "bea@example.org", "--password"), "short", "account.bad-password"),
        (("disable", "nobody"), "", "account.unknown"),
        (("reset", "nobody"), "", "account.unknown"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    say: Say, arguments: tuple[str, ...], piped: str, told: str
):
    code, _out, err = say("accounts", *arguments, piped=piped)
    assert code == 2
    assert told in err
    assert json.loads(say("accounts", "list", "--format", "json")[1]) == []
