"""Where the pages may listen, and under which names they answer."""

import ipaddress
from typing import TYPE_CHECKING

from filrouge.kernel.i18n import _
from filrouge.web.errors import NeedsAccounts, NeedsHosts

if TYPE_CHECKING:
    from filrouge.kernel.settings import Web
    from filrouge.storage.workspace import Workspace

__all__ = ["allowed_hosts", "is_loopback", "may_listen"]

_OWN = ["127.0.0.1", "localhost", "[::1]"]


def allowed_hosts(web: "Web", host: str = "") -> list[str]:
    """The names under which the pages answer: a page of another site must not reach them under its own."""
    host = host or web.host
    shown = f"[{host}]" if ":" in host else host
    return list(dict.fromkeys([*_OWN, *web.hosts, *([] if _is_any(host) else [shown])]))


def may_listen(workspace: "Workspace", host: str) -> None:
    """Refuse an address that others reach, until there are accounts.

    Raises:
        NeedsAccounts: nobody could sign in.
        NeedsHosts: all addresses of the machine are meant, and no name was said.
    """
    from filrouge.storage.accounts.people import somebody_signs_in

    if is_loopback(host):
        return
    with workspace.reading() as session:
        ready = bool(workspace.settings.web.oidc.issuer) or somebody_signs_in(session)
    if not ready:
        raise NeedsAccounts(
            _(
                "'{host}' can be reached from other machines, and nobody has an account to sign in with."
            ).format(host=host),
            where="[web] host",
            action=_("Run: filrouge accounts add you@example.org --name 'Your name' --admin"),
        )
    if _is_any(host) and not workspace.settings.web.hosts:
        raise NeedsHosts(
            _(
                "'{host}' means every address of this machine: say by which names people reach the pages."
            ).format(host=host),
            where="[web] hosts",
            action=_('Write in filrouge.toml: [web] hosts = ["filrouge.example.org"]'),
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    Example:
        >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
