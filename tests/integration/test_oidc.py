"""Signing in through a real OpenID Connect provider: npm's oidc-provider, on a loopback port."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from filrouge.integrations.oidc.provider import Claimed, OidcRefused, OidcUnavailable, Provider
from filrouge.kernel.clock import SystemClock
from filrouge.kernel.settings import Oidc, Settings, Web
from filrouge.storage.accounts.audit import audited
from filrouge.storage.accounts.identities import Asked, Identity
from filrouge.storage.accounts.people import Account, account_named, add_account, disable
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("oidc")]

BASE = "http://127.0.0.1:8770"
REDIRECT = f"{BASE}/oidc/callback"
SECRET = "a secret of the tests"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address; it is installed once, and stopped by its own id."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is not installed (Debian: apt-get install npm)")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "filrouge-tests" / "oidc"
    cache.mkdir(parents=True, exist_ok=True)
    if not (cache / "node_modules" / "oidc-provider").exists():
        command = [npm, "install", "--prefix", str(cache), "--no-audit", "--no-fund", "oidc-provider@9"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode:
            pytest.skip(f"npm cannot install oidc-provider: {done.stderr[-200:]}")
    shutil.copy(SCRIPT, cache / SCRIPT.name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        [node, str(cache / SCRIPT.name), str(port), REDIRECT], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


class Pages(NamedTuple):
    workspace: Workspace
    app: object

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=BASE, headers={"accept": "text/html"})


Opened = Callable[..., Pages]


@pytest.fixture
def opened(sqlite_workspace: Workspace, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The pages, with the provider in their settings."""
    monkeypatch.setenv("FILROUGE_OIDC_SECRET", SECRET)

    def open_(**oidc: object) -> Pages:
        settings = Settings(web=Web(oidc=Oidc(**{"issuer": issuer, "client_id": "filrouge", **oidc})))
        workspace = Workspace(sqlite_workspace.root, settings, sqlite_workspace.clock)
        return Pages(workspace, create_app(workspace, user="ana"))

    return open_


def follow_provider(url: str, login: str) -> str:
    """Through the provider's own pages: sign in, agree; gives where it sends the browser back."""
    with httpx.Client() as there:
        answer = there.get(url)
        for _step in range(12):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if target.startswith(REDIRECT):
                    return target
                answer = there.get(target)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form, answer.text[:500]
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)[1]
            fields = {"prompt": prompt, "login": login, "password": "any"}
            answer = there.post(urljoin(str(answer.url), form[1]), data=fields)
    raise AssertionError("the provider never sent the browser back")


def begin(browser: TestClient, following: str = "/") -> str:
    asked = browser.get(f"/oidc/start?{urlencode({'following': following})}", follow_redirects=False)
    assert asked.status_code == 303
    return asked.headers["location"]


def signed_in(pages: Pages, login: str) -> tuple[TestClient, httpx.Response]:
    browser = pages.browser()
    return browser, browser.get(follow_provider(begin(browser), login))


