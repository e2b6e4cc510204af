"""Compaction: segments become Parquet parts by product and day, and roll-ups, in one transaction.

Files are written first, under names that follow from the number of the compaction; they count once
the transaction that lists them, moves the offsets and writes the roll-ups is committed. Killed
before, the next compaction writes the same names again; killed after, it only removes what is read.
"""

import fcntl
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import SystemClock
from filrouge.storage.eventlog.frames import joined, kind_of, to_frame, union
from filrouge.storage.eventlog.reader import SegmentTail, View, parts_between, read_segment, scan_parts
from filrouge.storage.eventlog.records import Record, day_of
from filrouge.storage.eventlog.segments import segment_files
from filrouge.storage.eventlog.tables import Compaction, LogDamage, LogOffset, LogPart, PredictionDay
from filrouge.storage.workspace import Workspace

__all__ = ["CompactionReport", "compact", "without_compaction"]

_BATCH_BYTES = 64_000_000
_SMALL_ROWS = 100_000
_SMALL_PARTS = 8
_GRACE_S = 600.0


@dataclass
class CompactionReport:
    """What a compaction did."""

    records: int = 0
    parts: int = 0
    damages: list[LogDamage] = field(default_factory=list)


def compact(workspace: Workspace) -> CompactionReport:
    """Bring everything that was appended into the parts and the roll-ups.

    Safe to call at any time, from any process: one works, and another that comes meanwhile does nothing.
    """
    report = CompactionReport()
    with _alone(workspace.log_folder) as mine:
        if mine:
            _sweep(workspace)
            while _step(workspace, report):
                pass
    return report


@contextmanager
def without_compaction(folder: Path) -> Iterator[None]:
    """No compaction of the log in ``folder`` during the block; one that runs is waited for.

    Writers go on, and a compaction that would have begun meanwhile does nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compactor.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compactor.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _step(workspace: Workspace, report: CompactionReport) -> bool:
    """One transaction's worth; false when nothing is left."""
    with workspace.reading() as session:
        offsets = {row.segment: row.offset for row in session.scalars(select(LogOffset))}
        number = (session.scalar(select(func.max(Compaction.number))) or 0) + 1
    tails, more = _collect(workspace.log_folder, offsets)
    records = [record for tail in tails for record in tail.records]
    damages = [_damage(tail, damage) for tail in tails for damage in tail.damages]
    if records or damages:
        with workspace.reading() as session:
            written, absorbed = _write_parts(session, workspace.log_folder, number, records)
            days = sorted({(part.product_id, part.day) for part in written})
            rollups = [_roll_up(session, workspace, day, written, absorbed) for day in days]
        with workspace.transaction("compactor") as session:
            session.execute(delete(LogPart).where(LogPart.path.in_(sorted(absorbed))))
            session.add_all([*written, *damages])
            for (product, day), rows in zip(days, rollups, strict=True):
                that_day = (PredictionDay.product_id == product, PredictionDay.day == day)
                session.execute(delete(PredictionDay).where(*that_day))
                session.add_all(rows)
            for tail in tails:
                session.merge(LogOffset(segment=tail.path.stem, offset=tail.end))
            times = {"at": workspace.clock.now(), "recorded_at": SystemClock().now()}
            session.add(Compaction(number=number, records=len(records), **times))
        report.records += len(records)
        report.parts += len(written)
        report.damages += damages
    for tail in tails:
        if tail.sealed:
            tail.path.unlink(missing_ok=True)
    return more


def _collect(folder: Path, offsets: dict[str, int]) -> tuple[list[SegmentTail], bool]:
    tails: list[SegmentTail] = []
    size = 0
    for path in segment_files(folder):
        if size >= _BATCH_BYTES:
            return tails, True
        start = offsets.get(path.stem, 0)
        tail = read_segment(path, start)
        size += tail.end - start
        tails.append(tail)
    return tails, False


def _damage(tail: SegmentTail, damage: Any) -> LogDamage:
    code = "eventlog.torn-frame" if damage.torn else "eventlog.damaged-frame"
    where = {"segment": tail.path.stem, "offset": damage.offset, "size": damage.size}
    return LogDamage(**where, code=code, recorded_at=SystemClock().now())


