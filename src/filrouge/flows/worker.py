"""The worker: at every look it compacts the log, judges, acts, watches promotions, raises stories."""

import threading
import time as machine
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.flows.alert_to_story import raise_stories
from filrouge.flows.indicators import refresh_indicators, watch_main_indicator
from filrouge.flows.promotion_watch import watch_promotion
from filrouge.flows.retraining import act_on_alerts
from filrouge.kernel.clock import SharedClock, SystemClock, as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import EventLog
from filrouge.storage.exclusive import exclusive
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import WorkerProgress
from filrouge.streamline.monitoring.watch import default_monitors, watch
from filrouge.streamline.registry.ledger import serving_now
from filrouge.streamline.training.recorder import Recorder, mirror_ledger

__all__ = ["WorkerBusy", "done_to", "look", "look_due", "work"]

_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)
_REPLAY_LOOK_S, _LOOK_S = 0.02, 1.0
_TRIES = 3


class WorkerBusy(FilrougeError):
    """Another worker looks after this workspace."""

    code = "worker.busy"
    status = 409


def look(
    workspace: Workspace,
    product_id: str,
    upto: datetime,
    *,
    log: EventLog | None = None,
    recorder: Recorder | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Everything that is due for a product: indicators, windows, what alerts ask, promotions, stories.

    Args:
        product_id: its log must be compacted.
        upto: the time that is reached; what was done is remembered up to it.
        log: the log to read; the workspace's by default.
        recorder: where trainings are shown, and aliases follow the ledger.
        say: told what was done, as sentences.
    """
    log = log or EventLog(workspace)
    with workspace.transaction("worker") as session:
        default_monitors(session, product_id)
        watch_main_indicator(session, product_id)
        before = _serving(session, product_id)
    refresh_indicators(workspace, product_id, upto, log=log)
    for alert in watch(workspace, product_id, upto, log=log):
        say(f"alert: {alert.title}")
    verdict = watch_promotion(workspace, product_id, log=log)
    for told in (verdict, *act_on_alerts(workspace, product_id, recorder=recorder, log=log, say=say)):
        if told:
            say(told)
    for story in raise_stories(workspace, product_id):
        say(f"candidate story: {story.title}")
    with workspace.reading() as session:
        changed = _serving(session, product_id) != before
    if changed and recorder is not None:
        mirror_ledger(workspace, product_id, recorder)
    with workspace.transaction("worker") as session:
        done = WorkerProgress(product_id=product_id, done_to=upto, recorded_at=SystemClock().now())
        session.merge(done)


def done_to(session: Session, product_id: str) -> datetime | None:
    """Up to when the worker has done everything for a product; none before its first look."""
    found = session.get(WorkerProgress, product_id)
    return as_utc(found.done_to) if found is not None else None


def look_due(now: datetime, every: timedelta) -> datetime:
    """The latest moment, not after ``now``, at which the worker looks.

    Example:
        >>> str(look_due(datetime(2013, 3, 1, 15, 20, tzinfo=UTC), timedelta(hours=6)))
        '2013-03-01 12:00:00+00:00'
    """
    return _EPOCH + (now - _EPOCH) // every * every


def work(
    workspace: Workspace,
    products: Sequence[str] = (),
    *,
    recorder: Recorder | None = None,
    once: bool = False,
    stop: threading.Event | None = None,
    say: Callable[[str, str], None] = lambda _product, _text: None,
) -> None:
    """Look after products whenever it is due, until ``stop`` is set.

    The rhythm follows the workspace's clock, also when a replay moves it fast.

    Args:
        products: those to look after; all that serve something by default.
        once: look now, and end.
        stop: ends the work after the look at hand.
        say: told what was done, by product.

    Raises:
        WorkerBusy: another worker is at work here.
        UnknownProduct: a named product does not exist.
    """
    stop = stop or threading.Event()
    with workspace.reading() as session:
        for name in products:
            product_named(session, name)
    with exclusive(workspace, "worker") as mine:
        if not mine:
            raise WorkerBusy(
                _("Another worker looks after this workspace."),
                where=str(workspace.root),
                action=_("Stop it first; one worker is enough for all products."),
            )
        log, every = EventLog(workspace), timedelta(hours=workspace.settings.loop.every_h)
        failures, done = 0, None
        freshened = machine.monotonic()
        while not stop.is_set():
            now = workspace.clock.now()
            due = now if once else look_due(now, every)
            try:
                if machine.monotonic() - freshened > workspace.settings.loop.compact_s:
                    log.compact()
                    freshened = machine.monotonic()
                if due != done:
                    _look_at_all(workspace, products, due, log, recorder, say)
                failures, done = 0, due
            except FilrougeError as error:
                failures += 1
                say("", f"failed: {error}")
                if once or failures == _TRIES:
                    raise
            if once:
                return
            stop.wait(_pause(workspace))


def _look_at_all(  # noqa: PLR0917  (one call)
    workspace: Workspace,
    products: Sequence[str],
    due: datetime,
    log: EventLog,
    recorder: Recorder | None,
    say: Callable[[str, str], None],
) -> None:
    waiting = _waiting(workspace, products, due)
    if waiting:
        log.compact()
    for name in waiting:
        look(workspace, name, due, log=log, recorder=recorder, say=partial(say, name))


def _waiting(workspace: Workspace, products: Sequence[str], due: datetime) -> list[str]:
    """The products whose last look was before ``due``."""
    with workspace.reading() as session:
        query = select(Product.id).where(
            Product.archived_at.is_(None), Product.code != "", Product.phase != Phase.RETIRED
        )
        names = products or sorted(session.scalars(query))
        reached = {row.product_id: as_utc(row.done_to) for row in session.scalars(select(WorkerProgress))}
    return [name for name in names if name not in reached or reached[name] < due]


def _pause(workspace: Workspace) -> float:
    replaying = isinstance(workspace.clock, SharedClock) and workspace.clock.replaying
    return _REPLAY_LOOK_S if replaying else _LOOK_S


def _serving(session: Session, product_id: str) -> dict[str, str]:
    return {slot: entry.id for slot, entry in serving_now(session, product_id).items()}
