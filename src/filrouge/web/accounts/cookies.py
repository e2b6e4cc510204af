"""The cookie of a session, and what a request says of where it comes from."""

from fastapi import Request
from starlette.responses import Response

from filrouge.storage.accounts.sessions import Browser
from filrouge.web.sessions import COOKIE, COOKIE_S

__all__ = ["browser_of", "forget", "keep"]


def browser_of(request: Request) -> Browser:
    """The address (a trusted proxy's word for it, where there is one) and the browser's own."""
    address = request.client.host if request.client else ""
    return Browser(address, request.headers.get("user-agent", ""))


def keep(request: Request, response: Response, secret: str, *, lasts_s: int = COOKIE_S) -> None:
    """Let the browser keep the secret of its session; over https, for https only."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, secret, httponly=True, secure=secure, samesite="lax", max_age=lasts_s, path="/"
    )


def forget(request: Request, response: Response) -> None:
    """Take the secret back."""
    secure = request.url.scheme == "https"
    response.delete_cookie(COOKIE, httponly=True, secure=secure, samesite="lax", path="/")
