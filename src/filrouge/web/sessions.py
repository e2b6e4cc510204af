"""Who is there: the one-time login link, the cookie, and the token that forms carry."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filrouge.storage.accounts.roles import Access

if TYPE_CHECKING:
    from filrouge.storage.accounts.sessions import Browser
    from filrouge.storage.workspace import Workspace

__all__ = ["COOKIE", "COOKIE_S", "Session", "Sessions"]

COOKIE = "filrouge_session"
COOKIE_S = 30 * 86_400


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in.

    Args:
        name: whom the history names for what they do.
        csrf: the token that their forms carry.
        access: what they may do.
        id: the session's, as it is stored: a digest that tells nobody the secret.
        bearer: a token speaks, not a browser.
        account_id: empty for the person at this machine and for guests.
        scope: what the session opens (``storage/accounts/sessions.py``).
    """

    name: str
    csrf: str
    access: Access
    id: str
    account_id: str = ""
    scope: str = ""
    bearer: bool = False

    @property
    def at_workshop(self) -> bool:
        """Whether it opens one workshop, and nothing else."""
        from filrouge.storage.accounts.sessions import WORKSHOP

        return self.scope.startswith(WORKSHOP)


class Sessions:
    """Makes and reads sessions of browsers.

    Args:
        workspace: where they are stored.
        owner: the person at this machine, whom a one-time link makes admin of everything.
    """

    def __init__(self, workspace: "Workspace", owner: str) -> None:
        self._workspace = workspace
        self._owner = owner
        self._offered: set[str] = set()

    def offer(self) -> str:
        """A token that opens one session of the owner, once, while this server runs."""
        from filrouge.storage.accounts.secrets import digest_of

        token = secrets.token_urlsafe(24)
        self._offered.add(digest_of(token))
        return token

    def redeem(self, token: str, browser: "Browser") -> str | None:
        """The cookie of a new session; nothing when the token is unknown or was used."""
        from filrouge.storage.accounts.audit import record
        from filrouge.storage.accounts.secrets import digest_of
        from filrouge.storage.accounts.sessions import OWNER, open_session

        seal = digest_of(token)
        if seal not in self._offered:
            return None
        self._offered.remove(seal)
        with self._workspace.transaction(self._owner) as session:
            session.info["address"] = browser.address
            record(session, "sign-in.ok", self._owner, how="link")
            return open_session(session, self._owner, OWNER, browser=browser)

    def read_bearer(self, secret: str) -> Session | None:
        """Whom an API token speaks for."""
        from filrouge.storage.accounts.tokens import bearer, used_again
        from filrouge.storage.faults import DatabaseLocked

        with self._workspace.reading() as session:
            known = bearer(session, secret)
        if known is None:
            return None
        if known.seen_at is not None:
            with suppress(DatabaseLocked), self._workspace.transaction(known.name) as session:
                used_again(session, known.id)
        return Session(known.name, "", known.access, known.id, known.account_id, known.scope, bearer=True)

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie that has not ended."""
        from filrouge.storage.accounts.secrets import digest_of
        from filrouge.storage.accounts.sessions import known_by, seen_again, stale
        from filrouge.storage.faults import DatabaseLocked

        if not cookie:
            return None
        with self._workspace.reading() as session:
            known = known_by(session, cookie)
        if known is None:
            return None
        if stale(known):
            with suppress(DatabaseLocked), self._workspace.transaction(known.name) as session:
                seen_again(session, known)
        # Whoever knows the cookie knows the token; nobody can guess either from the other end.
        csrf = digest_of(f"csrf:{cookie}")
        return Session(known.name, csrf, known.access, known.id, known.account_id, known.scope)
