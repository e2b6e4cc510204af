"""Listening: the socket, uvicorn, and the signals."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Callable

from filrouge.kernel.i18n import _
from filrouge.streamline.serving.app import Application
from filrouge.streamline.serving.errors import CannotListen, PortInUse

__all__ = ["listen", "run"]


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes a free one.

    Raises:
        PortInUse: another program listens there.
        CannotListen: the address is not ours to use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)
    except OSError as error:
        bound.close()
        if error.errno != errno.EADDRINUSE:
            raise CannotListen(
                _("Cannot listen on {host}:{port}.").format(host=host, port=port),
                where=f"{host}:{port}",
                why=f"{error.strerror}.",
                action=_(
                    "Take an address of this machine (127.0.0.1; 0.0.0.0 for all) and a port above 1023."
                ),
            ) from error
        raise PortInUse(
            _("Port {port} is in use.").format(port=port),
            where=f"{host}:{port}",
            action=_("Stop the other program, or take a free port: filrouge serve --port 0"),
        ) from error
    return bound


def run(application: Application, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished. SIGHUP looks at the ledger.

    Args:
        application: what answers.
        bound: where it listens.
        ready: called once requests are answered.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, application.reload)
                _spare_the_collector()
                ready()

    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=30,
    )
    Server(config).run(sockets=[bound])


def _spare_the_collector() -> None:
    """Leave modules, models and sources out of garbage collection: they stay, and each look at them costs."""
    gc.collect()
    gc.freeze()
