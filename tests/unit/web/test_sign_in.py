"""Signing in and out, passwords, sessions, invitations: over HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.fakes.people import visitor

from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts import attempts, passwords
from filrouge.storage.accounts.audit import AuditEvent, audited
from filrouge.storage.accounts.password_links import PasswordLink
from filrouge.storage.accounts.people import Account, account_named, add_account, disable, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.sessions import SignedIn
from filrouge.storage.accounts.signing_in import choose_password
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

BEA, PASSWORD = "bea@example.org", "four odd words together"
HTML = {"accept": "text/html"}


@pytest.fixture
def app(sqlite_workspace: Workspace) -> FastAPI:
    """The pages of a workspace where Bea, who maintains a product, has a password."""
    with sqlite_workspace.transaction("ana") as session:
        create_product(session, "Departures")
        bea = add_account(session, "Bea", BEA)
        join(session, "departures", bea, Role.MAINTAINER)
        choose_password(session, bea, PASSWORD)
    return create_app(sqlite_workspace, user="ana")


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    return page_reader(app)


def page_reader(app: FastAPI) -> TestClient:
    client = visitor(app, "")
    client.headers.update(HTML)
    return client


def signed_in(app: FastAPI, password: str = PASSWORD, email: str = BEA) -> TestClient:
    client = page_reader(app)
    page = client.post("/sign-in", data={"email": email, "password": password})
    assert page.status_code == 200, page.text
    client.headers["x-csrf-token"] = re.search(r'name="csrf" content="(\w+)"', page.text)[1]
    return client


def events(workspace: Workspace) -> list[tuple[str, str]]:
    with workspace.reading() as session:
        return [(one.event, one.who) for one in audited(session)]


def test_a_stranger_is_led_to_the_door_and_back_to_where_they_wanted(stranger: TestClient):
    asked = stranger.get("/products/departures?x=1", follow_redirects=False)
    assert asked.headers["location"] == "/sign-in?following=/products/departures%3Fx%3D1"
    door = stranger.get(asked.headers["location"]).text
    following = re.search(r'name="following" value="([^"]*)"', door)[1]
    body = {"email": BEA.upper(), "password": PASSWORD, "following": following}
    assert stranger.post("/sign-in", data=body).url.path == "/products/departures"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil"]
)
def test_nobody_is_led_elsewhere_after_signing_in(stranger: TestClient, elsewhere: str):
    body = {"email": BEA, "password": PASSWORD, "following": elsewhere}
    assert stranger.post("/sign-in", data=body, follow_redirects=False).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(stranger: TestClient):
    told = []
    for email in (BEA, "nobody@example.org"):
        answer = stranger.post("/sign-in", data={"email": email, "password": "not this one at all"})
        assert answer.status_code == 401
        told.append(answer.text.replace(email, "…"))
    assert told[0] == told[1]


def test_an_unknown_address_costs_a_hash_too(
    sqlite_workspace: Workspace, app: FastAPI, stranger: TestClient, monkeypatch
):
    compared = []
    real = passwords.matches

    def watched(stored: str, password: str) -> bool:
        compared.append(bool(stored))
        return real(stored, password)

    monkeypatch.setattr(passwords, "matches", watched)
    with sqlite_workspace.transaction("ana") as session:
        shut = add_account(session, "Shut", "shut@example.org")
        choose_password(session, shut, PASSWORD)
        add_account(session, "New", "new@example.org")
        disable(session, shut)
    for email in (BEA, "nobody@example.org", "shut@example.org", "new@example.org"):
        assert stranger.post("/sign-in", data={"email": email, "password": "x" * 20}).status_code == 401
    assert compared == [True, False, False, False]


def test_the_session_id_is_new_after_signing_in(app: FastAPI, stranger: TestClient):
    stranger.cookies.set("filrouge_session", "chosen-by-somebody-else")
    stranger.post("/sign-in", data={"email": BEA, "password": PASSWORD})
    kept = {cookie.value for cookie in stranger.cookies.jar}
    assert len(kept - {"chosen-by-somebody-else"}) == 1
    first = signed_in(app)
    old = first.cookies["filrouge_session"]
    first.post("/sign-in", data={"email": BEA, "password": PASSWORD})
    assert first.cookies["filrouge_session"] != old
    assert visitor(app, old).get("/").status_code == 401


def test_only_a_digest_of_the_session_is_stored(app: FastAPI, sqlite_workspace: Workspace):
    secret = signed_in(app).cookies["filrouge_session"]
    with sqlite_workspace.reading() as session:
        stored = [str(value) for row in session.scalars(select(SignedIn)) for value in vars(row).values()]
    assert secret not in " ".join(stored)


def test_signing_out_ends_the_session_at_the_server(app: FastAPI):
    client = signed_in(app)
    secret = client.cookies["filrouge_session"]
    assert client.post("/sign-out").url.path == "/sign-in"
    assert visitor(app, secret).get("/").status_code == 401


def test_a_cookie_over_https_is_for_https_only(app: FastAPI):
    for scheme, secure in (("http", False), ("https", True)):
        client = TestClient(app, base_url=f"{scheme}://127.0.0.1")
        answer = client.post("/sign-in", data={"email": BEA, "password": PASSWORD}, follow_redirects=False)
        cookie = answer.headers["set-cookie"].lower()
        assert ("secure" in cookie) == secure
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("strict-transport-security" in answer.headers) == secure


def test_a_form_of_another_site_cannot_sign_a_browser_in(stranger: TestClient):
    body = {"email": BEA, "password": PASSWORD}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert stranger.post("/sign-in", data=body, headers=headers).status_code == 403
    assert stranger.post("/sign-in", data=body, headers={"origin": "http://127.0.0.1"}).status_code == 200


def test_an_account_that_is_tried_too_often_rests_even_for_the_right_password(
    app: FastAPI, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passwords, "matches", lambda stored, password: password == PASSWORD)
    for email in (BEA, "nobody@example.org"):
        for _try in range(attempts.BY_ACCOUNT):
            assert (
                page_reader(app).post("/sign-in", data={"email": email, "password": "x"}).status_code == 401
            )
        # A server that starts again knows it still.
        again = page_reader(create_app(sqlite_workspace, user="ana"))
        refused = again.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert refused.status_code == 429
        assert "15 minutes" in refused.text
    assert ("sign-in.limited", "?") in events(sqlite_workspace)
    _let_time_pass(sqlite_workspace)
    assert signed_in(app).get("/").status_code == 200


def test_an_address_that_tries_many_accounts_rests(app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "matches", lambda stored, password: False)
    answers = [
        page_reader(app).post("/sign-in", data={"email": f"{n}@example.org", "password": "x"}).status_code
        for n in range(attempts.BY_ADDRESS + 1)
    ]
    assert answers == [401] * attempts.BY_ADDRESS + [429]


def _let_time_pass(workspace: Workspace) -> None:
    with workspace.transaction() as session:
        for one in session.scalars(select(attempts.SignInAttempt)):
            one.recorded_at -= attempts.WINDOW + timedelta(seconds=1)


def test_a_session_ends_with_its_time_and_with_its_account(app: FastAPI, sqlite_workspace: Workspace):
    late, shut = signed_in(app), signed_in(app)
    with sqlite_workspace.transaction("ana") as session:
        row = session.scalars(select(SignedIn).order_by(SignedIn.recorded_at)).first()
        row.ends_at = SystemClock().now()
    assert {client.get("/account", headers={"accept": "*/*"}).status_code for client in (late, shut)} == {
        200,
        401,
    }
    with sqlite_workspace.transaction("ana") as session:
        disable(session, account_named(session, BEA))
    for client in (late, shut):
        assert client.get("/account", headers={"accept": "*/*"}).status_code == 401


def test_a_changed_password_ends_every_other_session(app: FastAPI):
    here, there = signed_in(app), signed_in(app)
    old = here.cookies["filrouge_session"]
    new = "another set of odd words"
    refused = here.post("/account/password", data={"current": "wrong", "password": new, "again": new})
    assert refused.status_code == 422
    assert "another one" in refused.text
    easy = here.post("/account/password", data={"current": PASSWORD, "password": "short", "again": "short"})
    assert "at least 12" in easy.text
    page = here.post("/account/password", data={"current": PASSWORD, "password": new, "again": new})
    assert "The password is changed" in page.text
    assert here.cookies["filrouge_session"] != old
    assert there.get("/account", headers={"accept": "*/*"}).status_code == 401
    assert signed_in(app, new).get("/").status_code == 200
    assert page_reader(app).post("/sign-in", data={"email": BEA, "password": PASSWORD}).status_code == 401


def test_sessions_are_listed_and_ended_one_by_one_and_only_ones_own(app: FastAPI):
    here, there = signed_in(app), signed_in(app)
    page = here.get("/account").text
    assert page.count("Sign out there</button>") == 1
    path = re.search(r'action="(/account/sessions/\w{64}/end)"', page)[1]
    owner = page_reader(app)
    owner.post("/login", data={"token": app.state.sessions.offer()})
    owner.headers["x-csrf-token"] = re.search(r'content="(\w{64})"', owner.get("/").text)[1]
    owner.post(path)
    assert there.get("/account", headers={"accept": "*/*"}).status_code == 200
    here.post(path)
    assert there.get("/account", headers={"accept": "*/*"}).status_code == 401
    assert here.get("/account").status_code == 200


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    """The browser of the owner of the machine."""
    client = page_reader(app)
    client.post("/login", data={"token": app.state.sessions.offer()})
    client.headers["x-csrf-token"] = re.search(r'content="(\w{64})"', client.get("/").text)[1]
    return client


def test_somebody_is_invited_chooses_a_password_once_and_is_in(app: FastAPI, admin: TestClient):
    page = admin.post("/people", data={"name": "Carl", "email": "carl@example.org"})
    assert page.status_code == 201
    link = re.search(r'value="http://127.0.0.1(/welcome\?token=[^"]+)"', page.text)[1]
    assert link not in admin.get("/people").text
    carl = page_reader(app)
    assert "Welcome, Carl" in carl.get(link).text
    token = link.partition("token=")[2]
    body = {"token": token, "password": PASSWORD, "again": PASSWORD}
    assert carl.post("/welcome", data={**body, "again": "different words here"}).status_code == 422
    assert carl.post("/welcome", data=body).url.path == "/"
    assert page_reader(app).post("/welcome", data=body).status_code == 410
    assert page_reader(app).get(link).status_code == 410


def test_a_link_ends_with_its_week_and_with_the_next_one(
    app: FastAPI, admin: TestClient, sqlite_workspace: Workspace
):
    page = admin.post("/people", data={"name": "Carl", "email": "carl@example.org"}).text
    first = re.search(r"(/welcome\?token=[^\"]+)", page)[1]
    with sqlite_workspace.reading() as session:
        carl = account_named(session, "carl@example.org").id
    second = re.search(r"(/welcome\?token=[^\"]+)", admin.post(f"/people/{carl}/link").text)[1]
    assert page_reader(app).get(first).status_code == 410
    with sqlite_workspace.transaction() as session:
        session.scalars(select(PasswordLink)).one().ends_at = SystemClock().now()
    assert page_reader(app).get(second).status_code == 410


@pytest.mark.parametrize(
    ("name", "email", "told"),
    [
        ("bea", "b@example.org", "called “bea” already"),
        ("B", BEA, "has an account already"),
        ("", "nonsense", "not an e-mail address"),
    ],
)
def test_a_wrong_invitation_says_everything_that_is_wrong(
    admin: TestClient, name: str, email: str, told: str
):
    answer = admin.post("/people", data={"name": name, "email": email})
    assert answer.status_code == 422
    assert told in answer.text


def test_the_last_admin_of_the_workspace_stays(app: FastAPI, admin: TestClient, sqlite_workspace: Workspace):
    with sqlite_workspace.reading() as session:
        bea = account_named(session, BEA).id
    admin.post(f"/people/{bea}/admin", data={"admin": "true"})
    mine = signed_in(app)
    assert mine.get("/people").status_code == 200
    for path, data in ((f"/people/{bea}/admin", {}), (f"/people/{bea}/disable", {})):
        assert "last admin" in mine.post(path, data=data).text


def test_a_disabled_account_is_out_at_once_and_comes_back(
    app: FastAPI, admin: TestClient, sqlite_workspace: Workspace
):
    client = signed_in(app)
    with sqlite_workspace.reading() as session:
        bea = account_named(session, BEA).id
    admin.post(f"/people/{bea}/disable")
    assert client.get("/account", headers={"accept": "*/*"}).status_code == 401
    assert page_reader(app).post("/sign-in", data={"email": BEA, "password": PASSWORD}).status_code == 401
    admin.post(f"/people/{bea}/enable")
    assert signed_in(app).get("/").status_code == 200


def test_what_was_typed_in_the_wrong_field_is_nowhere(app: FastAPI, sqlite_workspace: Workspace):
    page_reader(app).post("/sign-in", data={"email": "my-secret-password", "password": "bea@example.org"})
    with sqlite_workspace.reading() as session:
        rows = [*session.scalars(select(AuditEvent)), *session.scalars(select(attempts.SignInAttempt))]
        kept = " ".join(str(value) for row in rows for value in vars(row).values())
    assert "my-secret-password" not in kept
    assert ("sign-in.failed", "?") in events(sqlite_workspace)


def test_a_password_is_kept_as_argon2id_only(app: FastAPI, sqlite_workspace: Workspace):
    with sqlite_workspace.reading() as session:
        stored = session.scalars(select(Account.password_hash)).one()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


@pytest.mark.parametrize("password", ["short", "bea@example.org", "aaaaaaaaaaaaaaaa", "x" * 1001])
def test_an_easy_password_is_refused(password: str, check: Callable[..., list] = passwords.faults_of):
    assert check(password, "Bea", BEA)
