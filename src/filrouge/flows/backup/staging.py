"""A folder beside a target where it is prepared: of one process, and empty at first."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filrouge.flows.backup.faults import BackupBusy
from filrouge.kernel.i18n import _

__all__ = ["staging"]


@contextmanager
def staging(target: Path, word: str) -> Iterator[Path]:
    """A hidden folder beside ``target``, removed at the end; what a killed process left there is too.

    Raises:
        BackupBusy: another process prepares the same target.
    """
    folder = target.with_name(f".{target.name}.{word}")
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        _claim(lock, target)
        try:
            for left in folder.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _claim(lock: int, target: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupBusy(
            _("Another process is writing there."), where=str(target), action=_("Wait until it has ended.")
        ) from None