def _write_parts(
    session: Session, folder: Path, number: int, records: list[Record]
) -> tuple[list[LogPart], set[str]]:
    """Write the new rows, with the small parts of the same day when these have become many."""
    groups: dict[tuple[str, str, date], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.product, kind_of(record), day_of(record)].append(record)
    written, absorbed = [], set()
    for (product, kind, day), group in sorted(groups.items(), key=lambda item: item[0]):
        frame = to_frame(kind, group)
        small = [p for p in parts_between(session, product, [kind], day, day) if p.rows < _SMALL_ROWS]
        if len(small) >= _SMALL_PARTS:
            frame = union(kind, [scan_parts(folder, kind, View(small, [])), frame.lazy()]).collect()
            absorbed |= {part.path for part in small}
        path = f"days/{quote(product, safe='')}/{kind}/{day}/{number:08d}.parquet"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(folder / path, compression="zstd", statistics=True)
        columns = {name: str(dtype) for name, dtype in frame.schema.items()}
        part = {"path": path, "product_id": product, "kind": kind, "day": day}
        written.append(LogPart(**part, rows=frame.height, columns=columns))
    return written, absorbed


def _roll_up(
    session: Session,
    workspace: Workspace,
    product_day: tuple[str, date],
    written: list[LogPart],
    absorbed: set[str],
) -> list[PredictionDay]:
    """The day's roll-up, counted anew from its parts: the same however often it is done."""
    import polars as pl

    product, day = product_day
    kinds = ["prediction", "label", "feedback"]
    kept = [part for part in parts_between(session, product, kinds, day, day) if part.path not in absorbed]
    view = View(kept + [part for part in written if (part.product_id, part.day) == product_day], [])
    columns = ["model_version", "slot", "degraded", "score", "latency_ms"]
    frames = [scan_parts(workspace.log_folder, kind, view) for kind in kinds]
    frames[0] = frames[0].select("id", "at", *columns)
    labelled = pl.col("label").is_not_null() | pl.col("label_text").is_not_null()
    latency = pl.col("latency_ms")
    rows = (
        joined(frames[0], frames[1], frames[2])
        .group_by("model_version", "slot", "degraded")
        .agg(
            n=pl.len().cast(pl.Int64),
            labelled=labelled.sum().cast(pl.Int64),
            accepted=(pl.col("verdict") == "accepted").sum().cast(pl.Int64),
            rejected=(pl.col("verdict") == "rejected").sum().cast(pl.Int64),
            score_mean=pl.col("score").mean(),
            label_mean=pl.col("label").mean(),
            latency_p50=latency.quantile(0.5, "linear"),
            latency_p95=latency.quantile(0.95, "linear"),
            latency_p99=latency.quantile(0.99, "linear"),
        )
        .collect()
    )
    return [PredictionDay(product_id=product, day=day, **row) for row in rows.iter_rows(named=True)]


def _is_due(mark: Path) -> bool:
    """Whether the last sweep was a while ago; if so, this one is noted: it looks at every file of the log."""
    try:
        due = time.time() - mark.stat().st_mtime > _GRACE_S / 10
    except FileNotFoundError:
        due = True
    if due:
        mark.touch()
    return due


def _sweep(workspace: Workspace) -> None:
    """Remove offsets of gone segments, and now and then files that no row lists and no reader still uses."""
    folder = workspace.log_folder
    present = {path.stem for path in segment_files(folder)}
    with workspace.reading() as session:
        gone = [s for s in session.scalars(select(LogOffset.segment)) if s not in present]
    if gone:
        with workspace.transaction("compactor") as session:
            session.execute(delete(LogOffset).where(LogOffset.segment.in_(gone)))
    if not _is_due(folder / "swept"):
        return
    with workspace.reading() as session:
        listed = set(session.scalars(select(LogPart.path)))
    limit = time.time() - _GRACE_S
    for path in (folder / "days").glob("*/*/*/*.parquet"):
        if str(path.relative_to(folder)) not in listed and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
