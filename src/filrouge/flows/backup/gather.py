"""What goes into a backup: everything of the workspace but secrets, locks and caches of processes."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from filrouge.flows.backup.archive import Source, source_of
from filrouge.flows.backup.settings_text import without_secrets
from filrouge.flows.backup.tables import LEFT_OUT, SUFFIX, dump_tables, snapshot_of
from filrouge.kernel.settings import FILE_NAME
from filrouge.storage.base import Base
from filrouge.storage.eventlog.reader import read_segment
from filrouge.storage.eventlog.segments import segment_files
from filrouge.storage.eventlog.tables import LogOffset, LogPart
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

__all__ = ["STATE_FILES", "TRACKING_DATABASE", "TRACKING_FILES", "Gathered", "gather", "tracking_database"]

TRACKING_DATABASE, TRACKING_FILES = "tracking/mlflow.db", "tracking/files"
STATE_FILES = ("clock", "demo.json")
"""Files of ``.filrouge`` that are state: the time of a replay, and what a demo has done."""
_NOT_CODE = {".git", ".venv", "venv", "node_modules", "__pycache__"}
_CACHE = re.compile(r"\.[a-z]+_cache")


class Gathered:
    """The files of a backup in order, the rows of its tables, and what stays behind."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.rows: dict[str, int] = {}
        self.left_out: list[str] = ["locks, logs and uploads of processes"]


def gather(workspace: Workspace, folder: Path, *, code: bool) -> Gathered:
    """Look at everything, and take into ``folder`` what changes while it is read.

    The database comes first and the log after it, while no compaction runs: each record that was
    acknowledged before is in one of the two. What rows name by its content is read after the rows.
    """
    found = Gathered()
    _settings(workspace, folder, found)
    with snapshot_of(workspace.engine) as connection:
        found.rows = dump_tables(connection, folder / "tables")
        found.sources += [
            source_of(f"tables/{name}{SUFFIX}", folder / "tables" / f"{name}{SUFFIX}") for name in found.rows
        ]
        found.sources += _log(connection, workspace.log_folder)
        folders = list(connection.scalars(sa.select(Product.code).distinct().order_by(Product.code)))
    found.left_out += sorted(
        str(table.info[LEFT_OUT]) for table in Base.metadata.tables.values() if LEFT_OUT in table.info
    )
    found.sources += _artifacts(workspace)
    found.sources += _tracking(workspace, folder, found)
    for name in STATE_FILES:
        path = workspace.root / ".filrouge" / name
        if path.exists():
            found.sources.append(source_of(f"state/{name}", path))
    if code:
        found.sources += _code(workspace.root, [name for name in folders if name], found)
    elif any(folders):
        found.left_out.append("the code of the products (--code takes it along)")
    return found


def _settings(workspace: Workspace, folder: Path, found: Gathered) -> None:
    path = workspace.root / FILE_NAME
    text, left = without_secrets(path.read_text(encoding="utf-8"))
    found.left_out += [f"a secret: {name}" for name in left]
    copy = folder / FILE_NAME
    copy.write_text(text, encoding="utf-8")
    found.sources.append(source_of(f"settings/{FILE_NAME}", copy))


def _log(connection: sa.Connection, folder: Path) -> Iterator[Source]:
    offsets = dict(connection.execute(sa.select(LogOffset.segment, LogOffset.offset)).all())
    for path in segment_files(folder):
        # Up to the last whole frame: a writer may be in the middle of the next.
        end = read_segment(path, offsets.get(path.stem, 0)).end
        yield source_of(f"log/segments/{path.name}", path, end)
    for part in connection.scalars(sa.select(LogPart.path).order_by(LogPart.path)):
        yield source_of(f"log/{part}", folder / part)
    for path in sorted((folder / "refused").glob("*.jsonl")):  # the dead letters, which only grow
        yield source_of(f"log/refused/{path.name}", path)


def _artifacts(workspace: Workspace) -> Iterator[Source]:
    for digest in workspace.artifacts.digests():
        yield source_of(f"artifacts/{digest}", workspace.artifacts.path(digest))


def tracking_database(workspace: Workspace) -> Path | None:
    """The file of the tracking store; none when MLflow keeps it elsewhere."""
    url = workspace.settings.storage.tracking
    return workspace.root / url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None


def _tracking(workspace: Workspace, folder: Path, found: Gathered) -> Iterator[Source]:
    database = tracking_database(workspace)
    if database is None:
        found.left_out.append("the tracking store of MLflow, which is not a file of the workspace")
        return
    if database.exists():
        copy = folder / "mlflow.db"
        with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(copy)) as taken:
            live.backup(taken)
        yield source_of(TRACKING_DATABASE, copy)
    yield from _tree(workspace.root / ".filrouge" / "mlflow", TRACKING_FILES, found)


def _code(root: Path, folders: list[str], found: Gathered) -> Iterator[Source]:
    for name in folders:
        place = (root / name).resolve()
        if place == root or not place.is_relative_to(root):
            found.left_out.append(f"code outside the workspace: {name}")
        else:
            yield from _tree(place, f"code/{place.relative_to(root).as_posix()}", found)


def _tree(folder: Path, name: str, found: Gathered) -> Iterator[Source]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_CODE and not _CACHE.fullmatch(name))
        for each in sorted(files):
            path = Path(place, each)
            if path.is_symlink() or not path.is_file():
                found.left_out.append(f"no plain file: {path}")
            else:
                yield source_of(f"{name}/{path.relative_to(folder).as_posix()}", path)
