"""Signing in by the one-time link, and choosing the language."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from filrouge.kernel.i18n import LANGUAGES, _
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.back import page_before
from filrouge.web.errors import NotSignedIn
from filrouge.web.guard import LANGUAGE_COOKIE
from filrouge.web.visit import Everybody, session_of, shown

__all__ = ["router"]

router = APIRouter()


@dataclass(frozen=True)
class LoginPage:
    """The context of the page that asks whether to go in."""

    token: str


@router.get("/login", dependencies=[Everybody])
async def follow(request: Request, token: str = "") -> Response:
    """Sign in whoever opened the link in a browser; anything else is shown a button, and the link stays good.

    What draws a preview of a link, fetches it ahead of time or tries whether it is there is no navigation, or
    says that it is early. A browser that says nothing costs one press.
    """
    if _opened_by_a_person(request):
        return await login(request, token)
    return await shown(request, "accounts/login.html", LoginPage(token), title=_("Sign in"))


@router.post("/login", dependencies=[Everybody])
async def login(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Open a session with a one-time token."""
    cookie = await run_in_threadpool(request.app.state.sessions.redeem, token, browser_of(request))
    if cookie is None:
        if await session_of(request) is not None:
            return RedirectResponse("/", 303)
        raise NotSignedIn(
            _("This link was used already, or belongs to a server that has stopped."),
            action=_("Start “filrouge web” again: it prints a new link."),
        )
    response = RedirectResponse("/", 303)
    keep(request, response, cookie)
    return response


def _opened_by_a_person(request: Request) -> bool:
    said = request.headers
    early = "prefetch" in said.get("sec-purpose", said.get("purpose", ""))
    return said.get("sec-fetch-mode") == "navigate" and said.get("sec-fetch-dest") == "document" and not early


@router.get("/language/{code}", dependencies=[Everybody])
async def language(request: Request, code: str) -> Response:
    """Speak this language from now on, and go back to the page one was on."""
    response = RedirectResponse(page_before(request) or "/", 303)
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, samesite="lax", max_age=31_536_000)
    return response
