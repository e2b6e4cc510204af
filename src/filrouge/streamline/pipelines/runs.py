"""The durable record of runs and of their steps (STR-9)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Base

__all__ = ["FINISHED", "Run", "RunStep", "UnknownRun", "run_named", "runs_of", "states_of", "steps_of"]

FINISHED = ("done", "cached", "fallback")
"""States of a step whose output can be used."""


class UnknownRun(FilrougeError):
    """No run has this id."""

    code = "run.unknown"
    status = 404


class Run(Base):
    """One execution of a product's graph over a window."""

    __tablename__ = "run"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    trigger: Mapped[str] = mapped_column(String(40))
    """``manual``, ``training``, ``schedule``, ``alert``…: what started it."""
    who: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(12))
    """``running``, ``done``, ``failed`` or ``cancelled``; a killed one stays ``running``."""
    targets: Mapped[list[Any]]
    params: Mapped[dict[str, Any]]
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    as_of: Mapped[datetime | None]
    code_version: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """By the machine's clock, like ``recorded_at``."""


class RunStep(Base):
    """One step of a run. Its times are the machine's."""

    __tablename__ = "run_step"
    __table_args__ = (Index("ix_run_step_cache", "product_id", "cache_key"),)

    run_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    inputs: Mapped[list[Any]] = mapped_column(default=list)
    """Names of the steps that it reads: the graph as it was when the run started."""
    state: Mapped[str] = mapped_column(String(12))
    """``queued``, ``running``, ``done``, ``cached``, ``fallback``, ``failed`` or ``skipped``."""
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    format: Mapped[str] = mapped_column(String(8), default="")
    """``parquet``, ``json`` (a file), ``inline`` (in ``value``)."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    value: Mapped[str] = mapped_column(default="")
    cache_key: Mapped[str] = mapped_column(String(64), default="")
    log: Mapped[str] = mapped_column(String(64), default="")
    """Digest of what it printed and logged; empty when it was silent."""
    error: Mapped[str] = mapped_column(default="")


def run_named(session: Session, run_id: str) -> Run:
    """The run with this id.

    Raises:
        UnknownRun: there is none.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise UnknownRun(
            _("There is no run '{run}'.").format(run=run_id), action=_("List the runs with: filrouge runs")
        )
    return run


def runs_of(
    session: Session,
    product_id: str | None = None,
    *,
    state: str = "",
    trigger: str = "",
    before: str = "",
    limit: int = 50,
) -> list[Run]:
    """The latest runs first, of one product or all.

    Args:
        session: a reading session.
        product_id: the product; all without it.
        state: only runs in this state.
        trigger: only runs that this started.
        before: only runs older than the run with this id.
        limit: how many at most.
    """
    query = session.query(Run).order_by(Run.id.desc())
    if product_id is not None:
        query = query.filter(Run.product_id == product_id)
    if state:
        query = query.filter(Run.state == state)
    if trigger:
        query = query.filter(Run.trigger == trigger)
    if before:
        query = query.filter(Run.id < before)
    return query.limit(limit).all()


def states_of(session: Session, run_ids: Iterable[str]) -> dict[str, Counter[str]]:
    """How many steps of each run are in each state, in one query."""
    counted: dict[str, Counter[str]] = {run_id: Counter() for run_id in run_ids}
    query = (
        select(RunStep.run_id, RunStep.state, func.count())
        .where(RunStep.run_id.in_(list(counted)))
        .group_by(RunStep.run_id, RunStep.state)
    )
    for run_id, state, number in session.execute(query):
        counted[run_id][state] = number
    return counted


def steps_of(session: Session, run_id: str) -> list[RunStep]:
    """The steps of a run, in their order."""
    return session.query(RunStep).filter(RunStep.run_id == run_id).order_by(RunStep.position).all()
