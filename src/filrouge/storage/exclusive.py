"""One process at a time: a lock that dies with its owner, over a workspace."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import count

import sqlalchemy as sa

from filrouge.storage.workspace import Workspace

__all__ = ["at_work", "exclusive"]


@contextmanager
def exclusive(workspace: Workspace, name: str) -> Iterator[bool]:
    """Hold a named lock for the block; false when another process holds it.

    On PostgreSQL it is an advisory lock, which holds for all machines that share the database; on
    SQLite a lock on a file of the workspace. Both are given back when the owner ends, killed or not.

    Args:
        workspace: whose lock it is.
        name: what is done alone, such as ``worker``.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from filrouge.bootstrap import init_workspace
        >>> workspace = init_workspace(Path(tempfile.mkdtemp()))
        >>> with exclusive(workspace, "worker") as mine, exclusive(workspace, "worker") as again:
        ...     mine, again
        (True, False)
    """
    if workspace.engine.dialect.name == "postgresql":
        with _advisory(workspace, name) as mine:
            yield mine
    else:
        with _file_lock(workspace, name) as mine:
            yield mine


@contextmanager
def at_work(workspace: Workspace, name: str) -> Iterator[None]:
    """Show by a locked file, for the block, that a process writes in the folder: a restore keeps away.

    Args:
        workspace: whose folder it is.
        name: what the process is; several of the same may be at work.
    """
    with ExitStack() as held:
        free = (held.enter_context(_file_lock(workspace, f"{name}-{number}")) for number in count(1))
        next(mine for mine in free if mine)
        yield


@contextmanager
def _advisory(workspace: Workspace, name: str) -> Iterator[bool]:
    key = int.from_bytes(sha256(f"filrouge/{name}".encode()).digest()[:8], "big", signed=True)
    with workspace.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _file_lock(workspace: Workspace, name: str) -> Iterator[bool]:
    folder = workspace.root / ".filrouge" / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
