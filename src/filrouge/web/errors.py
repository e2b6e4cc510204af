"""Faults of the web application itself."""

from filrouge.kernel.errors import FilrougeError

__all__ = ["BadForgery", "NeedsAccounts", "NotAllowed", "NotSignedIn", "PortInUse"]


class PortInUse(FilrougeError):
    """Another program listens on the port."""

    code = "web.port-in-use"


class NeedsAccounts(FilrougeError):
    """Pages without accounts are only for the person at this machine."""

    code = "web.needs-accounts"


class NotSignedIn(FilrougeError):
    """The browser has no session here."""

    code = "web.not-signed-in"
    status = 401


class NotAllowed(FilrougeError):
    """The role of who asks does not suffice."""

    code = "web.not-allowed"
    status = 403


class BadForgery(FilrougeError):
    """A form came without the token of this session, so somebody else may have sent it."""

    code = "web.csrf"
    status = 403
