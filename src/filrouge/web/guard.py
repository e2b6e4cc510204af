"""What surrounds every answer: the language, the security headers, and a page instead of a traceback."""

import logging
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrouge.kernel.i18n import LANGUAGES, use_language

__all__ = ["LANGUAGE_COOKIE", "Guard", "language_of"]

LANGUAGE_COOKIE = "filrouge_language"
_log = logging.getLogger("filrouge.web")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def language_of(request: Request, default: str) -> str:
    """The language that was chosen on the page, or the browser's, or the workspace's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return default


class Guard:
    """ASGI middleware around the application.

    Args:
        app: what it guards.
        language: the language when the browser names none.
        on_crash: the answer to a request whose handling failed.
    """

    def __init__(
        self, app: ASGIApp, *, language: str, on_crash: Callable[[Request], Awaitable[Response]]
    ) -> None:
        self.app, self.language, self.on_crash = app, language, on_crash

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        with use_language(language_of(request, self.language)):
            try:
                await self.app(scope, receive, guarded)
            except Exception:
                _log.exception("%s %s failed", scope["method"], scope["path"])
                if started:
                    raise
                response = await self.on_crash(request)
                await response(scope, receive, guarded)
