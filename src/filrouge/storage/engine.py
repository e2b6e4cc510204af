"""The SQL engine: SQLite in WAL mode, or PostgreSQL, with the same behaviour."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from filrouge.kernel.errors import require_extra
from filrouge.kernel.i18n import _
from filrouge.kernel.machine import machine_fault
from filrouge.storage.direct import Direct, configure_sqlite
from filrouge.storage.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa
    from sqlalchemy.engine import URL

__all__ = ["READ_ONLY", "open_direct", "open_engine"]

READ_ONLY = "filrouge_read_only"
"""Execution option of a connection that only reads; others take SQLite's write lock at once."""

_CONNECTIONS = 40
"""Kept open to a SQLite file: as many as the threads of a web server."""
_SQLITE_FILE = re.compile(r"sqlite(?:\+pysqlite)?:///(?P<path>[^?]+)")


def open_direct(url: str, root: Path, engine: "Callable[[], sa.Engine]", *, lock_timeout_s: float) -> Direct:
    """Connect without SQLAlchemy to a SQLite file, and through ``engine`` to everything else.

    Raises:
        DatabaseError: it cannot be opened.
    """
    if found := _SQLITE_FILE.fullmatch(url):
        return Direct.to_file(root / unquote(found["path"]), lock_timeout_s=lock_timeout_s)
    return Direct.through(engine())


def open_engine(url: str, root: Path, *, lock_timeout_s: float = 10.0) -> "sa.Engine":
    """Open the workspace's database.

    Args:
        url: SQLAlchemy URL; a relative SQLite file is taken from ``root``.
        root: the workspace's folder.
        lock_timeout_s: seconds to wait for another writer.

    Raises:
        DatabaseError: the URL cannot be used.
        MissingExtra: the driver is not installed.
    """
    import sqlalchemy as sa

    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        action = _("Set [storage] database to a URL such as sqlite:///.filrouge/filrouge.db")
        raise DatabaseError(_("'{url}' is not a database URL.").format(url=url), action=action) from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, root, lock_timeout_s)
    if parsed.get_backend_name() == "postgresql":
        require_extra("psycopg", "postgres")
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = f"-c lock_timeout={int(lock_timeout_s * 1000)}"
        return sa.create_engine(parsed, connect_args={"options": options}, pool_pre_ping=True)
    raise DatabaseError(
        _("The database '{name}' is not supported.").format(name=parsed.get_backend_name()),
        action=_("Use SQLite or PostgreSQL."),
    )


def _sqlite(url: "URL", root: Path, lock_timeout_s: float) -> "sa.Engine":
    import sqlalchemy as sa

    path = root / (url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise machine_fault(error) from error
    # The driver leaves transactions to us: BEGIN is ours, so that writers queue instead of failing.
    engine = sa.create_engine(
        url.set(database=str(path)),
        connect_args={"timeout": lock_timeout_s, "isolation_level": None},
        # A connection is an open file: a writer whose turn it is must not wait for one behind readers.
        pool_size=_CONNECTIONS,
        max_overflow=-1,
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        configure_sqlite(connection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
