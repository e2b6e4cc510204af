"""Where the pages may listen, and under which names they answer."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from filrouge.kernel.settings import Settings, Web
from filrouge.storage.accounts.people import account_named, add_account, disable
from filrouge.storage.accounts.signing_in import choose_password
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app
from filrouge.web.errors import NeedsAccounts, NeedsHosts
from filrouge.web.hosts import may_listen


@pytest.fixture
def named(sqlite_workspace: Workspace) -> Iterator[Workspace]:
    settings = Settings(web=Web(hosts=["filrouge.example.org"]))
    workspace = Workspace(sqlite_workspace.root, settings, sqlite_workspace.clock)
    yield workspace
    workspace.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_this_machine_needs_no_account(sqlite_workspace: Workspace, host: str):
    may_listen(sqlite_workspace, host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "filrouge.example.org"])
def test_elsewhere_somebody_must_be_able_to_sign_in(named: Workspace, host: str):
    with pytest.raises(NeedsAccounts, match="filrouge accounts add"):
        may_listen(named, host)
    with named.transaction("ana") as session:
        bea = add_account(session, "Bea", "bea@example.org")
    with pytest.raises(NeedsAccounts):
        may_listen(named, host)
    with named.transaction("ana") as session:
        choose_password(session, account_named(session, bea.id), "four odd words together")
    may_listen(named, host)
    with named.transaction("ana") as session:
        disable(session, account_named(session, bea.id))
    with pytest.raises(NeedsAccounts):
        may_listen(named, host)


def test_all_addresses_of_a_machine_take_a_name(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        choose_password(session, add_account(session, "Bea", "bea@example.org"), "four odd words together")
    with pytest.raises(NeedsHosts, match="hosts ="):
        may_listen(sqlite_workspace, "0.0.0.0")


def test_the_pages_answer_under_the_names_that_were_said_only(named: Workspace):
    client = TestClient(create_app(named, user="ana", host="192.168.1.5"), base_url="http://127.0.0.1")
    for host in ("filrouge.example.org", "filrouge.example.org:8770", "localhost:1", "192.168.1.5"):
        assert client.get("/sign-in", headers={"host": host}).status_code == 200, host
    for host in (
        "evil.example",
        "example.org",
        "x.filrouge.example.org",
        "0.0.0.0",
        "",
        "127.0.0.1.evil.example",
    ):
        assert client.get("/sign-in", headers={"host": host}).status_code == 400, host


@pytest.mark.parametrize(("proxies", "scheme"), [("", "http"), ("127.0.0.1", "https"), ("10.9.9.9", "http")])
def test_what_proxies_say_is_believed_of_those_that_were_named(proxies: str, scheme: str):
    import asyncio

    from filrouge.web.server import served

    async def app(scope, _receive, _send):
        seen.append((scope["scheme"], scope["client"][0]))

    seen: list[tuple[str, str]] = []
    config = served(app, proxies)
    config.load()
    forwarded = [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"203.0.113.7")]
    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 5), "headers": forwarded}
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [(scheme, "203.0.113.7" if scheme == "https" else "127.0.0.1")]
