"""API tokens over HTTP and on the command line."""

import json
import re
import sys
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.fakes.people import cast, visitor

from filrouge.cli import main
from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts.people import account_named, disable
from filrouge.storage.accounts.tokens import Scope, Token, make_token
from filrouge.storage.history import changes_of
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

HOME = "/products/departures"
HTML = {"accept": "text/html"}


@pytest.fixture
def app(sqlite_workspace: Workspace) -> FastAPI:
    with sqlite_workspace.transaction("ana") as session:
        for title in ("Departures", "Arrivals"):
            create_product(session, title)
    return create_app(sqlite_workspace, user="ana")


@pytest.fixture
def people(app: FastAPI, sqlite_workspace: Workspace) -> dict[str, TestClient]:
    with sqlite_workspace.transaction("ana") as session:
        secrets = cast(session, "departures", "arrivals")
    return {name: visitor(app, secret) for name, secret in secrets.items()}


@pytest.mark.parametrize("door", ["a page", "the API"])
def test_who_starts_a_product_is_its_admin(
    people: dict[str, TestClient], sqlite_workspace: Workspace, door: str
):
    if door == "the API":
        with sqlite_workspace.transaction("ana") as session:
            account = account_named(session, "contributor")
            secret = make_token(session, account.name, account, name="x", scope=Scope.WRITE, days=1)[1]
        maker = visitor(people["contributor"].app, secret)
        made = maker.post("/api/v1/products", json={"title": "Missed connections"})
        assert made.status_code == 201
        assert made.json()["id"] in {one["id"] for one in maker.get("/api/v1/products").json()["items"]}
    else:
        maker = people["contributor"]
        assert maker.post("/products", data={"title": "Missed connections"}).status_code == 200
    home = "/api/v1/products/missed-connections"
    assert maker.get(home).status_code == 200
    assert maker.patch(home, json={"phase": "build"}).status_code == 200
    assert people["maintainer"].get(home).status_code == 404


def test_a_token_is_shown_once_and_only_its_digest_is_kept(
    people: dict[str, TestClient], sqlite_workspace: Workspace
):
    made = people["maintainer"].post(
        "/account/tokens", data={"name": "nightly", "scope": "write"}, headers=HTML
    )
    assert made.status_code == 201
    secret = re.search(r"frg_[\w-]+", made.text)[0]
    assert secret not in people["maintainer"].get("/account/tokens", headers=HTML).text
    with sqlite_workspace.reading() as session:
        assert secret not in str([vars(one) for one in session.scalars(select(Token))])
    program = visitor(people["maintainer"].app, secret)
    edited = program.post("/edit/product/departures", data={"field": "summary", "value": "Warn the desk."})
    assert edited.status_code == 200
    with sqlite_workspace.reading() as session:
        assert changes_of(session, "departures")[0].actor == "maintainer"
    assert "last used" in people["maintainer"].get("/account/tokens", headers=HTML).text


def test_a_token_does_no_more_than_its_scope_nor_than_its_owner(people: dict[str, TestClient]):
    edit = ("/edit/product/departures", {"field": "summary", "value": "x"})
    assert people["token to read"].get(HOME).status_code == 200
    assert people["token to read"].post(edit[0], data=edit[1]).status_code == 403
    assert people["token to write"].post(edit[0], data=edit[1]).status_code == 200
    assert people["token to write"].post(f"{HOME}/shares", data={"name": "x"}).status_code == 403
    assert people["token of a viewer"].post(edit[0], data=edit[1]).status_code == 403
    assert people["token to write"].get("/products/arrivals").status_code == 404


def test_the_cookies_of_a_request_with_a_token_are_ignored(people: dict[str, TestClient]):
    admin = people["admin"]
    asked = {"authorization": people["token to read"].headers["authorization"]}
    assert admin.post(f"{HOME}/shares", data={"name": "x"}, headers=asked).status_code == 403
    wrong = {"authorization": "Bearer frg_wrong"}
    assert admin.get(HOME, headers=wrong).status_code == 401
    assert admin.get(HOME).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer frg_", "Bearer x", "Bearer " + "f" * 5000])
def test_what_is_no_token_is_nobody(app: FastAPI, header: str):
    client = visitor(app, "")
    assert client.get("/", headers={"authorization": header}).status_code == 401


def test_a_token_ends_with_its_time_its_revocation_and_its_account(
    people: dict[str, TestClient], sqlite_workspace: Workspace
):
    program = people["token to read"]
    with sqlite_workspace.transaction("ana") as session:
        for one in session.scalars(select(Token).where(Token.owner == "token to read")):
            one.ends_at = SystemClock().now() - timedelta(seconds=1)
        disable(session, account_named(session, "token of a viewer"))
        write = session.scalars(select(Token).where(Token.owner == "token to write")).one().id
    assert program.get("/").status_code == 401
    assert people["token of a viewer"].get("/").status_code == 401
    assert people["admin"].post(f"/account/tokens/{write}/revoke").status_code == 200  # not theirs: nothing
    assert people["token to write"].get("/").status_code == 200
    with sqlite_workspace.transaction("ana") as session:
        other = make_token(session, "ana", None, name="mine", scope="admin", days=7)[1]
    assert visitor(program.app, other).get("/people").status_code == 200


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x", "scope": "root"}, {"name": "x", "days": "9999"}, {"name": "x" * 81}]
)
def test_a_token_without_what_it_takes_is_refused(people: dict[str, TestClient], data: dict[str, str]):
    assert people["viewer"].post("/account/tokens", data=data).status_code == 422


def test_tokens_on_the_command_line(
    app: FastAPI,
    sqlite_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(sqlite_workspace.root)

    def say(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["filrouge", "tokens", *arguments])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    secret = say("add", "nightly export").strip()
    program = visitor(app, secret)
    assert program.get(HOME).status_code == 200
    (row,) = json.loads(say("list", "--format", "json"))
    assert (row["name"], row["scope"], row["open"]) == ("nightly export", "read", True)
    assert secret not in say("list")
    say("revoke", row["id"])
    assert program.get(HOME).status_code == 401
