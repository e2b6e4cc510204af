"""One clock for all: the real time, or a time that a replay sets for every process of a workspace."""

import mmap
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

__all__ = ["Clock", "FixedClock", "SharedClock", "SystemClock", "as_utc"]

_MICROS = struct.Struct("<q")


class Clock(Protocol):
    """Tells when things happen in the world (``at``)."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A time that stands still until it is moved; for tests and single-process replays."""

    def __init__(self, at: datetime) -> None:
        self.at = as_utc(at)

    def now(self) -> datetime:
        """The time that was set."""
        return self.at


class SharedClock:
    """A clock that processes share through eight bytes of a file.

    Zero means the machine's time; anything else is the replayed time, in microseconds since the
    epoch. An aligned write of eight bytes is atomic, so readers never see half a time.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists() or path.stat().st_size != _MICROS.size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(_MICROS.size))
        with path.open("r+b") as file:
            self._cell = mmap.mmap(file.fileno(), _MICROS.size)

    def now(self) -> datetime:
        """The replayed time, or the machine's when no replay is on."""
        micros = _MICROS.unpack_from(self._cell)[0]
        return datetime.fromtimestamp(micros / 1e6, UTC) if micros else datetime.now(UTC)

    @property
    def replaying(self) -> bool:
        """Whether a replay has set the time."""
        return bool(_MICROS.unpack_from(self._cell)[0])

    def set(self, at: datetime) -> None:
        """Move every process of the workspace to ``at``."""
        _MICROS.pack_into(self._cell, 0, round(as_utc(at).timestamp() * 1e6))

    def release(self) -> None:
        """Go back to the machine's time."""
        _MICROS.pack_into(self._cell, 0, 0)


def as_utc(at: datetime) -> datetime:
    """``at`` in UTC; a naive time is taken as UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
