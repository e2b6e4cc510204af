"""MLflow's store in another place: its database repeats the address of its files."""

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["relocate"]

_ADDRESSES = ("artifact_location", "artifact_uri", "source", "storage_location")


def relocate(database: Path, before: str, after: str) -> None:
    """Rewrite addresses under ``before`` to lie under ``after``.

    Args:
        database: of MLflow, which nobody uses yet.
        before: address of the folder of files where the backup was taken.
        after: where it is now.
    """
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
            for column in columns.intersection(_ADDRESSES):
                connection.execute(
                    f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?) '  # noqa: S608  (its own names)
                    f'WHERE substr("{column}", 1, ?) = ?',
                    (after, len(before) + 1, len(before), before),
                )
