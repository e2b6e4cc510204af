"""One's API tokens: made, shown once, revoked."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.people import Account
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.sessions import ACCOUNT, OWNER
from filrouge.storage.accounts.tokens import (
    SCOPES,
    SPANS,
    BadToken,
    Scope,
    Token,
    make_token,
    revoke_token,
    tokens_of,
)
from filrouge.web.errors import NotAllowed
from filrouge.web.visit import Editing, Visit

__all__ = ["router"]

router = APIRouter(prefix="/account/tokens")


@dataclass(frozen=True)
class TokensPage:
    """The context of the page; ``others`` are other people's, for admins of the workspace."""

    mine: tuple[Token, ...]
    others: tuple[Token, ...]
    scopes: dict[Scope, str]
    spans: dict[int, str]
    secret: str
    example: str
    faults: tuple[FilrougeError, ...]


@router.get("")
def tokens(visit: Editing) -> Response:
    """The tokens."""
    return _shown(visit)


@router.post("")
def make(
    visit: Editing,
    name: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "read",
    days: Annotated[int, Form()] = 30,
) -> Response:
    """Make a token: its secret stands on this answer only."""
    _require_owner(visit)
    try:
        with visit.writing() as session:
            account = session.get(Account, visit.session.account_id) if visit.session.account_id else None
            _made, secret = make_token(
                session, visit.session.name, account, name=name, scope=scope, days=days
            )
    except BadToken as fault:
        return _shown(visit, faults=(fault,), status=fault.status)
    return _shown(visit, secret=secret, status=201)


@router.post("/{token_id}/revoke")
def revoke(visit: Editing, token_id: str) -> Response:
    """End a token: one's own, or for an admin of the workspace anybody's."""
    _require_owner(visit)
    with visit.writing() as session:
        found = session.get(Token, token_id)
        mine = found is not None and (found.account_id or "") == visit.session.account_id
        if found is not None and (mine or visit.session.access.may(Role.ADMIN)):
            revoke_token(session, found)
    return visit.see("/account/tokens")


def _require_owner(visit: Visit) -> None:
    visit.require_person()
    if visit.session.scope not in {OWNER, ACCOUNT}:
        raise NotAllowed(_("Guests have no tokens."))


def _shown(
    visit: Visit, *, secret: str = "", faults: tuple[FilrougeError, ...] = (), status: int = 200
) -> Response:
    _require_owner(visit)
    with visit.workspace.reading() as session:
        mine = tokens_of(session, visit.session.account_id or None)
        everybody = tokens_of(session, None, everybody=True) if visit.session.access.may(Role.ADMIN) else ()
        known = {one.id for one in mine}
        page = TokensPage(
            tuple(mine),
            tuple(one for one in everybody if one.id not in known),
            SCOPES,
            SPANS,
            secret,
            str(visit.request.base_url).rstrip("/"),
            faults,
        )
        return visit.render("accounts/tokens.html", page, title=_("Tokens"), status=status)
