"""Appending: one writer a process; a record is acknowledged by the return of ``append``."""

import errno
import fcntl
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import time_id
from filrouge.kernel.settings import Log
from filrouge.storage.eventlog.records import Record, encode
from filrouge.storage.eventlog.segments import SUFFIX, frame

__all__ = ["LogFull", "LogUnwritable", "LogWriter"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class LogUnwritable(FilrougeError):
    """The event log cannot be written; nothing of the call was acknowledged."""

    code = "eventlog.unwritable"
    status = 503


class LogFull(LogUnwritable):
    """There is no room for the event log; nothing of the call was acknowledged."""

    code = "eventlog.full"
    status = 507


class LogWriter:
    """Appends records to segments of its own; safe for threads, and after a fork.

    Args:
        folder: the log's folder (``workspace.log_folder``).
        settings: durability, and when a segment is sealed.
    """

    def __init__(self, folder: Path, settings: Log) -> None:
        self._folder = folder / "segments"
        self._settings = settings
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._file = -1
        self._pid = 0
        self._opened = 0.0
        self._size = 0
        self._written = 0  # calls of append, to know which an fsync covers
        self._synced = 0

    def append(self, *records: Record) -> None:
        """Write records, all or none; on return they survive the death of the process, or of the machine.

        Raises:
            LogFull: the disk or the quota is full.
            LogUnwritable: the folder cannot be written.
        """
        data = b"".join([frame(encode(record)) for record in records])
        with self._lock:
            try:
                self._ready()
                self._write(data)
            except OSError as error:
                raise _fault(error, self._folder) from error
            self._written += 1
            mine = self._written
        if self._settings.durability == "disk":
            self._sync(mine)

    def close(self) -> None:
        """Seal the current segment."""
        with self._lock:
            if self._file >= 0 and self._pid == os.getpid():
                self._seal()

    def _ready(self) -> None:
        if self._file >= 0 and self._pid != os.getpid():
            os.close(self._file)  # the parent's, who keeps its own handle and the lock; we open ours
            self._file = -1
        old = time.monotonic() - self._opened > self._settings.segment_s
        if self._file >= 0 and self._size and (old or self._size >= self._settings.segment_mb * 1e6):
            self._seal()
        if self._file < 0:
            self._open()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{time_id(datetime.now(UTC))}{SUFFIX}"
        hidden = path.with_suffix(".new")
        file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        # Locked before it gets its name: who sees a segment without lock may take it for sealed.
        fcntl.flock(file, fcntl.LOCK_EX)
        hidden.rename(path)
        if self._settings.durability == "disk":
            folder = os.open(self._folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        self._file, self._pid, self._size, self._opened = file, os.getpid(), 0, time.monotonic()

    def _write(self, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:] if written else data)
        except OSError:
            self._take_back()
            raise
        self._size += len(data)

    def _take_back(self) -> None:
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            self._seal()  # the half frame stays last in a sealed segment, where it is dropped

    def _seal(self) -> None:
        if self._settings.durability == "disk":
            os.fsync(self._file)
            self._synced = self._written
        os.close(self._file)
        self._file = -1

    def _sync(self, mine: int) -> None:
        with self._syncing:  # who waits here is covered by the fsync that the holder makes next
            if self._synced >= mine:
                return
            with self._lock:
                if self._synced >= mine:
                    return
                covered, file = self._written, os.dup(self._file)
            try:
                os.fsync(file)
            except OSError as error:
                raise _fault(error, self._folder) from error
            finally:
                os.close(file)
            self._synced = max(self._synced, covered)


def _fault(error: OSError, folder: Path) -> LogUnwritable:
    if error.errno in _FULL:
        return LogFull(
            _("The disk of the event log is full; nothing was acknowledged."),
            where=str(folder),
            action=_("Free some space, or move the log: [log] folder in filrouge.toml."),
        )
    return LogUnwritable(
        _("The event log cannot be written."),
        where=str(folder),
        why=str(error),
        action=_("Check the folder's owner and permissions: [log] folder in filrouge.toml."),
    )
