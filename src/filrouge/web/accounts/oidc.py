"""Signing in through the OpenID Connect provider of the settings."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from filrouge.integrations.oidc.provider import OidcRefused, Provider
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.identities import NotAdmitted, asked, keep_question, person_of
from filrouge.storage.accounts.sessions import ACCOUNT, open_session
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.back import own_path
from filrouge.web.errors import NoProvider
from filrouge.web.visit import Everybody

__all__ = ["router"]

router = APIRouter(prefix="/oidc")
_COOKIE = "filrouge_oidc"


@router.get("/start", dependencies=[Everybody])
async def start(request: Request, following: str = "/") -> Response:
    """Send the browser to the provider."""
    url, secret = await run_in_threadpool(_asked, request, own_path(following) or "/")
    response = RedirectResponse(url, 303)
    response.set_cookie(
        _COOKIE, secret, max_age=600, httponly=True, secure=_secure(request), samesite="lax", path="/oidc"
    )
    return response


@router.get("/callback", dependencies=[Everybody])
async def callback(
    request: Request, state: str = "", code: str = "", iss: str = "", error: str = ""
) -> Response:
    """Take the provider's answer, and open a session."""
    try:
        kept, following = await run_in_threadpool(_answered, request, state, code, iss, error)
    except (OidcRefused, NotAdmitted):
        await run_in_threadpool(_failed, request)
        raise
    response = RedirectResponse(following, 303)
    keep(request, response, kept)
    response.delete_cookie(_COOKIE, path="/oidc")
    return response


def provider_of(request: Request) -> Provider:
    """The provider of the settings; its metadata are kept between requests.

    Raises:
        NoProvider: none is set.
        MissingExtra: the extra is not installed.
    """
    state = request.app.state
    if getattr(state, "oidc", None) is None:
        settings = state.workspace.settings.web.oidc
        if not settings.issuer:
            raise NoProvider(_("No provider of accounts is set here."), where="[web.oidc]")
        state.oidc = Provider(settings)
    found: Provider = state.oidc
    return found


def _asked(request: Request, following: str) -> tuple[str, str]:
    question = provider_of(request).question(_redirect(request))
    with request.app.state.workspace.transaction("nobody") as session:
        secret = keep_question(session, question.state, question.nonce, question.verifier, following)
    return question.url, secret


def _answered(request: Request, state: str, code: str, iss: str, error: str) -> tuple[str, str]:
    workspace, provider, browser = request.app.state.workspace, provider_of(request), browser_of(request)
    with workspace.transaction("nobody") as session:
        question = asked(session, state, request.cookies.get(_COOKIE, ""))
    if question is None or error or not code:
        raise OidcRefused(
            _("This sign-in was not begun in this browser, was given up, or took too long."),
            why=error[:80],
            action=_("Begin again from the sign-in page."),
        )
    claimed = provider.answer(_redirect(request), code, question.verifier, question.nonce, iss)
    settings = workspace.settings.web.oidc
    with workspace.transaction("oidc") as session:
        session.info["address"] = browser.address
        account = person_of(
            session,
            claimed.issuer,
            claimed.subject,
            name=claimed.name,
            email=claimed.email,
            domains=settings.domains,
        )
        record(session, "sign-in.ok", account.name, who=account.name, how="oidc")
        return open_session(session, account.name, ACCOUNT, account, browser=browser), question.following


def _failed(request: Request) -> None:
    with request.app.state.workspace.transaction("nobody") as session:
        session.info["address"] = browser_of(request).address
        record(session, "sign-in.failed", who="?", how="oidc")


def _redirect(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/oidc/callback"


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
