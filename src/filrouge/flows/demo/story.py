"""The demo's story: each chapter does what a team would do, by the same functions as its commands."""

import threading
import time as machine
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from filrouge.flows.demo.plan import FAST, FULL, Plan
from filrouge.flows.demo.state import DemoState, read_state, write_state
from filrouge.flows.demo.study import measure
from filrouge.flows.demo.summary import Summary, summary_of
from filrouge.flows.examples import import_example, mend_example
from filrouge.flows.processes import Parts
from filrouge.flows.promotion import GateRefused, promote_through_gate
from filrouge.flows.replay import DayReport, Replay, history_of
from filrouge.flows.worker import done_to
from filrouge.kernel.clock import SharedClock
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.new_product import new_product
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.registry.ledger import promote, serving_now
from filrouge.streamline.registry.version import versions
from filrouge.streamline.training.recorder import Recorder
from filrouge.streamline.training.train import train

if TYPE_CHECKING:
    from filrouge.thread.check.engine import Report

__all__ = ["PRODUCT", "Demo", "Teller"]

PRODUCT = "nyc-departures"
NAIVE, REAL = "late_rate", "gradient_boosting"
_LOOK_S = 0.02


class Teller(Protocol):
    """Shows what goes on."""

    def say(self, text: str) -> None:
        """A line that stays."""
        ...

    def advance(self, done: int, total: int, text: str) -> None:
        """How far the replay is."""
        ...


