"""A cast of visitors, one for each role, with a session each."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from filrouge.storage.accounts.people import add_account, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.secrets import digest_of
from filrouge.storage.accounts.sessions import ACCOUNT, open_session

ANONYMOUS = "anonymous"
MEMBER_ELSEWHERE = "member elsewhere"
VISITORS: dict[str, Role | None] = {
    ANONYMOUS: None,
    **{role.value: role for role in Role},
    MEMBER_ELSEWHERE: Role.ADMIN,
}


def cast(session: Session, product_id: str, elsewhere: str) -> dict[str, str]:
    """An account and a session for each visitor; gives what their browsers keep."""
    secrets = {ANONYMOUS: ""}
    for name, role in VISITORS.items():
        if role is None:
            continue
        account = add_account(session, name, f"{name.replace(' ', '.')}@example.org")
        join(session, elsewhere if name == MEMBER_ELSEWHERE else product_id, account, role)
        secrets[name] = open_session(session, account.name, ACCOUNT, account)
    return secrets


def visitor(app: FastAPI, secret: str) -> TestClient:
    """A browser that keeps this secret, and sends the token of its pages."""
    client = TestClient(app, base_url="http://127.0.0.1")
    if secret:
        client.cookies.set("filrouge_session", secret)
        client.headers["x-csrf-token"] = digest_of(f"csrf:{secret}")
    return client
