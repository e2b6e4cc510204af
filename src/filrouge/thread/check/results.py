"""What checks found over time: a light record, without texts, so that pages can say what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.storage.base import Base
from filrouge.thread.check.report import Report
from filrouge.thread.ref import Ref

__all__ = ["Changed", "CheckResult", "Mark", "changed_since", "latest_results", "record", "results_of"]

KEPT = 60
"""Results that a page reads at most."""


class Mark(NamedTuple):
    """A finding without its words."""

    fingerprint: str
    code: str
    ref: Ref
    severity: str


class CheckResult(Base):
    """What checks of a product found from ``at`` to ``seen_at``; finding the same moves the end only."""

    __tablename__ = "check_result"
    __table_args__ = (Index("ix_check_result_product", "product_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    seen_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(80))
    """Who ran the last check that found this."""
    phase: Mapped[str] = mapped_column(String(20))
    errors: Mapped[int]
    warnings: Mapped[int]
    infos: Mapped[int]
    waived: Mapped[int]
    failures: Mapped[int]
    findings: Mapped[list[Any]]
    """``[fingerprint, code, ref, severity]`` of each."""
    stations: Mapped[list[Any]]
    """State of each station of the thread."""
    stamp: Mapped[str] = mapped_column(String(40))
    """What the product, the settings and the day were: another stamp makes the result an old one."""

    @property
    def total(self) -> int:
        """How many findings stand."""
        return self.errors + self.warnings + self.infos

    @property
    def marks(self) -> list[Mark]:
        """The findings."""
        return [Mark(print_, code, Ref.parse(ref), weight) for print_, code, ref, weight in self.findings]


def record(
    session: Session, report: Report, *, stamp: str, stations: Sequence[str] = (), who: str = ""
) -> CheckResult:
    """Keep what a check found; when nothing changed, the latest result is said to hold still."""
    counts = report.counts
    held = {
        "phase": report.phase,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "infos": counts["info"],
        "waived": len(report.waived),
        "failures": len(report.failures),
        "findings": [
            [one.fingerprint, one.code, str(one.ref), one.severity.value] for one in report.findings
        ],
        "stations": list(stations),
    }
    latest = latest_results(session, [report.product]).get(report.product)
    if latest is None or any(getattr(latest, name) != value for name, value in held.items()):
        latest = CheckResult(product_id=report.product, at=report.at, **held)
        session.add(latest)
    latest.seen_at, latest.stamp, latest.who = report.at, stamp, who[:80]
    latest.recorded_at = SystemClock().now()
    session.flush()
    return latest


def latest_results(session: Session, products: Iterable[str]) -> dict[str, CheckResult]:
    """The newest result of each product that has one."""
    newest = (
        select(func.max(CheckResult.id))
        .where(CheckResult.product_id.in_(list(products)))
        .group_by(CheckResult.product_id)
    )
    found = session.scalars(select(CheckResult).where(CheckResult.id.in_(newest)))
    return {one.product_id: one for one in found}


def results_of(session: Session, product_id: str) -> list[CheckResult]:
    """The results of a product, the oldest of the last ones first."""
    query = select(CheckResult).where(CheckResult.product_id == product_id)
    return list(session.scalars(query.order_by(CheckResult.id.desc()).limit(KEPT)))[::-1]


@dataclass(frozen=True)
class Changed:
    """What is new and what was mended since an earlier result.

    Attributes:
        since: when that result was last seen.
        new: fingerprints of what it did not have.
        mended: what it had, and stands no more (waived counts as gone too).
    """

    since: datetime
    new: frozenset[str]
    mended: tuple[Mark, ...]


def changed_since(results: Sequence[CheckResult], report: Report) -> Changed | None:
    """Compare a report with the newest result that found something else; none when there is none."""
    now = {one.fingerprint for one in report.findings}
    for result in reversed(results):
        before = result.marks
        if {mark.fingerprint for mark in before} != now:
            gone = tuple(mark for mark in before if mark.fingerprint not in now)
            return Changed(result.seen_at, frozenset(now - {mark.fingerprint for mark in before}), gone)
    return None
