"""People of the workspace: invited, shut out, made admin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import func, select
from starlette.responses import Response

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.password_links import LASTS, offer_link
from filrouge.storage.accounts.people import (
    Account,
    BadAccount,
    Membership,
    account_named,
    accounts,
    add_account,
    disable,
    enable,
    set_admin,
)
from filrouge.storage.accounts.sessions import SignedIn, end_sessions
from filrouge.web.visit import Administering, Visit

__all__ = ["router"]

router = APIRouter(prefix="/people")


@dataclass(frozen=True)
class Line:
    """Somebody: how many products they are in, and when they were last here."""

    account: Account
    products: int
    seen: datetime | None


@dataclass(frozen=True)
class Offer:
    """A link that was just made: it is shown this once."""

    name: str
    address: str
    days: int


@dataclass(frozen=True)
class PeoplePage:
    """The context of the page."""

    lines: tuple[Line, ...]
    offer: Offer | None
    faults: tuple[FilrougeError, ...]
    typed: dict[str, str]


@router.get("")
def people(visit: Administering) -> Response:
    """Everybody."""
    return _shown(visit)


@router.post("")
def invite(
    visit: Administering,
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    admin: Annotated[bool, Form()] = False,
) -> Response:
    """Make an account, and the link with which its password is chosen."""
    visit.require_person()
    try:
        with visit.writing() as session:
            made = add_account(session, name, email, admin=admin)
            offer = _offer(visit, made.name, offer_link(session, made))
    except (BadAccount, Faults) as fault:
        faults = fault.faults if isinstance(fault, Faults) else (fault,)
        return _shown(visit, faults=tuple(faults), typed={"name": name, "email": email}, status=422)
    return _shown(visit, offer=offer, status=201)


@router.post("/{account_id}/link")
def link(visit: Administering, account_id: str) -> Response:
    """Another link to choose a password, for who forgot theirs."""
    visit.require_person()
    with visit.writing() as session:
        found = account_named(session, account_id)
        offer = _offer(visit, found.name, offer_link(session, found))
    return _shown(visit, offer=offer, status=201)


@router.post("/{account_id}/disable")
def shut(visit: Administering, account_id: str) -> Response:
    """Disable an account: its sessions end now."""
    visit.require_person()
    with visit.writing() as session:
        found = account_named(session, account_id)
        disable(session, found)
        end_sessions(session, found.id)
    return visit.see("/people")


@router.post("/{account_id}/enable")
def reopen(visit: Administering, account_id: str) -> Response:
    """Enable an account again."""
    visit.require_person()
    with visit.writing() as session:
        enable(session, account_named(session, account_id))
    return visit.see("/people")


@router.post("/{account_id}/admin")
def promote(visit: Administering, account_id: str, admin: Annotated[bool, Form()] = False) -> Response:
    """Make somebody admin of the workspace, or no longer."""
    visit.require_person()
    with visit.writing() as session:
        set_admin(session, account_named(session, account_id), admin)
    return visit.see("/people")


def _offer(visit: Visit, name: str, path: str) -> Offer:
    return Offer(name, f"{str(visit.request.base_url).rstrip('/')}{path}", LASTS.days)


def _shown(
    visit: Visit,
    *,
    offer: Offer | None = None,
    faults: tuple[FilrougeError, ...] = (),
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with visit.workspace.reading() as session:
        members = select(Membership.account_id, func.count()).group_by(Membership.account_id)
        products = dict(session.execute(members).all())
        last = select(SignedIn.account_id, func.max(SignedIn.seen_at)).group_by(SignedIn.account_id)
        seen = dict(session.execute(last).all())
        lines = tuple(Line(one, products.get(one.id, 0), seen.get(one.id)) for one in accounts(session))
        page = PeoplePage(lines, offer, faults, typed or {})
        return visit.render("accounts/people.html", page, title=_("People"), status=status)
