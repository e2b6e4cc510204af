"""What goes wrong with the database, in words that a user can act on; the same for every driver."""

import sqlite3

from filrouge.kernel.errors import FilrougeError

__all__ = ["DatabaseError", "DatabaseLocked", "translated", "unopened"]


class DatabaseError(FilrougeError):
    """The database cannot be opened or used."""

    code = "storage.database"
    status = 503


class DatabaseLocked(DatabaseError):
    """Another process held the database's write lock for too long."""

    code = "storage.locked"


def translated(error: BaseException | None) -> DatabaseError:
    """The driver's error as one that a user can act on."""
    text = str(error)
    if (isinstance(error, sqlite3.OperationalError) and "locked" in text) or "lock timeout" in text:
        return DatabaseLocked(
            "Another process is writing to the workspace's database and did not finish in time.",
            action="Try again; if it lasts, look for a stopped process or raise [storage] lock_timeout_s.",
        )
    if "disk is full" in text or "No space left" in text:
        return DatabaseError(
            "The disk is full; nothing was written.", action="Free some space and try again."
        )
    return DatabaseError(
        "The database refused the operation.", why=_first_line(error), action="Run: filrouge doctor"
    )


def unopened(error: BaseException, where: str) -> DatabaseError:
    """The driver's error while it opened the database ``where``."""
    known = translated(error)
    if isinstance(known, DatabaseLocked):
        return known
    return DatabaseError(
        "The workspace's database cannot be opened.",
        where=where,
        why=_first_line(error),
        action="Check [storage] database in filrouge.toml.",
    )


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "")
