"""Bodies that are too large, paths that lead out, and what the audit page shows."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from tests.unit.web.asgi import asked, got

from filrouge.kernel.settings import Settings, Web
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app
from filrouge.web.render import static_version


@pytest.fixture
def small(sqlite_workspace: Workspace) -> TestClient:
    """The pages with a limit of a tenth of a megabyte."""
    settings = Settings(web=Web(max_body_mb=0.1))
    app = create_app(Workspace(sqlite_workspace.root, settings, sqlite_workspace.clock), user="ana")
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.mark.parametrize("path", ["/sign-in", "/products", "/nowhere"])
def test_a_body_beyond_the_limit_is_refused_before_it_is_read(small: TestClient, path: str):
    answer = small.post(path, data={"email": "x" * 100_001})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:filrouge:web.too-large"
    assert "0.1 MB" in answer.json()["title"]
    assert "content-security-policy" in answer.headers


def test_a_body_that_does_not_say_its_length_is_counted(small: TestClient):
    assert asked(small.app, "/sign-in", None, repeat(b"email=" + b"x" * 1000)) == 413
    for length in (b"-1", b"x", b"9" * 30):
        assert asked(small.app, "/sign-in", length) == 413


def test_who_sent_too_much_is_led_back_to_the_form(browser: TestClient):
    before = {"referer": "http://127.0.0.1/products/departures/user-tests"}
    path = "/products/departures/pictures/user_test/x"
    answer = browser.post(path, content=b"x" * 5_200_000, headers=before)
    assert answer.status_code == 413
    assert 'href="/products/departures/user-tests"' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "css/../../app.py",
        "css/..%2f..%2fapp.py",
        "..%5capp.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "css/%00",
        "css",
        "",
    ],
)
def test_nothing_outside_of_the_static_folder_is_served(small: TestClient, path: str):
    assert got(small.app, f"/static/{static_version()}/{path}") in {400, 404}, path


def test_pages_are_shown_while_a_form_waits_for_another_writer(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    form = {"statement": "Fewer missed connections", "back": "/"}
    with ThreadPoolExecutor(1) as pool:
        with sqlite_workspace.transaction("ben") as session:
            product_named(session, departures)  # whoever writes queues from here on
            waiting = pool.submit(browser.post, f"/products/{departures}/add/objective", data=form)
            for _time in range(20):
                assert browser.get(f"/products/{departures}/ideas").status_code == 200
            assert not waiting.done()
        assert waiting.result(20).status_code == 200


def test_texts_of_people_are_shown_as_texts(browser: TestClient):
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    browser.post("/products", data={"title": f"Nasty {nasty}"})
    browser.post("/people", data={"name": nasty, "email": "bea@example.org"})
    product = re.search(r'href="/products/(nasty[^"/]*)"', browser.get("/").text)[1]
    browser.post(f"/products/{product}/members", data={"who": "bea@example.org", "role": "viewer"})
    browser.post(f"/products/{product}/shares", data={"name": nasty})
    browser.post("/account/tokens", data={"name": nasty})
    browser.post(f"/products/{product}/add/objective", data={"statement": nasty})
    places = """
        / /people /audit /account/tokens /products/{0} /products/{0}/members /products/{0}/objectives
        /history/product/{0} /search?q={1} /audit?q={1} /sign-in?following={1} /products/{1}
    """
    for path in places.format(product, quote(nasty)).split():
        page = browser.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_the_audit_page_shows_who_came_in_and_filters(browser: TestClient):
    browser.post("/people", data={"name": "Bea", "email": "bea@example.org"})
    page = browser.get("/audit").text
    assert "account made" in page
    assert "signed in" in page
    rows = browser.get("/audit?event=account.made").text.partition('<ol class="audit">')[2]
    assert rows.count("<li") == 1
    assert "Nothing like this happened" in browser.get("/audit?q=nobody").text
