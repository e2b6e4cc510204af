"""Pictures that are too large: refused before they are read, in words that a person understands."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrouge.storage.pictures import MOST_BYTES, too_large
from filrouge.web.problems import answer

__all__ = ["UploadLimit"]

_FORM = 100_000
"""What surrounds a picture in a form."""


class UploadLimit:
    """ASGI middleware: pictures that announce too many bytes are refused unread, others when they exceed.

    Args:
        app: what is behind it.
        part: the part of a path that takes pictures.
        most: bytes of a request.
    """

    def __init__(self, app: ASGIApp, *, part: str = "/pictures/", most: int = MOST_BYTES + _FORM) -> None:
        self.app, self.part, self.most = app, part, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "POST" or self.part not in scope["path"]:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self.most:
            fault = too_large()
            response = await answer(request, fault, fault.status)
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise HTTPException(413, too_large().what)
            return message

        await self.app(scope, counted, send)
