"""Tables of the compacted log: which Parquet parts count, how far each segment was read, roll-ups."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from filrouge.storage.base import Base

__all__ = ["Compaction", "LogDamage", "LogOffset", "LogPart", "PredictionDay"]


class Compaction(Base):
    """One committed compaction; the last number is the version of the whole manifest."""

    __tablename__ = "log_compaction"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    records: Mapped[int]


class LogPart(Base):
    """A Parquet file that belongs to the log; a file that has no row here does not exist."""

    __tablename__ = "log_part"
    __table_args__ = (Index("ix_log_part_product_kind_day", "product_id", "kind", "day"),)

    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    day: Mapped[date]
    rows: Mapped[int]
    columns: Mapped[dict[str, Any]]


class LogOffset(Base):
    """Up to where a segment is in the parts."""

    __tablename__ = "log_offset"

    segment: Mapped[str] = mapped_column(String(60), primary_key=True)
    offset: Mapped[int]


class LogDamage(Base):
    """Bytes of a segment that could not be read."""

    __tablename__ = "log_damage"

    id: Mapped[int] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(String(60))
    offset: Mapped[int]
    size: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime]


class PredictionDay(Base):
    """The roll-up that pages read: predictions of one day, version and slot, with what came of them.

    Times are milliseconds; ``label_mean`` and ``score_mean`` are over the labelled and the scored rows.
    """

    __tablename__ = "prediction_day"

    product_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(String(120), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20), primary_key=True)
    degraded: Mapped[bool] = mapped_column(primary_key=True)
    n: Mapped[int]
    labelled: Mapped[int]
    accepted: Mapped[int]
    rejected: Mapped[int]
    score_mean: Mapped[float | None]
    label_mean: Mapped[float | None]
    latency_p50: Mapped[float | None]
    latency_p95: Mapped[float | None]
    latency_p99: Mapped[float | None]
