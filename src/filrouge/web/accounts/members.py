"""Members of a product, and the links by which guests read it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.members import Member, change_role, invite, members_of, remove
from filrouge.storage.accounts.people import Account, UnknownAccount, account_named, accounts
from filrouge.storage.accounts.roles import ROLES, Role, UnknownRole, role_named
from filrouge.storage.accounts.sessions import GUEST
from filrouge.storage.accounts.shares import (
    SPANS,
    Share,
    revoke_share,
    share,
    share_behind,
    shares_of,
    use_share,
)
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.overview import head_of
from filrouge.web.visit import Administering, Everybody, Visit, Visiting, session_of, shown

__all__ = ["router"]

router = APIRouter()


@dataclass(frozen=True)
class MembersPage:
    """The context of the page; ``others`` are who could join, ``offer`` a link that was just made."""

    members: tuple[Member, ...]
    others: tuple[Account, ...]
    shares: tuple[Share, ...]
    roles: dict[Role, str]
    meanings: dict[Role, str]
    spans: dict[int, str]
    offer: str
    faults: tuple[FilrougeError, ...]


@router.get("/products/{product_id}/members")
def members(visit: Visiting, product_id: str) -> Response:
    """Who is in the product."""
    return _shown(visit, product_id)


@router.post("/products/{product_id}/members")
def add(
    visit: Administering,
    product_id: str,
    who: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "viewer",
) -> Response:
    """Make somebody member who has an account."""
    try:
        with visit.writing() as session:
            invite(session, product_id, account_named(session, who), role_named(role))
    except (UnknownAccount, UnknownRole) as fault:
        return _shown(visit, product_id, faults=(fault,), status=fault.status)
    return visit.see(f"/products/{product_id}/members")


@router.post("/products/{product_id}/members/{account_id}")
def change(visit: Administering, product_id: str, account_id: str, role: Annotated[str, Form()]) -> Response:
    """Give a member another role; ``none`` takes them out."""
    above = visit.session.access.may(Role.ADMIN)
    with visit.writing() as session:
        account = account_named(session, account_id)
        if role == "none":
            remove(session, product_id, account, by_workspace=above)
        else:
            change_role(session, product_id, account, role_named(role), by_workspace=above)
    return visit.see(f"/products/{product_id}/members")


@router.post("/products/{product_id}/shares")
def make_share(
    visit: Administering, product_id: str, name: Annotated[str, Form()] = "", days: Annotated[int, Form()] = 7
) -> Response:
    """Make a link for a guest."""
    with visit.writing() as session:
        path = share(session, product_id, name, days)
    offer = f"{str(visit.request.base_url).rstrip('/')}{path}"
    return _shown(visit, product_id, offer=offer, status=201)


@router.post("/products/{product_id}/shares/{share_id}/revoke")
def revoke(visit: Administering, product_id: str, share_id: str) -> Response:
    """End a link, and the sessions of its guests."""
    with visit.writing() as session:
        revoke_share(session, product_id, share_id)
    return visit.see(f"/products/{product_id}/members")


@dataclass(frozen=True)
class SharePage:
    """The context of the guests' door, and its own address."""

    here: str
    title: str


@router.get("/share/{secret}", dependencies=[Everybody])
async def door(request: Request, secret: str) -> Response:
    """Show the door: a program that draws a preview of the link asks for it too, so it opens nothing."""
    title, _product_id = await run_in_threadpool(_behind, request, secret)
    page = SharePage(request.url.path, title)
    return await shown(request, "accounts/share.html", page, title=title)


@router.post("/share/{secret}", dependencies=[Everybody])
async def enter(request: Request, secret: str) -> Response:
    """Let a guest in; who is signed in and sees the product already stays who they are."""
    before = await session_of(request)
    _title, product_id = await run_in_threadpool(_behind, request, secret)
    response = RedirectResponse(f"/products/{product_id}", 303)
    if before is None or before.access.role_in(product_id) is None:
        keep(request, response, await run_in_threadpool(_used, request, secret))
    return response


def _behind(request: Request, secret: str) -> tuple[str, str]:
    with request.app.state.workspace.reading() as session:
        product_id = share_behind(session, secret).product_id
        return head_of(session, product_id)[0].title, product_id


def _used(request: Request, secret: str) -> str:
    with request.app.state.workspace.transaction(GUEST) as session:
        browser = browser_of(request)
        session.info["address"] = browser.address
        return use_share(session, secret, browser)


def _shown(
    visit: Visit,
    product_id: str,
    *,
    offer: str = "",
    faults: tuple[FilrougeError, ...] = (),
    status: int = 200,
) -> Response:
    admin = visit.session.access.may(Role.ADMIN, product_id)
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        known = members_of(session, product_id)
        inside = {one.account.id for one in known}
        others = [one for one in accounts(session) if one.id not in inside and one.disabled_at is None]
        page = MembersPage(
            tuple(known),
            tuple(others) if admin else (),
            tuple(shares_of(session, product_id)) if admin else (),
            ROLES,
            _meanings(),
            SPANS,
            offer,
            faults,
        )
        return visit.render("accounts/members.html", page, title=_("Members"), product=head, status=status)


def _meanings() -> dict[Role, str]:
    return {
        Role.VIEWER: _("reads everything of the product"),
        Role.CONTRIBUTOR: _("writes: ideas, canvas, story map, hypotheses, alerts"),
        Role.MAINTAINER: _("promotes, rolls back, signs, releases, sets monitors"),
        Role.ADMIN: _("says who may do what"),
    }
