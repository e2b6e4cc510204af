"""Tables of monitoring: monitors, their values window by window, and the alerts they opened."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.measures import Measure
from filrouge.storage.base import Artefact, Base
from filrouge.thread.ref import Ref

__all__ = [
    "ACTIONS",
    "SLICE_LENGTH",
    "Alert",
    "BadMonitor",
    "Definition",
    "Monitor",
    "MonitorValue",
    "PromotionWatch",
    "WorkerProgress",
    "add_monitor",
]

SLICE_LENGTH = 120
ACTIONS = ("none", "retrain", "rollback", "degrade")


class BadMonitor(FilrougeError):
    """A monitor's definition makes no sense."""

    code = "monitor.bad-definition"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a monitor watches, and when it speaks.

    Attributes:
        kind: ``quality`` (share of nulls beyond the reference's), ``drift`` (PSI beyond chance),
            ``performance``, ``indicator``, ``latency`` (95th percentile, ms).
        column: one feature for quality and drift; all of them by default (the worst counts).
        metric: of ``performance``: a name in ``measures.metrics.METRICS``.
        measure: of ``indicator``.
        indicator: id of the indicator whose measure and target these are; empty for one of its own.
        threshold: beyond it a window is bad.
        worse: on which side of the threshold.
        window_h: length of a window, hours; windows follow each other from midnight UTC.
        delay_h: how long after its end a window is judged: labels take their time.
        min_n: with fewer rows a window has no value.
        after: bad windows in a row that open an alert; ``clear``: good ones that close it.
        hysteresis: a good window is better than the threshold by this much while an alert is open.
        cool_down_h: after an alert was closed, none is opened for this long.
        action: what the retraining loop does about an alert.
    """

    kind: Literal["quality", "drift", "performance", "indicator", "latency"]
    threshold: float
    worse: Literal["above", "below"] = "above"
    column: str = ""
    metric: str = "roc_auc"
    measure: Measure | None = None
    indicator: str = ""
    window_h: int = 24
    delay_h: int = 0
    min_n: int = 100
    after: int = 1
    clear: int = 1
    hysteresis: float = 0.0
    cool_down_h: float = 0.0
    action: Literal["none", "retrain", "rollback", "degrade"] = "none"

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Definition":
        """A definition from plain values.

        Raises:
            BadMonitor: something in it is unknown, or of another type.
        """
        try:
            return msgspec.convert(given, cls)
        except msgspec.ValidationError as error:
            why = str(error)
            raise BadMonitor(
                _("The monitor's definition cannot be read."), where="monitor", why=why
            ) from None

    def check(self) -> None:
        """Check what can be checked without data.

        Raises:
            BadMonitor: a part is missing or impossible.
            UnknownMetric: performance is asked in a metric that does not exist.
        """
        where = _("{kind} monitor").format(kind=self.kind)
        if (self.kind == "indicator") != (self.measure is not None):
            raise BadMonitor(_("An indicator monitor, and only that, has a measure."), where=where)
        if min(self.window_h, self.after, self.clear, self.min_n) < 1:
            raise BadMonitor(_("window_h, after, clear and min_n start at 1."), where=where)
        if min(self.delay_h, self.hysteresis, self.cool_down_h) < 0:
            raise BadMonitor(_("delay_h, hysteresis and cool_down_h start at 0."), where=where)
        if not math.isfinite(self.threshold):
            raise BadMonitor(_("The threshold is a finite number."), where=where)
        if self.kind == "performance":
            from filrouge.measures.metrics import check_metric

            check_metric(self.metric)
        if self.measure is not None:
            self.measure.check()


class Monitor(Artefact):
    """A monitor; its definition is a ``Definition`` as JSON."""

    __tablename__ = "monitor"
    kind = "monitor"

    title: Mapped[str] = mapped_column(String(200))
    definition: Mapped[dict[str, Any]] = mapped_column(info={"shape": dict})

    @property
    def parsed(self) -> Definition:
        """The definition."""
        return Definition.read(self.definition)

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """A definition that cannot be read, or makes no sense."""
        try:
            self.parsed.check()
        except FilrougeError as error:
            return list(error.faults) if isinstance(error, Faults) else [error]
        return []


class MonitorValue(Base):
    """What a monitor saw in one window; ``value`` is none when there were too few rows.

    ``slice`` is empty for the window's value. A performance monitor has a row more for each slice of the
    version that answered most, ``carrier=AA``, where ``min_n`` labelled rows were in it; slices open no
    alert. ``detail["columns"]`` of quality and drift monitors has the figures of every column, for a heat
    map of columns by windows: ``null_share`` and ``beyond_reference``; ``psi``, ``js``, ``ks``, ``p`` and
    ``beyond_chance``.
    """

    __tablename__ = "monitor_value"
    __table_args__ = (UniqueConstraint("monitor_id", "end_at", "slice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    monitor_id: Mapped[str] = mapped_column(String(40))
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    slice: Mapped[str] = mapped_column(String(SLICE_LENGTH), default="")
    value: Mapped[float | None]
    n: Mapped[int]
    bad: Mapped[bool]
    detail: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class Alert(Base):
    """Something a monitor found: the inbox. ``state``: ``open``, ``acknowledged``, ``closed``."""

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_product_state", "product_id", "state"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    product_id: Mapped[str] = mapped_column(String(40))
    monitor_id: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default="open")
    action: Mapped[str] = mapped_column(String(20), default="none")
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str] = mapped_column(String(80), default="")
    closed_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]
    """When the action was done; none: not yet, or nothing to do."""
    evidence: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]

    @property
    def ref(self) -> Ref:
        """Its address on the thread."""
        return Ref("alert", self.id)


class PromotionWatch(Base):
    """What became of a promotion that was watched: ``confirmed``, ``rolled back`` or ``replaced``."""

    __tablename__ = "promotion_watch"

    entry_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Of the ledger."""
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class WorkerProgress(Base):
    """Up to when the worker has done everything for a product."""

    __tablename__ = "worker_progress"

    product_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_to: Mapped[datetime]
    recorded_at: Mapped[datetime]


def add_monitor(session: Session, product_id: str, title: str, definition: Definition) -> Monitor:
    """Define a monitor.

    Raises:
        BadMonitor: the definition makes no sense.
    """
    definition.check()
    made = Monitor(product_id=product_id, title=title, definition=msgspec.to_builtins(definition))
    session.add(made)
    session.flush()
    return made
