"""The few things of HTTP that the server needs, straight on ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.streamline.serving.errors import BodyTooLarge

__all__ = ["JSON", "PROBLEM", "TEXT", "Receive", "Response", "Scope", "Send", "problem", "read_body", "reply"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = b"application/json"
PROBLEM = b"application/problem+json"
TEXT = b"text/plain; version=0.0.4; charset=utf-8"

encode = msgspec.json.Encoder().encode


class Response(msgspec.Struct, frozen=True):
    """What goes back to the client."""

    body: bytes
    status: int = 200
    type: bytes = JSON


def reply(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(encode(value), status)


def problem(error: FilrougeError, **more: Any) -> Response:
    """An error as problem details (RFC 9457), with its stable code."""
    faults = error.faults if isinstance(error, Faults) else (error,)
    first = faults[0]
    details = {
        "type": f"urn:filrouge:{first.code}",
        "title": first.what,
        "status": first.status,
        **first.as_dict(),
        **more,
    }
    if len(faults) > 1:
        details["faults"] = [fault.as_dict() for fault in faults]
    return Response(encode(details), first.status, PROBLEM)


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: it has more than ``limit`` bytes; what remains is not read.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise _too_large(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        _("The request's body is over {size:g} MiB.").format(size=limit / 2**20),
        action=_("Send fewer rows, use `filrouge predict`, or raise [serve] max_body_mb."),
    )
