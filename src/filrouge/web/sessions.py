"""Who is there: a one-time login link, a signed cookie, and the token that forms carry."""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

__all__ = ["COOKIE", "Session", "Sessions"]

COOKIE = "filrouge_session"
_DAYS_S = 30 * 86_400


@dataclass(frozen=True)
class Session:
    """A browser that followed a login link."""

    name: str
    csrf: str


class Sessions:
    """Makes and reads sessions. Nothing of them is stored but the key that signs them.

    Args:
        key_file: where the key is kept (made when missing, readable by its owner only).
        name: whom the history names for what this browser does.
    """

    def __init__(self, key_file: Path, name: str) -> None:
        self._key = _key(key_file)
        self._name = name
        self._offered: set[bytes] = set()

    def offer(self) -> str:
        """A token that opens one session, once."""
        token = secrets.token_urlsafe(24)
        self._offered.add(self._sign("login", token))
        return token

    def redeem(self, token: str, now_s: float) -> str | None:
        """The cookie of a new session; nothing when the token is unknown or was used."""
        seal = self._sign("login", token)
        if seal not in self._offered:
            return None
        self._offered.remove(seal)
        body = f"{self._name}|{int(now_s) + _DAYS_S}|{secrets.token_urlsafe(12)}"
        text = base64.urlsafe_b64encode(body.encode()).decode()
        return f"{text}.{self._sign('session', text).hex()}"

    def read(self, cookie: str, now_s: float) -> Session | None:
        """The session of a cookie that we signed and that has not ended."""
        text, _, seal = cookie.partition(".")
        if not seal or not hmac.compare_digest(self._sign("session", text).hex(), seal):
            return None
        name, ends, _nonce = base64.urlsafe_b64decode(text).decode().rsplit("|", 2)
        if int(ends) < now_s:
            return None
        return Session(name, self._sign("csrf", text).hex())

    def _sign(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), "sha256")


def _key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
