"""Runs the application: the port, the one-time link, the server."""

import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from filrouge.kernel.i18n import _
from filrouge.web.errors import PortInUse

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn import Config

    from filrouge.storage.workspace import Workspace

__all__ = ["listen", "run", "served"]


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        PortInUse: another program has the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortInUse(
            _("Port {port} is taken by another program.").format(port=port),
            where=f"{host}:{port}",
            action=_("Run: filrouge web --port 0 (any free port), or stop the other program."),
        ) from error
    listening.listen(128)
    return listening


def run(workspace: "Workspace", *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the pages until interrupted.

    Args:
        workspace: what to show.
        host: where to listen; what others reach takes accounts.
        port: 0 takes a free one.
        announce: told where to go once the port is ours: the one-time login link, or the sign-in page of an
            address that others reach.

    Raises:
        NeedsAccounts: others reach the host, and nobody could sign in.
        NeedsHosts: no name was said for all the machine's addresses.
        PortInUse: another program has the port.
    """
    import uvicorn

    from filrouge.storage.exclusive import at_work
    from filrouge.web.app import create_app
    from filrouge.web.hosts import is_loopback, may_listen

    may_listen(workspace, host)
    listening = listen(host, port)
    try:
        app = create_app(workspace, host=host)
        bound = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        page = f"login?token={app.state.sessions.offer()}" if is_loopback(host) else "sign-in"
        config = served(app, workspace.settings.web.proxies)
        with at_work(workspace, "web"):
            announce(f"http://{shown}:{bound}/{page}")
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def served(app: "ASGIApp", proxies: str) -> "Config":
    """How the application is served: what reverse proxies say is believed of the named ones only."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Open pages follow the server without end; they are not waited for.
        timeout_graceful_shutdown=1,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )
