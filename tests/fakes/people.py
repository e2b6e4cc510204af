"""A cast of visitors, one for each kind, with a session or a token each."""

from typing import NamedTuple

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from filrouge.storage.accounts.people import add_account, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.secrets import digest_of
from filrouge.storage.accounts.sessions import ACCOUNT, Browser, open_session
from filrouge.storage.accounts.shares import share, use_share
from filrouge.storage.accounts.tokens import Scope, make_token

ANONYMOUS = "anonymous"
MEMBER_ELSEWHERE = "member elsewhere"


class Visitor(NamedTuple):
    """A role in the product, and what limits it: a guest's link or a token's scope."""

    role: Role | None
    ceiling: Role = Role.ADMIN
    scope: Scope | None = None
    guest: bool = False


VISITORS = {
    ANONYMOUS: Visitor(None),
    **{role.value: Visitor(role) for role in Role},
    MEMBER_ELSEWHERE: Visitor(Role.ADMIN),
    "guest": Visitor(Role.VIEWER, Role.VIEWER, guest=True),
    "token to read": Visitor(Role.ADMIN, Role.VIEWER, Scope.READ),
    "token to write": Visitor(Role.ADMIN, Role.MAINTAINER, Scope.WRITE),
    "token of a viewer": Visitor(Role.VIEWER, Role.ADMIN, Scope.ADMIN),
}


def cast(session: Session, product_id: str, elsewhere: str) -> dict[str, str]:
    """An account and a session for each visitor; gives what their browsers or programs keep."""
    secrets = {ANONYMOUS: ""}
    for name, one in VISITORS.items():
        if one.guest:
            link = share(session, product_id, "Gus", 7).removeprefix("/share/")
            secrets[name] = use_share(session, link, Browser())
            continue
        if one.role is None:
            continue
        account = add_account(session, name, f"{name.replace(' ', '.')}@example.org")
        join(session, elsewhere if name == MEMBER_ELSEWHERE else product_id, account, one.role)
        if one.scope:
            secrets[name] = make_token(session, name, account, name="job", scope=one.scope, days=7)[1]
        else:
            secrets[name] = open_session(session, account.name, ACCOUNT, account)
    return secrets


def visitor(app: FastAPI, secret: str) -> TestClient:
    """A browser that keeps this secret and sends the token of its pages; or a program with an API token."""
    client = TestClient(app, base_url="http://127.0.0.1")
    if secret.startswith("frg_"):
        client.headers["authorization"] = f"Bearer {secret}"
    elif secret:
        client.cookies.set("filrouge_session", secret)
        client.headers["x-csrf-token"] = digest_of(f"csrf:{secret}")
    return client
