"""One product being served: door, micro-batches, models, log, labels and feedback."""

import asyncio
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from filrouge.kernel.clock import Clock
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.eventlog import Prediction as Logged
from filrouge.streamline.pipelines.row_check import Refusal
from filrouge.streamline.serving.batcher import Batcher, Job
from filrouge.streamline.serving.door import Admitted, Door, refuse_old
from filrouge.streamline.serving.errors import NoModel, RowsRefused
from filrouge.streamline.serving.explain import Contribution
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.models import CHAMPION, Models
from filrouge.streamline.serving.pasts import Pasts
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.ports import Ledger, Log, SlotEntry
from filrouge.streamline.serving.predicted import Predicted
from filrouge.streamline.serving.recent import Recent
from filrouge.streamline.serving.records import prediction_ids, records_of
from filrouge.streamline.serving.returns import Label
from filrouge.streamline.serving.scoring import Scored, Scoring
from filrouge.streamline.serving.stores import Store

__all__ = ["Prediction", "Predictions", "ServedProduct", "ServingLimits"]

BATCH_ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class Prediction(msgspec.Struct, omit_defaults=True):
    """The answer to one row."""

    row: int
    """Its place in the request."""
    prediction_id: str
    score: float
    model: str
    slot: str
    explanation: list[Contribution] | None = None


class Predictions(msgspec.Struct):
    """The answer to a request."""

    product: str
    at: datetime
    predictions: list[Prediction]
    refused: list[Refusal]
    degraded: bool
    reason: str = ""
    """Why the naive model, or a stale or replaced source, stands in."""
    snapshots: dict[str, str] = {}
    request_id: str = ""


class ServingLimits(msgspec.Struct, frozen=True):
    """How long and how much: see ``[serve]`` in the settings."""

    timeout_ms: float = 2000.0
    batch_rows: int = 2000
    max_body_mb: float = 16.0


