"""Segments: files of checksummed frames, each written by one process that holds the file's lock.

A frame is a marker of two bytes, the payload's length and CRC-32 (little-endian, four bytes each),
then the payload. A segment whose lock nobody holds is sealed: its process rotated it, ended or died.
"""

import fcntl
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

__all__ = ["SUFFIX", "Damage", "Scan", "frame", "is_sealed", "scan", "segment_files"]

SUFFIX = ".seg"
_MARK = b"\xf5\xaf"
_HEAD = struct.Struct("<2sII")


@dataclass(frozen=True)
class Damage:
    """Bytes of a segment that are no frame. ``torn`` is a last frame cut by the death of its process."""

    offset: int
    size: int
    torn: bool


@dataclass
class Scan:
    """The payloads of whole frames, where reading goes on, and what was damaged."""

    end: int
    payloads: list[bytes] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


def frame(payload: bytes) -> bytes:
    """A payload ready to be appended."""
    return _HEAD.pack(_MARK, len(payload), zlib.crc32(payload)) + payload


def scan(data: bytes, start: int, *, sealed: bool) -> Scan:
    """Read the frames of ``data``, which begins at offset ``start`` of its segment.

    An incomplete end is left for later when the segment is still written, dropped when it is sealed.
    A damaged frame with whole ones after it is reported and skipped.

    Example:
        >>> found = scan(frame(b"one") + frame(b"two")[:-1], 0, sealed=True)
        >>> found.payloads, found.damages
        ([b'one'], [Damage(offset=13, size=12, torn=True)])
    """
    result, at = Scan(end=start), 0
    while at < len(data):
        payload = _payload(data, at)
        if payload is not None:
            result.payloads.append(payload)
            at += _HEAD.size + len(payload)
            continue
        following = _next_frame(data, at + 1)
        if following is None:
            if sealed:
                result.damages.append(Damage(start + at, len(data) - at, torn=True))
                at = len(data)
            break
        result.damages.append(Damage(start + at, following - at, torn=False))
        at = following
    result.end = start + at
    return result


def _payload(data: bytes, at: int) -> bytes | None:
    if len(data) - at < _HEAD.size:
        return None
    mark, size, checksum = _HEAD.unpack_from(data, at)
    payload = data[at + _HEAD.size : at + _HEAD.size + size]
    whole = mark == _MARK and len(payload) == size and zlib.crc32(payload) == checksum
    return payload if whole else None


def _next_frame(data: bytes, at: int) -> int | None:
    while (at := data.find(_MARK, at)) >= 0:
        if _payload(data, at) is not None:
            return at
        at += 1
    return None


def is_sealed(file: BinaryIO) -> bool:
    """Whether no process writes to this segment any more."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def segment_files(folder: Path) -> list[Path]:
    """The segments of the log in ``folder``, the oldest first."""
    return sorted((folder / "segments").glob(f"*{SUFFIX}"))
