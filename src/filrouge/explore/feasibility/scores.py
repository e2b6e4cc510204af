"""How good guesses are, with an interval, and what that is worth against the naive model."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from filrouge.explore.feasibility.models import Guess
from filrouge.explore.feasibility.strength import area_under_curve
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.words import Verdict
from filrouge.kernel.i18n import N_

__all__ = ["SCORES", "Metric", "Score", "score_of"]

_DRAWS = 200


@dataclass(frozen=True)
class Score:
    """A metric with its 95 % interval, and others beside it."""

    value: float
    low: float
    high: float
    others: tuple[float, ...] = ()


@dataclass(frozen=True)
class Metric:
    """The main metric of a kind of outcome."""

    name: str
    share: bool
    others: tuple[tuple[str, str], ...]
    gain: Callable[[float, float], float]
    """From a value and the naive one to what was won, 0 to 1."""
    enough: tuple[float, float]
    """Gains at the bad end of the interval, from which there is something, and from which it is promising."""
    texts: Mapping[Verdict, str]

    def verdict(self, simple: Score, naive: Score) -> Verdict:
        """Whether the bad end of the interval still promises something."""
        gains = [self.gain(value, naive.value) for value in (simple.low, simple.high)]
        something, promising = self.enough
        least = min(gains)
        return Verdict.YES if least >= promising else Verdict.WITH_CARE if least >= something else Verdict.NO


SCORES = {
    "binary": Metric(
        N_("AUC"),
        False,
        ((N_("average precision"), "number"), (N_("share of the outcome"), "share")),
        lambda value, naive: 2 * (value - naive),
        (0.04, 0.25),
        {
            Verdict.YES: N_(
                "A simple model separates the outcomes: {metric} {value} ({low} to {high}), where chance "
                "gives 0.5."
            ),
            Verdict.WITH_CARE: N_(
                "A simple model separates the outcomes a little: {metric} {value} ({low} to {high}), where "
                "chance gives 0.5."
            ),
            Verdict.NO: N_("A simple model does no better than chance: {metric} {value} ({low} to {high})."),
        },
    ),
    "classes": Metric(
        N_("accuracy"),
        True,
        ((N_("mean recall of the classes"), "share"),),
        lambda value, naive: (value - naive) / max(1 - naive, 1e-9),
        (0.02, 0.15),
        {
            Verdict.YES: N_(
                "A simple model is right in {share_value} of the cases ({share_low} to {share_high}); the "
                "naive one in {share_naive}."
            ),
            Verdict.WITH_CARE: N_(
                "A simple model is right a little more often: {share_value} ({share_low} to {share_high}); "
                "the naive one in {share_naive}."
            ),
            Verdict.NO: N_(
                "A simple model is right in {share_value} of the cases, no better than the naive one "
                "({share_naive})."
            ),
        },
    ),
    "numeric": Metric(
        N_("mean absolute error"),
        False,
        ((N_("R²"), "number"), (N_("rank correlation"), "number")),
        lambda value, naive: 1 - value / naive if naive else 0.0,
        (0.02, 0.15),
        {
            Verdict.YES: N_(
                "A simple model errs by {value} on average ({low} to {high}); always saying the median "
                "errs by {naive}."
            ),
            Verdict.WITH_CARE: N_(
                "A simple model errs by {value} on average ({low} to {high}), little less than always "
                "saying the median ({naive})."
            ),
            Verdict.NO: N_(
                "A simple model errs by {value} on average, about as much as always saying the median "
                "({naive})."
            ),
        },
    ),
    "sparse": Metric(
        N_("R²"),
        False,
        ((N_("mean absolute error"), "number"),),
        lambda value, naive: value - max(naive, 0.0),
        (0.02, 0.15),
        {
            Verdict.YES: N_(
                "A simple model explains {share_value} of the spread ({share_low} to {share_high})."
            ),
            Verdict.WITH_CARE: N_(
                "A simple model explains a little of the spread: {share_value} ({share_low} to {share_high})."
            ),
            Verdict.NO: N_("A simple model explains nothing of the spread ({share_value})."),
        },
    ),
}
"""The main metric by kind of outcome."""


def score_of(target: Target, outcome: Any, told: Sequence[Guess]) -> tuple[Score, tuple[float, ...]]:
    """The metric over the folds (each weighs by its rows), with its interval by resampling; fold by fold."""
    import numpy as np

    measure = _MEASURES[target.metric]
    truths = [outcome[one.rows] for one in told]
    weights = np.array([len(one.rows) for one in told], dtype=float)
    each = [measure(truth, one.told) for truth, one in zip(truths, told, strict=True)]
    chance = np.random.default_rng(7)
    draws = []
    for _ in range(_DRAWS):
        drawn = []
        for truth, one in zip(truths, told, strict=True):
            picked = chance.integers(0, len(truth), len(truth))
            drawn.append(measure(truth[picked], one.told[picked]))
        draws.append(float(np.average(drawn, weights=weights)))
    low, high = (float(one) for one in np.quantile(draws, (0.025, 0.975)))
    value = float(np.average(each, weights=weights))
    others = _others(target, truths, told, weights)
    return Score(value, low, high, others), tuple(float(one) for one in each)


def _others(target: Target, truths: Sequence[Any], told: Sequence[Guess], weights: Any) -> tuple[float, ...]:
    import numpy as np

    pairs = [(truth, one.told) for truth, one in zip(truths, told, strict=True)]
    if target.kind == "binary":
        precision = np.average([_average_precision(*pair) for pair in pairs], weights=weights)
        return float(precision), float(np.average([truth.mean() for truth, _told in pairs], weights=weights))
    if target.kind == "classes":
        return (float(np.average([_mean_recall(*pair) for pair in pairs], weights=weights)),)
    measures = (_absolute_error,) if target.sparse else (_explained, _in_order)
    return tuple(float(np.average([one(*pair) for pair in pairs], weights=weights)) for one in measures)


def _accuracy(truth: Any, told: Any) -> float:
    return float((truth == told).mean())


def _absolute_error(truth: Any, told: Any) -> float:
    return float(abs(truth - told).mean())


def _average_precision(truth: Any, told: Any) -> float:
    """Rows with the same score come together, so that their order does not matter."""
    import numpy as np

    values, place = np.unique(-told, return_inverse=True)
    hits = np.cumsum(np.bincount(place, truth, len(values)))
    seen = np.cumsum(np.bincount(place, minlength=len(values)))
    gained = np.diff(np.r_[0.0, hits])
    return float((gained * hits / seen).sum() / max(truth.sum(), 1))


def _mean_recall(truth: Any, told: Any) -> float:
    import numpy as np

    return float(np.mean([(told[truth == one] == one).mean() for one in np.unique(truth)]))


def _explained(truth: Any, told: Any) -> float:
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - told) ** 2).sum()) / spread if spread else 0.0


def _in_order(truth: Any, told: Any) -> float:
    """Spearman's rank correlation; none where everything is told alike."""
    import polars as pl

    found = pl.select(pl.corr(pl.Series(truth), pl.Series(told), method="spearman")).item()
    return 0.0 if found is None or not math.isfinite(found) else float(found)


_MEASURES: dict[str, Callable[[Any, Any], float]] = {
    "binary": area_under_curve,
    "classes": _accuracy,
    "numeric": _absolute_error,
    "sparse": _explained,
}
