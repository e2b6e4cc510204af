"""Faults as answers: problem details for programs, a page for people."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.people import accounts
from filrouge.web.back import form_page, page_before
from filrouge.web.errors import SignInFirst
from filrouge.web.rejected import field_rejected
from filrouge.web.render import environment
from filrouge.web.visit import session_of, shown

__all__ = ["ProblemPage", "crash", "install"]


@dataclass(frozen=True)
class ProblemPage:
    """A fault as the page shows it."""

    status: int
    code: str
    faults: tuple[FilrougeError, ...]
    back: str = ""
    """The page that the rejected form was on."""


def install(app: FastAPI) -> None:
    """Answer every fault of the application."""

    @app.exception_handler(FilrougeError)
    async def coded(request: Request, error: FilrougeError) -> Response:
        return await answer(request, error, error.status, back=await form_page(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            session = await session_of(request)
            guest = session is not None and session.at_workshop
            back = _("Go back to the workshop.") if guest else _("Go back to the portfolio.")
            fault = FilrougeError(_("There is no such page."), where=request.url.path, action=back)
        elif error.status_code == 405:
            fault = FilrougeError(_("This page does not take what was sent."), where=request.url.path)
        else:
            fault = FilrougeError(
                _("The request cannot be read."), where=request.url.path, why=str(error.detail)
            )
        return await answer(request, fault, error.status_code, "web.http", back=await form_page(request))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [
            FilrougeError(field_rejected(one), where=".".join(str(part) for part in one["loc"]))
            for one in error.errors()
        ]
        return await answer(request, Faults(faults), 422, "web.invalid", back=await form_page(request))


async def crash(request: Request) -> Response:
    """The answer to a failure of ours: nothing of the traceback leaves the log."""
    fault = FilrougeError(
        _("Something went wrong here, and nothing of yours was written."),
        action=_("Try again; if it lasts, the log of “filrouge web” says more."),
    )
    back = page_before(request) if request.method == "POST" else ""  # what was sent may be half read
    return await answer(request, fault, 500, "web.failure", back=back)


async def answer(
    request: Request, error: FilrougeError, status: int, code: str = "", *, back: str = ""
) -> Response:
    """Problem details (RFC 9457), a line for a part of a page, or a whole page with the way ``back``."""
    faults = error.faults if isinstance(error, Faults) else (error,)
    code = code or error.code
    if "text/html" not in request.headers.get("accept", "") and "hx-request" not in request.headers:
        first = faults[0]
        return JSONResponse(
            {
                "type": f"urn:filrouge:{code}",
                "title": first.what,
                "status": status,
                "detail": first.why,
                "instance": first.where,
                "action": first.action,
                "errors": [fault.as_dict() for fault in faults],
            },
            status,
            media_type="application/problem+json",
        )
    asks = isinstance(error, SignInFirst) and request.method == "GET" and "hx-request" not in request.headers
    if asks and await run_in_threadpool(_has_accounts, request):
        following = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse(f"/sign-in?following={following}", 303)
    page = ProblemPage(status, code, tuple(faults), back)
    if "hx-request" in request.headers:
        html = environment().get_template("parts/_notice.html").render(page=page)
        return HTMLResponse(html, status, headers={"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
    return await shown(request, "problem.html", page, title=faults[0].what, status=status)


def _has_accounts(request: Request) -> bool:
    with request.app.state.workspace.reading() as session:
        return bool(accounts(session))
