"""Members of a product, and its guests, over HTTP."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.fakes.people import visitor

from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts.audit import audited
from filrouge.storage.accounts.people import account_named, memberships_of
from filrouge.storage.accounts.shares import Share
from filrouge.storage.workspace import Workspace

HOME = "/products/departures"
HTML = {"accept": "text/html"}


def id_of(workspace: Workspace, name: str) -> str:
    with workspace.reading() as session:
        return account_named(session, name).id


def roles(workspace: Workspace, name: str) -> dict[str, str]:
    with workspace.reading() as session:
        return {key: role.value for key, role in memberships_of(session, id_of(workspace, name)).items()}


def link_in(page: str) -> str:
    return re.search(r'value="http://127.0.0.1(/share/[^"]+)"', page)[1]


def test_everybody_in_the_product_sees_who_is_and_only_an_admin_changes_it(people: dict[str, TestClient]):
    seen = people["viewer"].get(f"{HOME}/members", headers=HTML).text
    assert "contributor@example.org" in seen
    assert 'name="role"' not in seen
    assert "Make a link" not in seen
    assert 'name="role"' in people["admin"].get(f"{HOME}/members", headers=HTML).text


def test_an_admin_adds_changes_and_takes_out(people: dict[str, TestClient], sqlite_workspace: Workspace):
    admin = people["admin"]
    body = {"who": "member elsewhere", "role": "contributor"}
    assert admin.post(f"{HOME}/members", data=body).status_code == 200
    assert roles(sqlite_workspace, "member elsewhere")["departures"] == "contributor"
    place = f"{HOME}/members/{id_of(sqlite_workspace, 'member elsewhere')}"
    admin.post(place, data={"role": "maintainer"})
    assert roles(sqlite_workspace, "member elsewhere")["departures"] == "maintainer"
    admin.post(place, data={"role": "none"})
    assert roles(sqlite_workspace, "member elsewhere") == {"arrivals": "admin"}
    with sqlite_workspace.reading() as session:
        told = [(one.event, one.who, one.subject) for one in audited(session, product_id="departures")][:3]
    assert told[0] == ("member.removed", "admin", "member elsewhere")
    assert told[1] == ("member.role", "admin", "member elsewhere")


def test_the_name_of_a_link_is_refused_rather_than_cut(people: dict[str, TestClient]):
    refused = people["admin"].post(f"{HOME}/shares", data={"name": "g" * 61, "days": 7}, headers=HTML)
    assert refused.status_code == 422
    assert "61 characters; 60 are kept" in refused.text


def test_the_last_admin_neither_leaves_nor_becomes_less(
    people: dict[str, TestClient], sqlite_workspace: Workspace
):
    for other in ("token to read", "token to write"):
        people["admin"].post(f"{HOME}/members/{id_of(sqlite_workspace, other)}", data={"role": "none"})
    mine = f"{HOME}/members/{id_of(sqlite_workspace, 'admin')}"
    for role in ("none", "maintainer"):
        assert people["admin"].post(mine, data={"role": role}).status_code == 409
    again = people["admin"].post(f"{HOME}/members", data={"who": "admin", "role": "viewer"})
    assert again.status_code == 409
    assert roles(sqlite_workspace, "admin") == {"departures": "admin"}


def test_an_admin_of_one_product_changes_nobody_in_another(
    people: dict[str, TestClient], sqlite_workspace: Workspace
):
    other = f"/products/arrivals/members/{id_of(sqlite_workspace, 'member elsewhere')}"
    assert people["admin"].post(other, data={"role": "none"}).status_code == 404
    assert roles(sqlite_workspace, "member elsewhere") == {"arrivals": "admin"}


@pytest.mark.parametrize(
    ("data", "status"), [({"who": "nobody", "role": "viewer"}, 404), ({"who": "viewer", "role": "king"}, 422)]
)
def test_what_cannot_be_is_said(people: dict[str, TestClient], data: dict[str, str], status: int):
    assert people["admin"].post(f"{HOME}/members", data=data).status_code == status


def test_who_starts_a_product_is_its_admin(people: dict[str, TestClient], sqlite_workspace: Workspace):
    people["viewer"].post("/products", data={"title": "Gates"})
    assert roles(sqlite_workspace, "viewer")["gates"] == "admin"


def guest(people: dict[str, TestClient], name: str = "Gil") -> tuple[TestClient, str]:
    link = link_in(people["admin"].post(f"{HOME}/shares", data={"name": name, "days": 7}, headers=HTML).text)
    client = visitor(app_of(people), "")
    assert client.post(link, headers=HTML).status_code == 200
    return client, link


def app_of(people: dict[str, TestClient]) -> FastAPI:
    app: FastAPI = people["admin"].app
    return app


def test_a_guest_reads_one_product_and_is_named(people: dict[str, TestClient], sqlite_workspace: Workspace):
    gil, link = guest(people)
    assert "Gil (guest)" in gil.get(HOME, headers=HTML).text
    assert gil.get("/products/arrivals").status_code == 404
    assert "Arrivals" not in gil.get("/", headers=HTML).text
    for path in (f"{HOME}/add/objective", f"{HOME}/shares", "/products", "/account/tokens"):
        assert gil.post(path, data={"title": "x"}).status_code == 403, path
    with sqlite_workspace.reading() as session:
        stored = str([vars(one) for one in session.scalars(select(Share))])
        events = [one.event for one in audited(session)]
    assert link.removeprefix("/share/") not in stored
    assert events[:2] == ["share.used", "share.made"]


def test_a_preview_of_a_link_lets_nobody_in(people: dict[str, TestClient], sqlite_workspace: Workspace):
    link = link_in(people["admin"].post(f"{HOME}/shares", data={"name": "Gil", "days": 7}, headers=HTML).text)
    preview = visitor(app_of(people), "")
    page = preview.get(link, headers={**HTML, "user-agent": "Slackbot-LinkExpanding 1.0"})
    assert "Departures" in page.text
    assert page.cookies.get("filrouge_session") is None
    assert preview.get(HOME).status_code == 401
    with sqlite_workspace.reading() as session:
        assert next(one.event for one in audited(session)) == "share.made"
        assert session.scalar(select(Share.used_at).where(Share.name == "Gil")) is None


def test_a_revoked_link_is_dead_and_so_are_its_guests(people: dict[str, TestClient]):
    gil, link = guest(people)
    hal, _other = guest(people, "Hal")
    page = people["admin"].get(f"{HOME}/members", headers=HTML).text
    revoke = re.search(r'guest Gil</b>.*?action="([^"]+/revoke)"', page, re.S)[1]
    assert people["maintainer"].post(revoke).status_code == 403
    people["admin"].post(revoke)
    assert gil.get(HOME).status_code == 401
    assert visitor(app_of(people), "").get(link).status_code == 410
    assert hal.get(HOME).status_code == 200


def test_a_link_and_its_sessions_end_in_time(people: dict[str, TestClient], sqlite_workspace: Workspace):
    _gil, link = guest(people)
    with sqlite_workspace.transaction() as session:
        for one in session.scalars(select(Share)):
            one.ends_at = SystemClock().now() + timedelta(seconds=0.5)
    late = visitor(app_of(people), "")
    late.get(link)
    with sqlite_workspace.transaction() as session:
        for one in session.scalars(select(Share)):
            one.ends_at = SystemClock().now()
    assert visitor(app_of(people), "").get(link).status_code == 410


def test_who_sees_the_product_already_stays_who_they_are(people: dict[str, TestClient]):
    _gil, link = guest(people)
    before = people["maintainer"].cookies["filrouge_session"]
    people["maintainer"].get(link)
    assert people["maintainer"].cookies["filrouge_session"] == before
