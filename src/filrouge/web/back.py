"""The way back: from a form, or a link of every page, to the page that it was on."""

import re
from urllib.parse import urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

__all__ = ["form_page", "own_path", "page_before"]

# One slash, and nothing that a browser drops or turns into a second one on its way to another host.
_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def own_path(path: str) -> str:
    """A path of these pages as it is; nothing for an address that leads elsewhere.

    Example:
        >>> own_path("/products/departures?by=line#mvp")
        '/products/departures?by=line#mvp'
        >>> own_path("//evil.example")
        ''
    """
    return path if _OWN.fullmatch(path) else ""


def page_before(request: Request) -> str:
    """The page of ours that sent the browser here; empty when it was none, or does not say."""
    before = urlsplit(request.headers.get("referer", ""))
    if (
        before.netloc != request.url.netloc
    ):  # not the scheme: a proxy may take TLS off, and only the path is used
        return ""
    return own_path(before.path + (f"?{before.query}" if before.query else ""))


async def form_page(request: Request) -> str:
    """The page that a form was on: as its field ``back`` says, or else the browser; empty when unknown."""
    if request.method != "POST":
        return ""
    try:
        back = (await request.form()).get("back", "")
    except (HTTPException, ClientDisconnect, RuntimeError):  # no readable form: that may be the fault itself
        back = ""
    return own_path(str(back)) or page_before(request)
