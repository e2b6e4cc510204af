"""How much a request may bring."""

from contextlib import suppress

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrouge.kernel.i18n import _
from filrouge.web.errors import TooLarge

__all__ = ["BodyLimit"]


class BodyLimit:
    """ASGI middleware: a body beyond the limit is refused, whether its length was said or not.

    Args:
        app: what it guards.
        megabytes: the limit.
    """

    def __init__(self, app: ASGIApp, *, megabytes: float) -> None:
        self.app, self.most = app, int(megabytes * 1_000_000)
        self.megabytes = megabytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self.most:
            await self._refuse(scope, receive, send)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise TooLarge(_message(self.megabytes))
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if seen > self.most and not started:
                return  # whatever the application makes of half a body is not the answer
            started = True
            await send(message)

        with suppress(TooLarge):
            await self.app(scope, counted, noted)
        if seen > self.most and not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = TooLarge(_message(self.megabytes), action=_("Send less, or raise [web] max_body_mb."))
        body = {
            "type": f"urn:filrouge:{fault.code}",
            "title": fault.what,
            "status": fault.status,
            "action": fault.action,
        }
        # The rest of the body is not read: the connection ends with the answer.
        answer = JSONResponse(
            body, fault.status, {"connection": "close"}, media_type="application/problem+json"
        )
        await answer(scope, receive, send)


def _message(megabytes: float) -> str:
    return _("A request brings at most {n} MB.").format(n=f"{megabytes:g}")
