"""Faults of the web application itself."""

from filrouge.kernel.errors import FilrougeError

__all__ = [
    "BadForgery",
    "NeedsAccounts",
    "NeedsHosts",
    "NoProvider",
    "NotAllowed",
    "NotSignedIn",
    "PortInUse",
    "SignInFirst",
    "TooLarge",
]


class PortInUse(FilrougeError):
    """Another program listens on the port."""

    code = "web.port-in-use"


class NeedsAccounts(FilrougeError):
    """Pages without accounts are only for the person at this machine."""

    code = "web.needs-accounts"


class NeedsHosts(FilrougeError):
    """Pages on all addresses of a machine are reached by names that nobody said."""

    code = "web.needs-hosts"


class TooLarge(FilrougeError):
    """A request brings more than is taken."""

    code = "web.too-large"
    status = 413


class NotSignedIn(FilrougeError):
    """The browser has no session here."""

    code = "web.not-signed-in"
    status = 401


class SignInFirst(NotSignedIn):
    """What was asked for is for people who are signed in."""

    code = "web.sign-in-first"


class NoProvider(FilrougeError):
    """Nobody signs in here through a provider."""

    code = "web.no-provider"
    status = 404


class NotAllowed(FilrougeError):
    """The role of who asks does not suffice."""

    code = "web.not-allowed"
    status = 403


class BadForgery(FilrougeError):
    """A form came without the token of this session, so somebody else may have sent it."""

    code = "web.csrf"
    status = 403
