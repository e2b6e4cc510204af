"""The place of a restore: whether it is free, and the exchange of what is there for what was prepared."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filrouge.flows.backup.faults import RestoreInUse, RestoreNotEmpty
from filrouge.flows.backup.tables import is_empty
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import FILE_NAME
from filrouge.storage.engine import READ_ONLY
from filrouge.storage.eventlog.segments import is_sealed, segment_files
from filrouge.storage.workspace import Workspace

__all__ = ["STATE", "exchange", "expect_free"]

STATE = ".filrouge"


def expect_free(root: Path, workspace: Workspace | None, code: Iterable[str], *, force: bool) -> None:
    """Refuse to replace what somebody wrote, or what a process writes to.

    Args:
        root: the folder of the restore.
        workspace: the one that is there.
        code: the code folders that a restore brings.
        force: what is there may be moved aside.

    Raises:
        RestoreInUse: a server, a worker or another process writes there.
        RestoreNotEmpty: there is something, and ``force`` was not given.
    """
    if workspace is not None:
        _expect_unused(workspace)
    if force:
        return
    held = [name for name in code if (root / name).exists() and any((root / name).iterdir())]
    if workspace is not None and not _is_fresh(workspace):
        held.insert(0, _("a workspace"))
    if held:
        raise RestoreNotEmpty(
            _("The folder of the restore is not empty; nothing was touched."),
            where=str(root),
            why=_("It holds {held}.").format(held=", ".join(held)),
            action=_("Give another folder, or --force, which moves aside what is there."),
        )


def _expect_unused(workspace: Workspace) -> None:
    locks = sorted((workspace.root / STATE / "locks").glob("*.lock"))
    for path in [*segment_files(workspace.log_folder), *locks]:
        with suppress(FileNotFoundError), path.open("rb") as file:
            if not is_sealed(file):
                raise RestoreInUse(
                    _("A process still works in the workspace that would be replaced."),
                    where=str(path),
                    action=_("Stop filrouge up, web, serve and worker there, then restore again."),
                )


def _is_fresh(workspace: Workspace) -> bool:
    """Whether it is as ``filrouge init`` leaves it."""
    if segment_files(workspace.log_folder) or any(workspace.artifacts.digests()):
        return False
    try:
        with workspace.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            return is_empty(connection)
    except FilrougeError:
        return False
    finally:
        workspace.close()


def exchange(prepared: Path, root: Path, code: Iterable[str]) -> Path | None:
    """Put what was prepared in its place by renaming; all of it, or nothing.

    Returns:
        The folder to which what was there was moved; none when nothing was there.
    """
    aside = root / f".before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
    moves: list[tuple[Path, Path]] = []
    for name in [STATE, *code, FILE_NAME]:  # the settings last: they make it a workspace
        if (root / name).exists():
            moves.append((root / name, aside / name))
        moves.append((prepared / name, root / name))
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            target.rename(source)
        raise
    return aside if aside.exists() else None