class ServedProduct:
    """Answers for one product.

    Args:
        plan: what its graph says.
        ledger: which versions serve.
        log: where predictions, labels and feedback are kept.
        clock: the workspace's.
        dead_letters: file that refused rows are added to, one JSON object a line.
        limits: time-out and sizes.
    """

    def __init__(
        self,
        plan: ServingPlan,
        ledger: Ledger,
        log: Log,
        *,
        clock: Clock,
        dead_letters: Path,
        limits: ServingLimits | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        limits = limits or ServingLimits()
        self.plan, self.log, self.clock = plan, log, clock
        self.door = Door(plan.contract)
        self.metrics = metrics or Metrics()
        self.models = Models(ledger)
        self.stores = {source.name: Store(source, clock.now) for source in plan.sources}
        self.scoring = Scoring(
            plan,
            self.stores,
            self.models,
            timeout_s=limits.timeout_ms / 1000,
            metrics=self.metrics,
            replaying=lambda: bool(getattr(clock, "replaying", False)),
        )
        self._batcher: Batcher[Any, Predictions] = Batcher(self._work, batch_rows=limits.batch_rows)
        self._pasts = Pasts(plan, self.stores)
        self.predicted = Predicted(log, clock, Recent(inputs=self._pasts.wanted))
        self._labelling = threading.Lock()
        self._dead_letters = dead_letters
        self._encode = msgspec.json.Encoder().encode

    def start(self) -> None:
        """Read the sources and load the models; call before the first request, from any thread.

        Raises:
            SourceUnavailable: a necessary source cannot be read.
            NoModelLoads: versions should serve, and none of them can be loaded.
        """
        for store in self.stores.values():
            store.refresh()
        self._pasts.feed(*self.predicted.restore(self.plan.past))
        self.models.refresh()
        self.models.require_one(self.plan.product)

    def refresh(self, *, force: bool = False) -> None:
        """Follow the ledger, and read again the sources whose interval has passed."""
        self.models.refresh(force=force)
        for store in self.stores.values():
            if store.due:
                store.refresh()

    async def predict(self, body: bytes, *, explain: bool = False, request_id: str = "") -> Predictions:
        """Answer a request's body.

        Raises:
            BadBody: it is not of the form.
            RowsRefused: no row holds to the contract.
            FilrougeError: nothing could answer.
        """
        admitted = self.door.admit(body, explain=explain, request_id=request_id)
        refuse_old(admitted, self.plan, self.clock.now())
        if admitted.refused:
            self.bury(admitted.refused)
        if not admitted.rows:
            if not admitted.refused:
                raise RowsRefused(_("The request has no row."), action=_('Send {"rows": [{…}]}.'))
            raise _all_refused(admitted)
        return await self._answer(admitted)

    async def _answer(self, admitted: Admitted) -> Predictions:
        job: Job[Any, Predictions] = Job(admitted.rows, admitted.explain, admitted.request_id)
        answer = await self._batcher.submit(job)
        for place, prediction in zip(admitted.places, answer.predictions, strict=True):
            prediction.row = place
        answer.refused, answer.request_id = admitted.refused, admitted.request_id
        return answer

    async def _work(self, jobs: Sequence[Job[Any, Predictions]]) -> list[Predictions | Exception]:
        started = time.perf_counter()
        rows = [row for job in jobs for row in job.rows]
        wanted = [job.explain for job in jobs for _ in job.rows]
        at = self.clock.now()
        scored = await self.scoring.score(rows, [place for place, yes in enumerate(wanted) if yes], at)
        ids = [each for job in jobs for each in prediction_ids(self.plan, at, job)]
        reason = self._stands_in(scored)
        requests = [job.request_id for job in jobs for _ in job.rows]
        took_ms = (time.perf_counter() - started) * 1000
        await self._keep(
            records_of(self.plan, scored, ids, requests, degraded=bool(reason), latency_ms=took_ms)
        )
        self._count(len(rows), scored, time.perf_counter() - started)
        answers: list[Predictions | Exception] = []
        first = 0
        for job in jobs:
            places = range(first, first + len(job.rows))
            predictions = [_prediction(scored, ids, place) for place in places]
            answers.append(
                Predictions(
                    self.plan.product, at, predictions, [], bool(reason), reason, scored.trial.snapshots
                )
            )
            first += len(job.rows)
        return answers

    def _stands_in(self, scored: Scored) -> str:
        return "; ".join(
            filter(None, [scored.degraded, _declared(scored.model.entry), *self._sources_degraded()])
        )

    def _sources_degraded(self) -> list[str]:
        return [f"source '{name}' {store.degraded}" for name, store in self.stores.items() if store.degraded]

    async def _keep(self, records: Sequence[Logged]) -> None:
        """Write the predictions to the log: only then may they be told."""
        self.predicted.remember(records)
        if self.log.blocking:
            await asyncio.get_running_loop().run_in_executor(None, self.log.predictions, records)
        else:
            self.log.predictions(records)

    def _count(self, rows: int, scored: Scored, seconds: float) -> None:
        product, entry = self.plan.product, scored.model.entry
        degraded = "yes" if scored.degraded else "no"
        self.metrics.count("predictions_total", rows, product=product, slot=entry.slot, degraded=degraded)
        self.metrics.observe("batch_rows", rows, BATCH_ROWS, product=product)
        self.metrics.observe("batch_seconds", seconds, product=product)

    def bury(self, refused: Sequence[Refusal]) -> None:
        """Keep refused rows in the dead-letter file, with their faults."""
        self.metrics.count(
            "refused_rows_total", len({each.row for each in refused}), product=self.plan.product
        )
        now = self.clock.now()
        lines = [
            self._encode({"at": now, "product": self.plan.product, **msgspec.structs.asdict(each)})
            for each in refused
        ]
        self._dead_letters.parent.mkdir(parents=True, exist_ok=True)
        with self._dead_letters.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def labelled(self, labels: Sequence[Label]) -> None:
        """Write labels to the log, and feed the histories with them."""
        with self._labelling:  # the order of the log is that of the histories
            recorded_at = self.log.labels(labels)
            self._pasts.feed(self.predicted.outcomes(labels), recorded_at)
        self.metrics.count("labels_total", len(labels), product=self.plan.product)

    def state(self) -> dict[str, Any]:
        """What serves, since when and why; how the sources and the breaker are."""
        slots = {name: loaded.entry for name, loaded in self.models.current.items()}
        return {
            "product": self.plan.product,
            "code_version": self.plan.code_version,
            "slots": slots,
            "problems": [problem.as_dict() for problem in self.models.problems.values()],
            "degraded": self.degraded(),
            "breaker": "open" if self.scoring.breaker.open else "closed",
            "sources": {
                name: {
                    "snapshot": store.snapshot,
                    "age_s": store.age and store.age.total_seconds(),
                    "degraded": store.degraded,
                }
                for name, store in self.stores.items()
            },
        }

    def degraded(self) -> list[str]:
        """Why answers are not what they should be; empty when all is well."""
        reasons = self._sources_degraded()
        reasons += filter(None, [_declared(held.entry) for held in self.models.current.values()])
        if self.scoring.breaker.open:
            reasons.append("the champion fails: the circuit breaker is open")
        if CHAMPION not in self.models.current:
            reasons.append(self.models.without_champion())
        return reasons

    def faults(self) -> list[FilrougeError]:
        """What keeps it from being ready."""
        faults = list(self.models.problems.values())
        if not self.models.current and not faults:
            faults.append(_no_model(self.plan.product))
        return faults

    async def close(self) -> None:
        """Finish what is under way, then close the log."""
        await self._batcher.close()
        self.scoring.close()
        await asyncio.get_running_loop().run_in_executor(None, self.log.close)


def _declared(entry: SlotEntry) -> str:
    return f"degraded mode, declared in the ledger: {entry.why}" if entry.degraded else ""


def _prediction(scored: Scored, ids: Sequence[str], place: int) -> Prediction:
    entry = scored.model.entry
    return Prediction(
        0, ids[place], scored.scores[place], entry.version, entry.slot, scored.explanations.get(place)
    )


def _all_refused(admitted: Admitted) -> RowsRefused:
    fault = admitted.refused[0]
    error = RowsRefused(
        _("No row of the request holds to the contract."),
        where=f"rows[{fault.row}].{fault.column}",
        why=fault.message,
        action=_("See 'refused' for every fault, and GET …/contract for what is expected."),
    )
    error.refused = admitted.refused
    return error


def _no_model(product: str) -> NoModel:
    return NoModel(
        _("No version of '{product}' serves.").format(product=product), action=_("Train one and promote it.")
    )
