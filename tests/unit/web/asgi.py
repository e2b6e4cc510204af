"""Requests that no client would send, put to the application itself."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote


def got(app: Any, path: str) -> int:
    """The status of a GET whose path is sent as it is written."""
    return asyncio.run(_status(app, "GET", path, {}, ()))


def asked(app: Any, path: str, length: bytes | None, body: Iterable[bytes] = (), **headers: str) -> int:
    """The status of a POST.

    Args:
        length: what the header says of the body, or none.
        body: the parts that come, one by one.
        headers: others, with ``_`` for ``-``.
    """
    said = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
    said.setdefault("content-type", b"application/x-www-form-urlencoded")
    if length is not None:
        said["content-length"] = length
    return asyncio.run(_status(app, "POST", path, said, body))


async def _status(
    app: Any, method: str, path: str, headers: Mapping[str, bytes], body: Iterable[bytes]
) -> int:
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"127.0.0.1"), *((name.encode(), value) for name, value in headers.items())],
    }
    told: list[int] = []
    parts = iter(body)

    async def receive() -> dict[str, Any]:
        part = next(parts, None)
        return {
            "type": "http.request",
            "body": part or b"",
            "more_body": part is not None,
        }

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    await app(scope, receive, send)
    return told[0]
