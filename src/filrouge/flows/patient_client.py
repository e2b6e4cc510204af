"""A client that asks a model server in JSON, and waits for one that is away."""

import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["PatientClient", "ReplayRefused", "ServerGone"]

_AGAIN = (502, 503, 504)


class ServerGone(FilrougeError):
    """The server did not answer for longer than the replay's patience."""

    code = "replay.server-gone"


class ReplayRefused(FilrougeError):
    """The server refused a request of the replay."""

    code = "replay.refused"


class PatientClient:
    """Asks a server in JSON, each thread on a connection of its own; waits for one that is away.

    Args:
        url: of the server; with a path, what is asked stands under it.
        patience_s: machine seconds to wait for it; ``retries`` counts what was asked again.
    """

    def __init__(self, url: str, patience_s: float) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._under = parts.path.rstrip("/")
        self.patience_s = patience_s
        self._mine = threading.local()
        self.retries = 0

    def get(self, path: str) -> Any:
        """What stands at a path."""
        return self._ask("GET", path, b"")

    def post(self, path: str, body: Any) -> Any:
        """The answer to a body.

        Raises:
            ServerGone: the server stays away longer than the patience.
            ReplayRefused: it refuses all of it, or is no model server.
        """
        return self._ask("POST", path, msgspec.json.encode(body))

    def _ask(self, method: str, path: str, content: bytes) -> Any:
        path = self._under + path
        deadline, pause = time.monotonic() + self.patience_s, 0.05
        while True:
            try:
                status, answer = self._once(method, path, content)
                if status not in _AGAIN:
                    break
                why = answer.decode(errors="replace")[:300]
            except (OSError, HTTPException) as error:
                self._mine.connection = None
                why = f"{type(error).__name__}: {error}"
            if time.monotonic() > deadline:
                raise ServerGone(
                    _("The server did not answer for {patience_s:g} s.").format(patience_s=self.patience_s),
                    where=f"{self._host}:{self._port}{path}",
                    why=why,
                    action=_("Start it again with: filrouge serve; then go on from the same day."),
                )
            self.retries += 1
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        return _answer(path, status, answer)

    def _once(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        connection = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = HTTPConnection(self._host, self._port, timeout=30)
        connection.request(method, path, content, {"content-type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()


def _answer(path: str, status: int, answer: bytes) -> Any:
    try:
        found = msgspec.json.decode(answer)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict):
        raise ReplayRefused(
            _("The server answers {status}, with something else than a JSON object.").format(status=status),
            where=path,
            why=answer.decode(errors="replace").strip()[:200],
            action=_("Give the address of a model server: filrouge serve says it when it starts."),
        )
    if status == 200 or "written" in found:
        return found
    raise ReplayRefused(
        _("The server answers {status}: {what}").format(status=status, what=found.get("what", "")),
        where=path,
        why=found.get("why", ""),
        action=found.get("action", ""),
    )
