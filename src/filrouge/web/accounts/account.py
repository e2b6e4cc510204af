"""One's own account: who one is, the password, and where one is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.attempts import TooManyAttempts
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.passwords import SHORTEST, BadPassword
from filrouge.storage.accounts.people import Account
from filrouge.storage.accounts.sessions import (
    ACCOUNT,
    OWNER,
    SignedIn,
    end_session,
    end_sessions,
    sessions_of,
)
from filrouge.storage.accounts.signing_in import change_password
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.accounts.devices import device_name
from filrouge.web.errors import NotAllowed
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/account")


@dataclass(frozen=True)
class Place:
    """Where somebody is signed in."""

    session: SignedIn
    device: str
    here: bool


@dataclass(frozen=True)
class AccountPage:
    """The context of the page; without an account for who came by a link."""

    account: Account | None
    owner: bool
    places: tuple[Place, ...]
    shortest: int
    changed: bool
    faults: tuple[FilrougeError, ...] = ()


@router.get("")
def account(visit: Visiting, changed: bool = False) -> Response:
    """The page."""
    return _shown(visit, changed=changed)


@router.post("/password")
def password(
    visit: Editing,
    current: Annotated[str, Form(max_length=2000)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    again: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Change the password: every other session of the account ends, and this one is renewed."""
    visit.require_person()
    if not visit.session.account_id:
        raise NotAllowed(_("Who came by a link has no password here."))
    if password != again:
        return _shown(visit, faults=(BadPassword(_("The two passwords differ."), where="again"),), status=422)
    try:
        browser = browser_of(visit.request)
        secret = change_password(visit.workspace, visit.session.account_id, current, password, browser)
    except (BadPassword, TooManyAttempts, Faults) as fault:
        faults = fault.faults if isinstance(fault, Faults) else (fault,)
        return _shown(visit, faults=tuple(faults), status=faults[0].status)
    response = RedirectResponse("/account?changed=true", 303)
    keep(visit.request, response, secret)
    return response


@router.post("/sessions/{session_id}/end")
def end(visit: Editing, session_id: str) -> Response:
    """Sign one of one's own sessions out; ``others`` ends all but this one."""
    visit.require_person()
    with visit.writing() as session:
        mine = [one.id for one in _mine(session, visit)]
        if session_id == "others":
            end_sessions(session, visit.session.account_id or None, but=visit.session.id)
        elif session_id in mine:
            end_session(session, session_id)
        record(session, "session.ended", visit.session.name)
    return visit.see("/account")


def _shown(
    visit: Visit, *, changed: bool = False, faults: tuple[FilrougeError, ...] = (), status: int = 200
) -> Response:
    with visit.workspace.reading() as session:
        known = session.get(Account, visit.session.account_id) if visit.session.account_id else None
        places = tuple(
            Place(one, device_name(one.device), one.id == visit.session.id) for one in _mine(session, visit)
        )
        owner = visit.session.scope == OWNER
        page = AccountPage(known, owner, places, SHORTEST, changed, faults)
        return visit.render("accounts/account.html", page, title=_("Your account"), status=status)


def _mine(session: Session, visit: Visit) -> Sequence[SignedIn]:
    """The sessions of who is there; a guest has this one, which is not theirs to see among others."""
    if visit.session.scope not in {OWNER, ACCOUNT}:
        return ()
    return sessions_of(session, visit.session.account_id or None)
