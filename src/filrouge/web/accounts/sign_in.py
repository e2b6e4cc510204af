"""Signing in and out, and the link with which somebody chooses a password."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.attempts import TooManyAttempts
from filrouge.storage.accounts.password_links import account_of_link, spend_link
from filrouge.storage.accounts.passwords import SHORTEST, BadPassword
from filrouge.storage.accounts.sessions import ACCOUNT, end_session, open_session
from filrouge.storage.accounts.signing_in import WrongPassword, choose_password, sign_in
from filrouge.web.accounts.cookies import browser_of, forget, keep
from filrouge.web.back import own_path
from filrouge.web.visit import Everybody, session_of, shown

__all__ = ["router"]

router = APIRouter()


@dataclass(frozen=True)
class SignInPage:
    """The context of the page."""

    email: str = ""
    following: str = "/"
    faults: tuple[FilrougeError, ...] = ()
    provider: str = ""
    """What the provider of accounts is called; empty where none is set."""


@router.get("/sign-in", dependencies=[Everybody])
async def ask(request: Request, following: str = "/") -> Response:
    """Ask who is there."""
    if await session_of(request) is not None:
        return RedirectResponse(own_path(following) or "/", 303)
    page = SignInPage(following=own_path(following) or "/", provider=_provider(request))
    return await shown(request, "accounts/sign_in.html", page, title=_("Sign in"))


@router.post("/sign-in", dependencies=[Everybody])
async def enter(
    request: Request,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    following: Annotated[str, Form()] = "/",
) -> Response:
    """Open a session of its own: one that the browser brought is ended, not raised."""
    state, before = request.app.state, await session_of(request)
    try:
        secret = await run_in_threadpool(sign_in, state.workspace, email, password, browser_of(request))
    except (WrongPassword, TooManyAttempts) as fault:
        page = SignInPage(email, own_path(following) or "/", (fault,), _provider(request))
        return await shown(request, "accounts/sign_in.html", page, title=_("Sign in"), status=fault.status)
    if before is not None:
        await run_in_threadpool(_end, request, before.id)
    response = RedirectResponse(own_path(following) or "/", 303)
    keep(request, response, secret)
    return response


@router.post("/sign-out", dependencies=[Everybody])
async def leave(request: Request) -> Response:
    """End the session of this browser."""
    known = await session_of(request)
    if known is not None:
        await run_in_threadpool(_end, request, known.id)
    response = RedirectResponse("/sign-in", 303)
    forget(request, response)
    return response


@dataclass(frozen=True)
class WelcomePage:
    """The context of the page where a password is chosen."""

    name: str
    email: str
    token: str
    shortest: int
    faults: tuple[FilrougeError, ...] = ()


@router.get("/welcome", dependencies=[Everybody])
async def welcome(request: Request, token: str = "") -> Response:
    """Ask for a password."""
    page = await run_in_threadpool(_welcome, request, token)
    return await shown(request, "accounts/welcome.html", page, title=_("Choose a password"))


@router.post("/welcome", dependencies=[Everybody])
async def choose(
    request: Request,
    token: Annotated[str, Form()] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    again: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Set the password, and sign in with it; the link is used up."""
    try:
        secret = await run_in_threadpool(_chosen, request, token, password, again)
    except (BadPassword, Faults) as fault:
        faults = fault.faults if isinstance(fault, Faults) else (fault,)
        page = await run_in_threadpool(_welcome, request, token, faults)
        return await shown(request, "accounts/welcome.html", page, title=_("Choose a password"), status=422)
    response = RedirectResponse("/", 303)
    keep(request, response, secret)
    return response


def _provider(request: Request) -> str:
    oidc = request.app.state.workspace.settings.web.oidc
    return oidc.label if oidc.issuer else ""


def _welcome(request: Request, token: str, faults: tuple[FilrougeError, ...] = ()) -> WelcomePage:
    with request.app.state.workspace.reading() as session:
        account = account_of_link(session, token)
        return WelcomePage(account.name, account.email, token, SHORTEST, faults)


def _chosen(request: Request, token: str, password: str, again: str) -> str:
    if password != again:
        raise BadPassword(_("The two passwords differ."), where="again")
    browser = browser_of(request)
    with request.app.state.workspace.transaction("nobody") as session:
        session.info["address"] = browser.address
        account = spend_link(session, token)
        session.info["actor"] = account.name
        choose_password(session, account, password)
        return open_session(session, account.name, ACCOUNT, account, browser=browser)


def _end(request: Request, identifier: str) -> None:
    with request.app.state.workspace.transaction("nobody") as session:
        end_session(session, identifier)
