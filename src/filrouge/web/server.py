"""Runs the application: the port, the one-time link, the server."""

import errno
import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from filrouge.web.errors import NeedsAccounts, PortInUse

if TYPE_CHECKING:
    from filrouge.storage.workspace import Workspace

__all__ = ["listen", "run"]


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on a loopback address; port 0 takes a free one.

    Raises:
        NeedsAccounts: the host can be reached from other machines.
        PortInUse: another program has the port.
    """
    if not _is_loopback(host):
        raise NeedsAccounts(
            f"'{host}' can be reached from other machines, and this workspace has no accounts.",
            where="[web] host",
            action="Use 127.0.0.1, and reach it from elsewhere through an SSH tunnel: "
            f"ssh -L {port}:127.0.0.1:{port} this-machine",
        )
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
            f"Port {port} is taken by another program.",
            where=f"{host}:{port}",
            action="Run: filrouge web --port 0 (any free port), or stop the other program.",
        ) from error
    listening.listen(128)
    return listening


def run(workspace: "Workspace", *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the pages until interrupted.

    Args:
        workspace: what to show.
        host: a loopback address.
        port: 0 takes a free one.
        announce: told the one-time login link once the port is ours.
    """
    import uvicorn

    from filrouge.web.app import create_app

    listening = listen(host, port)
    try:
        app = create_app(workspace)
        bound = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        announce(f"http://{shown}:{bound}/login?token={app.state.sessions.offer()}")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            # Open pages follow the server without end; they are not waited for.
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
