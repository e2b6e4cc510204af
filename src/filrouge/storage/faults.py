"""What the database or the machine refused, in words that a user can act on: for every driver, every door."""

import sqlite3

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.machine import machine_fault

__all__ = ["DatabaseError", "DatabaseLocked", "known_fault", "translated"]


class DatabaseError(FilrougeError):
    """The database cannot be opened or used."""

    code = "storage.database"
    status = 503


class DatabaseLocked(DatabaseError):
    """Another process held the database's write lock for too long."""

    code = "storage.locked"


def translated(error: BaseException | None, where: str = "") -> DatabaseError:
    """The driver's error, SQLAlchemy's wrapping taken off, as one that a user can act on."""
    original = getattr(error, "orig", None) or error
    text = str(original or "")
    if (isinstance(original, sqlite3.OperationalError) and "locked" in text) or "lock timeout" in text:
        return DatabaseLocked(
            "Another process is writing to the workspace's database and did not finish in time.",
            where=where,
            action="Try again; if it lasts, look for a stopped process or raise [storage] lock_timeout_s.",
        )
    for marks, what, action in _KNOWN:
        if any(mark in text for mark in marks):
            return DatabaseError(what, where=where, why=f"{text}.", action=action)
    return DatabaseError(
        "The database refused the operation.",
        where=where,
        why=next(iter(text.splitlines()), ""),
        action="Check [storage] database in filrouge.toml, or restore a backup.",
    )


_KNOWN = (
    (
        ("disk is full", "No space left", "disk I/O error"),
        "The disk is full or out of order; nothing was written.",
        "Free some space and try again; filrouge doctor shows how much there is.",
    ),
    (
        ("readonly database", "unable to open"),
        "The database file cannot be opened or written.",
        "Change the owner or the rights of its folder, or [storage] database.",
    ),
    (
        ("malformed", "not a database"),
        "The database file is damaged.",
        "Restore a backup of it; filrouge doctor examines the whole workspace.",
    ),
)


def known_fault(error: BaseException) -> FilrougeError | None:
    """The coded fault behind an exception; none when it is a mistake in the code.

    Example:
        >>> print(known_fault(sqlite3.OperationalError("database is locked")).code)
        storage.locked
        >>> known_fault(TypeError("unexpected")) is None
        True
    """
    if isinstance(error, FilrougeError):
        return error
    if isinstance(error, OSError):
        return machine_fault(error)
    if isinstance(error, sqlite3.Error) or isinstance(getattr(error, "orig", None), Exception):
        return translated(error)
    return None
