"""Metrics of predictions against labels, overall and per slice. NumPy only."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from filrouge.kernel.errors import FilrougeError, did_you_mean

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LOWER_IS_BETTER", "METRICS", "Evaluation", "UnknownMetric", "defaults_for", "evaluate"]

Array = np.ndarray[Any, np.dtype[Any]]


class UnknownMetric(FilrougeError):
    """No metric has this name."""

    code = "model.unknown-metric"


class Evaluation(msgspec.Struct, frozen=True):
    """What a model scored on some rows; a metric that cannot be computed there is absent.

    ``slices`` is by column, value and metric, with the ``rows`` of each value.
    """

    rows: int
    overall: dict[str, float]
    slices: dict[str, dict[str, dict[str, float]]] = {}


def evaluate(
    labels: Array,
    scores: Array,
    metrics: Sequence[str],
    slices: "pl.DataFrame | None" = None,
    *,
    min_rows: int = 30,
) -> Evaluation:
    """Score predictions overall and per value of each slice column.

    Args:
        labels: 0/1, or numbers; shape (rows,).
        scores: probabilities of 1, or predicted numbers; shape (rows,).
        metrics: names in ``METRICS``.
        slices: columns to slice by, one row per label.
        min_rows: values with fewer rows are left out.

    Raises:
        UnknownMetric: a metric does not exist.

    Example:
        >>> found = evaluate(np.array([0, 1]), np.array([0.2, 0.7]), ["roc_auc", "brier"])
        >>> found.overall["roc_auc"], round(found.overall["brier"], 3)
        (1.0, 0.065)
    """
    for name in metrics:
        if name not in METRICS:
            raise UnknownMetric(f"There is no metric '{name}'.", action=did_you_mean(name, METRICS))
    truth, guess = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    by_column: dict[str, dict[str, dict[str, float]]] = {}
    for column in slices.columns if slices is not None else ():
        assert slices is not None
        values = slices[column].cast(str).fill_null("null").to_numpy()
        names, where = np.unique(values, return_inverse=True)
        by_column[column] = {
            str(name): {"rows": float(len(rows)), **_all(truth[rows], guess[rows], metrics)}
            for index, name in enumerate(names)
            if len(rows := np.flatnonzero(where == index)) >= min_rows
        }
    return Evaluation(rows=len(truth), overall=_all(truth, guess, metrics), slices=by_column)


def defaults_for(labels: Array) -> list[str]:
    """The metrics to compute when the model names none.

    Example:
        >>> defaults_for(np.array([0, 1, 1]))
        ['roc_auc', 'average_precision', 'log_loss', 'brier']
    """
    binary = set(np.unique(labels).tolist()) <= {0, 1}
    return ["roc_auc", "average_precision", "log_loss", "brier"] if binary else ["mae", "rmse", "r2"]


def _all(truth: Array, guess: Array, metrics: Sequence[str]) -> dict[str, float]:
    found = {name: METRICS[name](truth, guess) for name in metrics} if len(truth) else {}
    return {name: round(float(value), 6) for name, value in found.items() if np.isfinite(value)}


def _roc_auc(truth: Array, guess: Array) -> float:
    """The probability that a positive scores higher than a negative, ties counting half."""
    positives = int((truth == 1).sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    _, where, counts = np.unique(guess, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[where]
    above = ranks[truth == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def _average_precision(truth: Array, guess: Array) -> float:
    """Σ (recall gained) × precision, over distinct scores downward."""
    positives = (truth == 1).sum()
    if not positives:
        return float("nan")
    order = np.argsort(-guess, kind="stable")
    hits = np.cumsum(truth[order] == 1)
    last = np.r_[np.flatnonzero(np.diff(guess[order])), len(guess) - 1]
    precision = hits[last] / (last + 1)
    recall = hits[last] / positives
    return float(np.sum(np.diff(np.r_[0.0, recall]) * precision))


def _log_loss(truth: Array, guess: Array) -> float:
    sure = np.clip(guess, 1e-15, 1 - 1e-15)
    return float(-np.mean(truth * np.log(sure) + (1 - truth) * np.log(1 - sure)))


def _r2(truth: Array, guess: Array) -> float:
    spread = np.sum((truth - truth.mean()) ** 2)
    return float(1 - np.sum((truth - guess) ** 2) / spread) if spread else float("nan")


def _accuracy(truth: Array, guess: Array) -> float:
    return float(np.mean((guess >= 0.5) == (truth == 1)))


def _brier(truth: Array, guess: Array) -> float:
    return float(np.mean((truth - guess) ** 2))


def _mae(truth: Array, guess: Array) -> float:
    return float(np.mean(np.abs(truth - guess)))


def _rmse(truth: Array, guess: Array) -> float:
    return float(np.sqrt(np.mean((truth - guess) ** 2)))


METRICS: dict[str, Callable[[Array, Array], float]] = {
    "accuracy": _accuracy,
    "average_precision": _average_precision,
    "brier": _brier,
    "log_loss": _log_loss,
    "mae": _mae,
    "r2": _r2,
    "rmse": _rmse,
    "roc_auc": _roc_auc,
}
LOWER_IS_BETTER = frozenset({"brier", "log_loss", "mae", "rmse"})
