"""How much a request may bring; what exceeds is refused unread."""

from contextlib import suppress

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.pictures import MOST_BYTES, PictureTooLarge, too_large
from filrouge.web.back import page_before
from filrouge.web.errors import TooLarge
from filrouge.web.problems import answer

__all__ = ["BodyLimit"]

_PICTURES = "/pictures/"
_FORM = 100_000
"""Bytes that surround a picture in a form."""


class BodyLimit:
    """ASGI middleware: a body beyond the limit is refused, whether its length was said or not.

    Args:
        app: what it guards.
        megabytes: the limit; pictures have their own, if it is lower.
    """

    def __init__(self, app: ASGIApp, *, megabytes: float) -> None:
        self.app, self.most, self.megabytes = app, int(megabytes * 1_000_000), megabytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = min(self.most, MOST_BYTES + _FORM) if _PICTURES in scope["path"] else self.most
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > most:
            await self._refuse(scope, receive, send, most)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise self._fault(most)
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if seen > most and not started:
                return  # whatever the application makes of half a body is not the answer
            started = True
            await send(message)

        with suppress(TooLarge, PictureTooLarge):
            await self.app(scope, counted, noted)
        if seen > most and not started:
            await self._refuse(scope, receive, send, most)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        fault = self._fault(most)
        request = Request(scope, receive)
        response = await answer(request, fault, fault.status, back=page_before(request))
        # The rest of the body is not read: the connection ends with the answer.
        response.headers["Connection"] = "close"
        await response(scope, receive, send)

    def _fault(self, most: int) -> FilrougeError:
        if most != self.most:
            return too_large()
        said = _("A request brings at most {n} MB.").format(n=f"{self.megabytes:g}")
        return TooLarge(said, action=_("Send less, or raise [web] max_body_mb."))
