"""The SQL engine: SQLite in WAL mode, or PostgreSQL, with the same behaviour."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from filrouge.kernel.errors import FilrougeError, require_extra
from filrouge.kernel.machine import machine_fault

__all__ = ["READ_ONLY", "DatabaseError", "DatabaseLocked", "open_engine", "refused", "translated"]

READ_ONLY = "filrouge_read_only"
"""Execution option of a connection that only reads; others take SQLite's write lock at once."""


class DatabaseError(FilrougeError):
    """The database cannot be opened or used."""

    code = "storage.database"
    status = 503


class DatabaseLocked(DatabaseError):
    """Another process held the database's write lock for too long."""

    code = "storage.locked"


def open_engine(url: str, root: Path, *, lock_timeout_s: float = 10.0) -> Engine:
    """Open the workspace's database.

    Args:
        url: SQLAlchemy URL; a relative SQLite file is taken from ``root``.
        root: the workspace's folder.
        lock_timeout_s: seconds to wait for another writer.

    Raises:
        DatabaseError: the URL cannot be used.
        MissingExtra: the driver is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        action = "Set [storage] database to a URL such as sqlite:///.filrouge/filrouge.db"
        raise DatabaseError(f"'{url}' is not a database URL.", action=action) from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, root, lock_timeout_s)
    if parsed.get_backend_name() == "postgresql":
        require_extra("psycopg", "postgres")
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = f"-c lock_timeout={int(lock_timeout_s * 1000)}"
        return sa.create_engine(parsed, connect_args={"options": options}, pool_pre_ping=True)
    raise DatabaseError(
        f"The database '{parsed.get_backend_name()}' is not supported.", action="Use SQLite or PostgreSQL."
    )


def _sqlite(url: URL, root: Path, lock_timeout_s: float) -> Engine:
    path = root / (url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise machine_fault(error) from error
    # The driver leaves transactions to us: BEGIN is ours, so that writers queue instead of failing.
    engine = sa.create_engine(
        url.set(database=str(path)), connect_args={"timeout": lock_timeout_s, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def translated(error: sa.exc.DBAPIError, where: str = "") -> DatabaseError:
    """The driver's error as one that a user can act on."""
    return refused(error.orig, where)


def refused(original: BaseException | None, where: str = "") -> DatabaseError:
    """What the driver raised, before SQLAlchemy wraps it."""
    text = str(original or "")
    if (isinstance(original, sqlite3.OperationalError) and "locked" in text) or "lock timeout" in text:
        return DatabaseLocked(
            "Another process is writing to the workspace's database and did not finish in time.",
            where=where,
            action="Try again; if it lasts, look for a stopped process or raise [storage] lock_timeout_s.",
        )
    if "disk is full" in text or "No space left" in text or "disk I/O error" in text:
        return DatabaseError(
            "The disk is full or out of order; nothing was written.",
            where=where,
            why=f"{text}.",
            action="Free some space and try again; filrouge doctor shows how much there is.",
        )
    if "readonly database" in text or "unable to open" in text:
        return DatabaseError(
            "The database file cannot be opened or written.",
            where=where,
            why=f"{text}.",
            action="Change the owner or the rights of its folder, or [storage] database.",
        )
    if "malformed" in text or "not a database" in text:
        return DatabaseError(
            "The database file is damaged.",
            where=where,
            why=f"{text}.",
            action="Restore a backup of it; filrouge doctor examines the whole workspace.",
        )
    return DatabaseError(
        "The database refused the operation.",
        where=where,
        why=text.splitlines()[0] if text else "",
        action="Check [storage] database in filrouge.toml, or restore a backup.",
    )
