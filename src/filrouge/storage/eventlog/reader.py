"""Reading a consistent view: the committed parts, and what the segments hold beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError
from filrouge.storage.eventlog.frames import kind_of, to_frame, union
from filrouge.storage.eventlog.records import Record, day_of, decode
from filrouge.storage.eventlog.segments import Damage, is_sealed, scan, segment_files
from filrouge.storage.eventlog.tables import Compaction, LogOffset, LogPart
from filrouge.storage.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LogBusy", "SegmentTail", "View", "parts_between", "read_segment", "scan_parts", "take_view"]

_TRIES = 20


class LogBusy(FilrougeError):
    """The log was compacted again and again while it was read."""

    code = "eventlog.busy"
    status = 503


@dataclass
class SegmentTail:
    """What a segment holds from an offset on."""

    path: Path
    sealed: bool
    end: int
    records: list[Record] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


@dataclass(frozen=True)
class View:
    """Parts and tail that together hold each acknowledged record once."""

    parts: list[LogPart]
    tail: list[Record]


def read_segment(path: Path, offset: int) -> SegmentTail:
    """Read a segment from ``offset`` on.

    Raises:
        FileNotFoundError: it was compacted and removed.
    """
    with path.open("rb") as file:
        sealed = is_sealed(file)  # asked before reading: what is sealed grows no more
        file.seek(offset)
        found = scan(file.read(), offset, sealed=sealed)
    tail = SegmentTail(path, sealed, found.end, damages=found.damages)
    for payload in found.payloads:
        try:
            tail.records.append(decode(payload))
        except ValueError:  # a whole frame of a version that this one does not know
            tail.damages.append(Damage(-1, len(payload), torn=False))
    return tail


def parts_between(
    session: Session, product: str, kinds: Sequence[str], first: date, last: date
) -> list[LogPart]:
    """The parts of a product for the days ``first`` to ``last``, both included."""
    return list(
        session.scalars(
            select(LogPart)
            .where(LogPart.product_id == product, LogPart.kind.in_(kinds))
            .where(LogPart.day.between(first, last))
            .order_by(LogPart.path)
        )
    )


def take_view(workspace: Workspace, product: str, kinds: Sequence[str], first: date, last: date) -> View:
    """A view in which nothing is missing and nothing counts twice, even while a compactor works.

    Raises:
        LogBusy: compactions followed each other faster than the log could be read.
    """
    for _ in range(_TRIES):
        with workspace.reading() as session:
            version = _version(session)
            offsets = {row.segment: row.offset for row in session.scalars(select(LogOffset))}
            parts = parts_between(session, product, kinds, first, last)
        tail: list[Record] = []
        for path in segment_files(workspace.log_folder):
            try:
                tail.extend(read_segment(path, offsets.get(path.stem, 0)).records)
            except FileNotFoundError:
                continue
        with workspace.reading() as session:
            if _version(session) == version:
                wanted = [
                    record
                    for record in tail
                    if record.product == product
                    and kind_of(record) in kinds
                    and first <= day_of(record) <= last
                ]
                return View(parts, wanted)
    raise LogBusy(_("The event log is being compacted without pause."), action=_("Try again in a moment."))


def _version(session: Session) -> int:
    return session.scalar(select(func.max(Compaction.number))) or 0


def scan_parts(folder: Path, kind: str, view: View) -> "pl.LazyFrame":
    """The rows of one kind of a view."""
    import polars as pl

    alike: dict[tuple[tuple[str, str], ...], list[Path]] = {}
    for part in view.parts:
        if part.kind == kind:
            alike.setdefault(tuple(sorted(part.columns.items())), []).append(folder / part.path)
    frames = [pl.scan_parquet(paths) for paths in alike.values()]
    tail = [record for record in view.tail if kind_of(record) == kind]
    if tail:
        frames.append(to_frame(kind, tail).lazy())
    return union(kind, frames)
