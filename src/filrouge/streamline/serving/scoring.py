"""A micro-batch from rows to answers: champion, or naive when it fails or takes too long."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.streamline.serving.breaker import Breaker
from filrouge.streamline.serving.errors import NoModel, PredictionFailed
from filrouge.streamline.serving.explain import Contribution, contributions
from filrouge.streamline.serving.features import compute, events_frame, without_past
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.models import CHAMPION, NAIVE, Loaded, Models
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.stores import Store

__all__ = ["Scored", "Scoring", "Trial"]

_log = logging.getLogger(__name__)


class Trial:
    """A micro-batch under way; features that are computed serve the naive model too."""

    def __init__(
        self,
        plan: ServingPlan,
        rows: Sequence[Any],
        explained: Sequence[int],
        at: datetime,
        *,
        replaying: bool,
    ) -> None:
        self.replaying = replaying
        self.plan, self.rows, self.explained, self.at = plan, rows, list(explained), at
        self.events: pl.DataFrame | None = None
        self.features: pl.DataFrame | None = None
        self.tried = False
        """Whether the features were asked for: what failed or hung once is not asked for again."""
        self.snapshots: dict[str, str] = {}
        self.feature_s = self.score_s = 0.0


@dataclass(slots=True)
class Scored:
    """The answers of a micro-batch: one score for each row, by one version."""

    trial: Trial
    model: Loaded
    features: pl.DataFrame
    scores: list[float]
    explanations: Mapping[int, list[Contribution]]
    degraded: str = ""
    """Why the naive model answered; empty for the champion."""


class Scoring:
    """Computes features and scores in worker threads, within the time-out.

    Args:
        plan: the product.
        stores: its lookups and histories.
        models: what serves.
        timeout_s: time for the champion; beyond it the naive model answers, with as much again.
        metrics: where times and falls are counted.
        replaying: whether the workspace's clock is set by a replay.
    """

    def __init__(
        self,
        plan: ServingPlan,
        stores: Mapping[str, Store],
        models: Models,
        *,
        timeout_s: float,
        metrics: Metrics,
        replaying: Callable[[], bool] = lambda: False,
        breaker: Breaker | None = None,
    ) -> None:
        self._plan, self._stores, self._models = plan, stores, models
        self._timeout_s, self._metrics = timeout_s, metrics
        self._replaying = replaying
        self.breaker = breaker or Breaker()
        # A call that hangs keeps its thread: the breaker bounds how many do, these are the spare ones.
        self._threads = ThreadPoolExecutor(16, thread_name_prefix=f"score-{plan.product}")

    async def score(self, rows: Sequence[Any], explained: Sequence[int], at: datetime) -> Scored:
        """Score rows, by the champion or else by the naive model.

        Raises:
            NoModel: no version serves.
            PredictionFailed: none could answer.
        """
        trial = Trial(self._plan, rows, explained, at, replaying=self._replaying())
        current = self._models.current
        if not current:
            raise NoModel(
                _("No version of '{product}' serves.").format(product=self._plan.product),
                action=_("Train and promote one: filrouge models"),
            )
        if CHAMPION not in current:
            return await self._naive(trial, current[NAIVE], self._models.without_champion())
        if not self.breaker.allows():
            return await self._naive(trial, current.get(NAIVE), "the circuit breaker is open")
        try:
            scored = await self._within(_answer, trial, current[CHAMPION], self._stores)
        except Exception as error:  # noqa: BLE001  (features and models are the product's code)
            self.breaker.failed()
            return await self._naive(trial, current.get(NAIVE), _reason(error, self._timeout_s), error)
        self.breaker.succeeded()
        self._observe(trial)
        return scored

    async def _naive(
        self, trial: Trial, model: Loaded | None, reason: str, error: Exception | None = None
    ) -> Scored:
        _log.warning("%s: the naive model answers: %s", self._plan.product, reason)
        self._metrics.count("fallbacks_total", product=self._plan.product)
        if model is None:
            raise PredictionFailed(
                _("The champion could not answer, and there is no naive model."), why=reason
            ) from error
        try:
            scored = await self._within(_naive_answer, trial, model, self._stores)
        except Exception as second:
            raise PredictionFailed(
                _("Neither the champion nor the naive model could answer."),
                why=_("{reason}; then {second}").format(
                    reason=reason, second=_reason(second, self._timeout_s)
                ),
                action=_("See the server's log."),
            ) from second
        scored.degraded = reason
        return scored

    async def _within(self, work: Any, *arguments: Any) -> Scored:
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads, work, *arguments)
        return await asyncio.wait_for(asyncio.shield(future), self._timeout_s)

    def _observe(self, trial: Trial) -> None:
        product = self._plan.product
        self._metrics.observe("features_seconds", trial.feature_s, product=product)
        self._metrics.observe("score_seconds", trial.score_s, product=product)

    def close(self) -> None:
        """Let the threads go; one that hangs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _prepare(trial: Trial, stores: Mapping[str, Store]) -> pl.DataFrame:
    started, trial.tried = time.perf_counter(), True
    trial.events = events_frame(trial.plan, trial.rows)
    if trial.replaying:  # the clock jumps over refreshes; otherwise they are made beside the requests
        for store in stores.values():
            store.refresh()
    views = {name: store.view() for name, store in stores.items()}
    trial.snapshots = {name: view.snapshot for name, view in views.items()}
    trial.features = compute(trial.plan, views, trial.events, trial.at)
    trial.feature_s = time.perf_counter() - started
    return trial.features


def _answer(trial: Trial, model: Loaded, stores: Mapping[str, Store]) -> Scored:
    return _scored(trial, model, _prepare(trial, stores))


def _naive_answer(trial: Trial, model: Loaded, stores: Mapping[str, Store]) -> Scored:
    if trial.features is None and not trial.tried:
        with suppress(Exception):
            _prepare(trial, stores)
    if trial.features is None:  # degraded is the point: answer from the events alone
        trial.features = without_past(trial.plan, stores, events_frame(trial.plan, trial.rows))
    return _scored(trial, model, trial.features)


def _scored(trial: Trial, model: Loaded, features: pl.DataFrame) -> Scored:
    started = time.perf_counter()
    scores = [float(value) for value in model.scorer.score(features)]
    if not all(map(math.isfinite, scores)):
        raise PredictionFailed(_("The model gave a score that is not a number."))
    if len(scores) != len(trial.rows):
        raise PredictionFailed(
            _("The model gave {scores} scores for {rows} rows.").format(
                scores=len(scores), rows=len(trial.rows)
            )
        )
    explanations = {}
    if trial.explained:
        part = features[trial.explained]
        lists = contributions(model.scorer.score, part, model.scorer.baseline)
        explanations = dict(zip(trial.explained, lists, strict=True))
    trial.score_s = time.perf_counter() - started
    return Scored(trial, model, features, scores, explanations)


def _reason(error: Exception, timeout_s: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout_s * 1000:g} ms"
    return str(error) if isinstance(error, FilrougeError) else f"{type(error).__name__}: {error}"