class Demo:
    """Builds, serves, watches and mends *NYC departures 2013*; killed anywhere, another call goes on.

    Args:
        workspace: its own, with the shared clock.
        fast: the short plan.
        recorder: where runs and models are shown too.
        check: the check of a product, as ``filrouge check`` does it.
        teller: shows what goes on.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        fast: bool,
        recorder: Recorder,
        check: Callable[[str], "Report"],
        teller: Teller,
    ) -> None:
        assert isinstance(workspace.clock, SharedClock)
        self._workspace, self._clock, self._recorder = workspace, workspace.clock, recorder
        self._check, self._teller = check, teller
        known = read_state(workspace.root)
        if known is not None and known.fast != fast:
            teller.say(f"This folder holds a {'short' if known.fast else 'whole'} demo: it is continued")
        self._state = known or DemoState(fast=fast, started_at=machine.time())
        self._plan: Plan = FAST if self._state.fast else FULL

    def describe(self) -> None:
        """Explore and organize: the method's artefacts, then code from the template; the check before."""
        with self._workspace.transaction("demo") as session:
            product = session.get(Product, PRODUCT)
            if product is None:
                import_example(session)
            coded = product is not None and bool(product.code)
        if not coded:
            new_product(self._workspace, "NYC departures", template="nyc-departures", actor="demo")
        if self._state.check_before is None:
            self._state.check_before = self._checked()
        self._save()
        self._teller.say(
            "Product described and coded: canvas, story map, indicators; package from the template"
        )

    def build(self) -> None:
        """Streamline: the data studied, then two models on two months; the naive one serves."""
        if not self._clock.replaying:
            self._clock.set(self._plan.training.end)
        if said := measure(self._workspace, PRODUCT, self._plan.training):
            self._teller.say(f"Studied the data at hand: {said}")
        for model, hypothesis in ((NAIVE, "hypothesis:nyc-h-naive"), (REAL, "hypothesis:nyc-h-weather")):
            self._trained(model, hypothesis)
        naive = self._trained(NAIVE, "")
        with self._workspace.transaction("demo") as session:
            if "champion" not in serving_now(session, PRODUCT):
                why = "The simplest model first: it shows the whole way works"
                promote(session, PRODUCT, "naive", naive, who="demo", why=why)
                promote(session, PRODUCT, "champion", naive, who="demo", why=why)
                product_named(session, PRODUCT).phase = Phase.LIVE

    def live(self, parts: Parts, url: str) -> None:
        """Run: ten months of requests and labels through the server, day by day behind the worker.

        Args:
            parts: the running parts of the workspace; the worker is among them.
            url: of the model server.
        """
        # Flights of the first two hours would have been asked about the day before.
        first = datetime.combine(self._plan.days[0], time(2), UTC)
        window = Window(first, self._plan.days[-1] + timedelta(days=1))
        events, labels = history_of(self._workspace, PRODUCT, window)
        replay = Replay(
            url,
            PRODUCT,
            events,
            labels,
            self._clock,
            key="flight_id",
            time="scheduled_departure",
            target="late",
            known_at="known_at",
            group=["origin"],
        )
        replay.labelled_until = self._state.labelled_until
        # On the day after the last, only labels come.
        days = [*replay.days, replay.days[-1] + timedelta(days=1)]
        for number, day in enumerate(days):
            if self._state.next_day is None or day >= self._state.next_day:
                self._decide(day)
                with self._workspace.reading() as session:
                    replay.wait_until_serving(serving_now(session, PRODUCT)["champion"].version_id)
                report = replay.run_day(day)
                self._state.labelled_until = replay.labelled_until
                self._replayed(report, number + 1, len(days), parts)

    def conclude(self) -> Summary:
        """The gaps of the method mended, the check after, and what happened."""
        if self._state.check_after is None:
            with self._workspace.transaction("demo") as session:
                mend_example(session)
            self._state.check_after = self._checked()
            self._save()
        return summary_of(self._workspace, PRODUCT, self._plan, self._state)

    def _trained(self, model: str, hypothesis: str) -> str:
        """The id of the model's version on the first months; trained when there is none."""
        with self._workspace.reading() as session:
            found = [one.id for one in versions(session, PRODUCT, model)]
        if found:
            return found[0]
        version = train(
            self._workspace,
            PRODUCT,
            model,
            window=self._plan.training,
            hypothesis=hypothesis,
            recorder=self._recorder,
            actor="demo",
            progress=lambda text: self._teller.advance(0, 0, f"{model}: {text}"),
        )
        self._teller.say(f"Trained {version.id}: {_metrics(version.metrics)}")
        return version.id

    def _decide(self, day: date) -> None:
        """What people do on this day of the story."""
        if day >= self._plan.challenger_from and not self._ever_champion():
            challenger = self._trained(REAL, "")
            try:
                promote_through_gate(
                    self._workspace,
                    PRODUCT,
                    challenger,
                    who="demo",
                    why="The first real model, against the naive one",
                )
            except GateRefused as refused:  # it may pass with the labels of another day
                self._teller.say(f"{day}: {refused.what} {refused.why}")
            else:
                self._teller.say(f"{day}: {challenger} passed the gate and serves")
        if day >= self._plan.hurried_on and not self._state.hurried_version:
            self._hurry(day)

    def _ever_champion(self) -> bool:
        with self._workspace.reading() as session:
            champion = serving_now(session, PRODUCT)["champion"]
            return champion.replaced is not None

    def _hurry(self, day: date) -> None:
        """A version of three January days is forced past the gate, as happens on a bad afternoon."""
        version = train(
            self._workspace,
            PRODUCT,
            REAL,
            window=self._plan.hurried_training,
            recorder=self._recorder,
            note="Trained in a hurry on three days",
            actor="demo",
        )
        promote_through_gate(
            self._workspace,
            PRODUCT,
            version.id,
            who="demo",
            why="In a hurry: forced although the gate refuses it",
            force=True,
        )
        self._state.hurried_version = version.id
        self._save()
        self._teller.say(f"{day}: {version.id} was forced into production although the gate refuses it")

    def _replayed(self, report: DayReport, done: int, total: int, parts: Parts) -> None:
        end = datetime.combine(report.day + timedelta(days=1), time(), UTC)
        self._clock.set(end)
        self._wait_for_worker(end, parts)
        self._state.acknowledged += report.acknowledged
        self._state.labelled += report.labels
        self._state.next_day = report.day + timedelta(days=1)
        self._save()
        told = f"{report.day}  {self._state.acknowledged:,} predictions, {self._state.labelled:,} labels"
        self._teller.advance(done, total, told)

    def _wait_for_worker(self, end: datetime, parts: Parts) -> None:
        """The next day starts when the worker has judged this one."""
        pause = threading.Event()
        while True:
            with self._workspace.reading() as session:
                reached = done_to(session, PRODUCT)
            if reached is not None and reached >= end:
                return
            parts.require("worker")
            pause.wait(_LOOK_S)

    def _checked(self) -> dict[str, object]:
        report = self._check(PRODUCT)
        return {"counts": report.counts, "codes": sorted(finding.code for finding in report.findings)}

    def _save(self) -> None:
        write_state(self._workspace.root, self._state)


def _metrics(metrics: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in metrics.items())
