"""The database by its own driver: a run commits each step, and may end before SQLAlchemy is imported.

The tables and their column types are those of the models; what is written here, sessions read.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filrouge.kernel.clock import as_utc
from filrouge.kernel.machine import machine_fault
from filrouge.storage.faults import translated, unopened

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["Direct", "configure_sqlite"]


class Direct:
    """A connection in autocommit: each statement is a transaction of its own, except in ``together``.

    Statements have ``?`` for values on every database. What a user can mend (a lock, a full disk, a server
    that is away) raises ``DatabaseError``; a mistake in a statement, the driver's own error.

    Example:
        >>> import tempfile
        >>> database = Direct.to_file(Path(tempfile.mkdtemp()) / "notes.db", lock_timeout_s=1)
        >>> _ = database.execute("CREATE TABLE note (id, tags)")
        >>> database.insert("note", [{"id": 1, "tags": ["wind"]}])
        >>> database.execute("SELECT tags FROM note WHERE id = ?", (1,)).fetchone()
        ('["wind"]',)
        >>> database.close()
    """

    def __init__(self, connection: Any, errors: type[Exception]) -> None:
        self._connection, self._errors = connection, errors
        self._is_sqlite = isinstance(connection, sqlite3.Connection)

    @classmethod
    def to_file(cls, path: Path, *, lock_timeout_s: float) -> "Direct":
        """Open a SQLite file, made when missing.

        Raises:
            DatabaseError: it cannot be opened.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=lock_timeout_s, isolation_level=None)
            configure_sqlite(connection)
        except OSError as error:
            raise machine_fault(error) from error
        except sqlite3.Error as error:
            raise unopened(error, str(path)) from error
        return cls(connection, sqlite3.Error)

    @classmethod
    def through(cls, engine: "sa.Engine") -> "Direct":
        """Take a connection that SQLAlchemy knows how to open: PostgreSQL.

        Raises:
            DatabaseError: it cannot be opened.
        """
        errors = engine.dialect.loaded_dbapi.Error
        try:
            pooled = engine.raw_connection()
        except errors as error:
            raise unopened(error, engine.url.render_as_string(hide_password=True)) from error
        connection: Any = pooled.driver_connection
        pooled.detach()
        if not isinstance(connection, sqlite3.Connection):
            connection.autocommit = True
        return cls(connection, errors)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement; gives the driver's cursor."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._marked(statement), [self._stored(value) for value in values])
        except self._errors as error:
            fault = translated(error)
            if fault is None:
                raise
            raise fault from error
        return cursor

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, which all have the columns of the first."""
        names = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join("?" for _ in rows[0])
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  (names are ours)
        cursor = self._connection.cursor()
        try:
            cursor.executemany(
                self._marked(statement), [[self._stored(value) for value in row.values()] for row in rows]
            )
        except self._errors as error:
            fault = translated(error)
            if fault is None:
                raise
            raise fault from error

    def update(self, table: str, changes: Mapping[str, Any], where: Mapping[str, Any]) -> None:
        """Change the rows whose columns have the values of ``where``."""
        change = ", ".join(f'"{name}" = ?' for name in changes)
        condition = " AND ".join(f'"{name}" = ?' for name in where)
        statement = f'UPDATE "{table}" SET {change} WHERE {condition}'  # noqa: S608  (names are ours)
        self.execute(statement, [*changes.values(), *where.values()])

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction: all the statements of the block, or none."""
        self.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def has_table(self, name: str) -> bool:
        """Whether the database has a table."""
        known = (
            "SELECT name FROM sqlite_master WHERE name = ?" if self._is_sqlite else "SELECT to_regclass(?)"
        )
        return self.execute(known, (name,)).fetchone() not in {None, (None,)}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _marked(self, statement: str) -> str:
        return statement if self._is_sqlite else statement.replace("?", "%s")

    def _stored(self, value: Any) -> Any:
        """As the column types of ``storage.types`` store it."""
        if isinstance(value, list | dict):
            return json.dumps(value)
        if isinstance(value, datetime):
            moment = as_utc(value)
            return moment.replace(tzinfo=None).isoformat(" ", "microseconds") if self._is_sqlite else moment
        return value


def configure_sqlite(connection: sqlite3.Connection) -> None:
    """What every connection to SQLite has: a write-ahead log, foreign keys."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
