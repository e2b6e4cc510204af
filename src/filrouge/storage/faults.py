"""What the database or the machine refused, in words that a user can act on: for every driver, every door."""

import sqlite3

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _
from filrouge.kernel.machine import machine_fault

__all__ = ["DatabaseError", "DatabaseLocked", "known_fault", "locked", "translated", "unopened"]


class DatabaseError(FilrougeError):
    """The database cannot be opened or used."""

    code = "storage.database"
    status = 503


class DatabaseLocked(DatabaseError):
    """Another process held the database's write lock for too long."""

    code = "storage.locked"


def translated(error: BaseException | None, where: str = "") -> DatabaseError | None:
    """The driver's error, SQLAlchemy's wrapping taken off, as one that a user can act on.

    None for a mistake in the code: a broken constraint, a statement that the database does not understand.

    Example:
        >>> print(translated(sqlite3.OperationalError("database is locked")).code)
        storage.locked
        >>> translated(sqlite3.OperationalError("no such table: flight")) is None
        True
    """
    original = getattr(error, "orig", None) or error
    kinds = {kind.__name__ for kind in type(original).__mro__}
    if "OperationalError" not in kinds and type(original) is not sqlite3.DatabaseError:
        return None
    text = str(original or "")
    if (isinstance(original, sqlite3.OperationalError) and "locked" in text) or "lock timeout" in text:
        return locked(where)
    for marks, what, action in _KNOWN:
        if any(mark in text for mark in marks):
            return DatabaseError(_(what), where=where, why=f"{text}.", action=_(action))
    if isinstance(original, sqlite3.Error):
        return None  # SQLite calls a wrong statement operational too
    return DatabaseError(
        _("The database does not answer, or broke off."),
        where=where,
        why=next(iter(text.splitlines()), ""),
        action=_("Check that it runs, and [storage] database in filrouge.toml; then try again."),
    )


def locked(where: str = "") -> DatabaseLocked:
    """Somebody else writes for too long."""
    return DatabaseLocked(
        _("Another process is writing to the workspace's database and did not finish in time."),
        where=where,
        action=_("Try again; if it lasts, look for a stopped process or raise [storage] lock_timeout_s."),
    )


def unopened(error: BaseException, where: str = "") -> DatabaseError:
    """The error of a driver while it opens a database: always one that a user can act on."""
    return translated(error, where) or DatabaseError(
        _("The database cannot be opened."),
        where=where,
        why=next(iter(str(getattr(error, "orig", None) or error).splitlines()), ""),
        action=_("Check [storage] database in filrouge.toml, or restore a backup."),
    )


_KNOWN = (
    (
        ("disk is full", "No space left", "disk I/O error"),
        N_("The disk is full or out of order; nothing was written."),
        N_("Free some space and try again; filrouge doctor shows how much there is."),
    ),
    (
        ("readonly database", "unable to open"),
        N_("The database file cannot be opened or written."),
        N_("Change the owner or the rights of its folder, or [storage] database."),
    ),
    (
        ("image is malformed", "malformed database schema", "not a database"),
        N_("The database file is damaged."),
        N_("Restore a backup of it; filrouge doctor examines the whole workspace."),
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
    return translated(error)
