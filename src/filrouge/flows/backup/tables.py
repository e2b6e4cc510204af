"""The tables as lines of JSON, the same for every database: from one snapshot into another."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from filrouge.flows.backup.faults import BackupDamaged
from filrouge.kernel.i18n import _
from filrouge.storage.base import Base
from filrouge.storage.engine import READ_ONLY

__all__ = ["LEFT_OUT", "SUFFIX", "dump_tables", "is_empty", "load_tables", "snapshot_of", "tables"]

SUFFIX = ".jsonl"
LEFT_OUT = "left_out_of_backups"
"""Key in a table's ``info``: a sentence that says why its rows stay behind."""
_BATCH = 500


def tables() -> list[sa.Table]:
    """The tables of a backup, what others refer to first."""
    return [table for table in Base.metadata.sorted_tables if LEFT_OUT not in table.info]


def snapshot_of(engine: sa.Engine) -> sa.Connection:
    """A connection that sees one moment of the database, whatever is written meanwhile."""
    connection = engine.connect()
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection.execution_options(**{READ_ONLY: True})


def dump_tables(connection: sa.Connection, folder: Path) -> dict[str, int]:
    """Write each table to ``<name>.jsonl``: its columns, then a line for each row.

    Returns:
        Rows by table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table in tables():
        columns = list(table.columns)
        query = sa.select(*[_raw(column) for column in columns]).order_by(*table.primary_key.columns)
        with (folder / f"{table.name}{SUFFIX}").open("w", encoding="utf-8") as file:
            _write(file, [column.name for column in columns])
            counts[table.name] = 0
            streamed = connection.execution_options(yield_per=_BATCH).execute(query)
            for row in streamed:
                _write(file, list(row))
                counts[table.name] += 1
    return counts


def _write(file: IO[str], values: list[Any]) -> None:
    file.write(json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_text) + "\n")


def _text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii")


def _raw(column: sa.Column[Any]) -> Any:
    """The column as it is stored: a word is kept even when this version does not know it."""
    return sa.type_coerce(column, _raw_type(column)).label(column.name)


def _raw_type(column: sa.Column[Any]) -> Any:
    return sa.String() if isinstance(column.type, sa.Enum) else column.type


def is_empty(connection: sa.Connection) -> bool:
    """Whether no table has a row."""
    found = set(sa.inspect(connection).get_table_names())
    return not any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in Base.metadata.sorted_tables
        if table.name in found
    )


def load_tables(connection: sa.Connection, folder: Path, counts: dict[str, int], where: str) -> None:
    """Fill empty tables from the files of ``dump_tables``.

    Raises:
        BackupDamaged: a file does not suit its table, or has another number of rows.
    """
    for table in tables():
        path = folder / f"{table.name}{SUFFIX}"
        try:
            loaded = _load(connection, table, path)
        except (ValueError, TypeError, OSError, sa.exc.IntegrityError) as error:
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise
            raise _unsuitable(table.name, where, f"{str(error).splitlines()[0]}.") from None
        if loaded != counts.get(table.name):
            why = _("{rows} rows, and the manifest says {said}.").format(
                rows=loaded, said=counts.get(table.name)
            )
            raise _unsuitable(table.name, where, why)
        _go_on_counting(connection, table)


def _load(connection: sa.Connection, table: sa.Table, path: Path) -> int:
    target = sa.table(table.name, *[sa.column(column.name, _raw_type(column)) for column in table.columns])
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    later: list[dict[str, Any]] = []  # a row may refer to one that comes after it
    count = 0
    with path.open(encoding="utf-8") as file:
        if json.loads(file.readline()) != [column.name for column in table.columns]:
            raise ValueError(_("its columns are others"))
        for batch in _batches(file, table):
            for row in batch:
                for name in own:
                    if row[name] is not None:
                        keys = {f"key_{key.name}": row[key.name] for key in table.primary_key}
                        later.append({"name": name, "value": row[name], **keys})
                        row[name] = None
            connection.execute(sa.insert(target), batch)
            count += len(batch)
    for name in own:
        same = sa.and_(*[key == sa.bindparam(f"key_{key.name}") for key in table.primary_key])
        changes = [change for change in later if change["name"] == name]
        if changes:
            connection.execute(sa.update(table).where(same).values({name: sa.bindparam("value")}), changes)
    return count


def _batches(file: IO[str], table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    readers = [_reader(column) for column in table.columns]
    names = [column.name for column in table.columns]
    batch: list[dict[str, Any]] = []
    for line in file:
        values = [
            value if value is None or read is None else read(value)
            for read, value in zip(readers, json.loads(line), strict=True)
        ]
        batch.append(dict(zip(names, values, strict=True)))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reader(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.Enum | sa.JSON):
        return None
    return {
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        bytes: base64.b64decode,
    }.get(column.type.python_type)


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """On PostgreSQL, numbers that the database gives begin after those that were loaded."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    highest = connection.scalar(sa.select(sa.func.max(column)))
    sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name)
    if highest is not None and connection.scalar(sa.select(sequence)) is not None:
        connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _unsuitable(table: str, where: str, why: str) -> BackupDamaged:
    return BackupDamaged(
        _("The rows of '{table}' cannot be restored; nothing was.").format(table=table),
        where=where,
        why=why,
        action=_("Take another backup."),
    )