def test_somebody_new_comes_in_with_a_verified_address_and_is_known_again(opened: Opened):
    pages = opened(label="the company")
    browser = pages.browser()
    assert "Sign in with the company" in browser.get("/sign-in").text
    question = parse_qs(urlsplit(begin(browser)).query)
    assert question["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} < set(question)
    for _time in range(2):
        browser = pages.browser()
        back = follow_provider(begin(browser, "/account"), "bea@example.org")
        page = browser.get(back)
        assert page.url.path == "/account"
        assert "bea@example.org" in page.text
    with pages.workspace.reading() as session:
        assert [one.email for one in session.scalars(select(Account))] == ["bea@example.org"]
        assert [one.subject for one in session.scalars(select(Identity))] == ["bea@example.org"]
        assert [one.event for one in audited(session)] == ["sign-in.ok", "sign-in.ok", "account.made"]


def test_a_verified_address_finds_the_account_that_has_it(opened: Opened):
    pages = opened()
    with pages.workspace.transaction("ana") as session:
        add_account(session, "Béatrice", "bea@example.org")
    _browser, page = signed_in(pages, "bea@example.org")
    assert "Béatrice" in page.text


def test_an_unverified_address_opens_nothing(opened: Opened):
    pages = opened()
    with pages.workspace.transaction("ana") as session:
        add_account(session, "Bea", "bea@example.org")
    browser, page = signed_in(pages, "unverified.bea@example.org")
    assert page.status_code == 403
    assert "account.not-admitted" in page.text
    assert browser.get("/account", headers={"accept": "*/*"}).status_code == 401


def test_only_the_domains_of_the_settings_are_admitted(opened: Opened):
    pages = opened(domains=["Example.org"])
    assert signed_in(pages, "eve@evil-example.org")[1].status_code == 403
    assert signed_in(pages, "eve@example.org.evil.example")[1].status_code == 403
    assert signed_in(pages, "bea@example.org")[1].status_code == 200


def test_a_disabled_account_stays_out(opened: Opened):
    pages = opened()
    signed_in(pages, "bea@example.org")
    with pages.workspace.transaction("ana") as session:
        disable(session, account_named(session, "bea@example.org"))
    assert signed_in(pages, "bea@example.org")[1].status_code == 403


def refused(page: httpx.Response) -> None:
    assert page.status_code == 403, page.text
    assert "oidc.refused" in page.text
    assert "filrouge_session" not in page.headers.get("set-cookie", "")


def test_a_wrong_state_is_refused(opened: Opened):
    pages = opened()
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    refused(browser.get(re.sub(r"state=[^&]*", "state=another", back)))
    refused(browser.get(re.sub(r"state=[^&]*", "", back)))
    with pages.workspace.reading() as session:
        assert [(one.event, one.detail) for one in audited(session)] == [
            ("sign-in.failed", {"how": "oidc"})
        ] * 2


def test_an_answer_counts_in_the_browser_that_asked_and_once(opened: Opened):
    pages = opened()
    mine, other = pages.browser(), pages.browser()
    begin(other)
    back = follow_provider(begin(mine), "eve@example.org")
    refused(other.get(back))
    assert mine.get(back).status_code == 200
    mine.cookies.delete("filrouge_session")
    refused(mine.get(back))


def test_a_question_is_answered_within_minutes(opened: Opened):
    pages = opened()
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    with pages.workspace.transaction() as session:
        session.scalars(select(Asked)).one().ends_at = SystemClock().now()
    refused(browser.get(back))


def test_a_wrong_nonce_is_refused(opened: Opened):
    pages = opened()
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    with pages.workspace.transaction() as session:
        session.scalars(select(Asked)).one().nonce = "another"
    refused(browser.get(back))


def test_a_wrong_verifier_is_refused_by_the_provider(opened: Opened):
    pages = opened()
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    with pages.workspace.transaction() as session:
        session.scalars(select(Asked)).one().verifier = "x" * 60
    refused(browser.get(back))


def test_a_wrong_issuer_of_the_answer_is_refused(opened: Opened):
    pages = opened()
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    refused(browser.get(re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", back)))
    browser = pages.browser()
    back = follow_provider(begin(browser), "bea@example.org")
    refused(browser.get(re.sub(r"&?iss=[^&]*", "", back)))


@pytest.fixture(scope="module")
def token(issuer: str) -> tuple[str, str]:
    """A token that the provider really signed, and its nonce."""
    provider = Provider(Oidc(issuer=issuer, client_id="filrouge"), SECRET)
    question = provider.question(REDIRECT)
    back = parse_qs(urlsplit(follow_provider(question.url, "bea@example.org")).query)
    redeemed = provider._redeemed(REDIRECT, back["code"][0], question.verifier)
    return redeemed["id_token"], question.nonce


def test_a_token_is_believed_for_whom_when_and_what_it_was_made(issuer: str, token: tuple[str, str]):
    text, nonce = token
    provider = Provider(Oidc(issuer=issuer, client_id="filrouge"), SECRET)
    assert provider.verified(text, nonce)["sub"] == "bea@example.org"
    with pytest.raises(OidcRefused, match="nonce"):
        provider.verified(text, "another")
    with pytest.raises(OidcRefused, match="aud"):
        Provider(Oidc(issuer=issuer, client_id="another"), SECRET).verified(text, nonce)
    with pytest.raises(OidcRefused, match="expired"):
        provider.verified(text, nonce, now=time.time() + 2 * 86_400)
    head, body, seal = text.split(".")
    for damaged in (
        f"{head}.{body}.{seal[::-1]}",
        f"{head}.{body[:-2]}xx.{seal}",
        f"{head}.{body}.",
        "",
        "x.y.z",
    ):
        with pytest.raises(OidcRefused):
            provider.verified(damaged, nonce)


def test_a_token_of_another_issuer_is_refused(issuer: str, token: tuple[str, str]):
    provider = Provider(Oidc(issuer=issuer, client_id="filrouge"), SECRET)
    provider.verified(*token)
    provider._settings = Oidc(issuer="https://other.example", client_id="filrouge")
    with pytest.raises(OidcRefused, match="iss"):
        provider.verified(*token)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_could_have_made_is_refused(issuer: str, token: tuple[str, str], algorithm: str):
    import base64
    import json

    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    text, nonce = token
    body = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    forged = f"{part({'alg': algorithm})}.{part({**body, 'sub': 'admin'})}.AAAA"
    with pytest.raises(OidcRefused):
        Provider(Oidc(issuer=issuer, client_id="filrouge"), SECRET).verified(forged, nonce)


def test_a_provider_that_calls_itself_otherwise_or_is_away_is_said(issuer: str, opened: Opened):
    with pytest.raises(OidcUnavailable):
        Provider(Oidc(issuer=f"{issuer}/"), SECRET).question(REDIRECT)
    with pytest.raises(OidcUnavailable):
        Provider(Oidc(issuer="http://127.0.0.1:9"), SECRET).question(REDIRECT)
    with pytest.raises(OidcUnavailable, match="https"):
        Provider(Oidc(issuer="http://accounts.example.org"), SECRET).question(REDIRECT)
    page = opened(issuer="http://127.0.0.1:9").browser().get("/oidc/start")
    assert page.status_code == 502


def test_a_wrong_secret_of_the_client_is_refused(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FILROUGE_OIDC_SECRET", "wrong")
    pages = opened()
    browser = pages.browser()
    monkeypatch.setenv("FILROUGE_OIDC_SECRET", "wrong")
    refused(browser.get(follow_provider(begin(browser), "bea@example.org")))


def test_the_secret_is_in_no_answer_and_no_setting(opened: Opened, capsys: pytest.CaptureFixture[str]):
    from filrouge.kernel.settings import setting_rows

    pages = opened()
    browser, _page = signed_in(pages, "bea@example.org")
    assert SECRET not in browser.get("/account").text + str(pages.workspace.settings) + str(setting_rows())
    assert Claimed("i", "s", "n", "").email == ""
