"""Metrics of scores against labels, for training, the gate and monitors alike. NumPy only."""

from collections.abc import Callable
from typing import Any

import numpy as np

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _

__all__ = ["AT_THRESHOLD", "LOWER_IS_BETTER", "METRICS", "OF_NUMBERS", "UnknownMetric", "check_metric"]

Array = np.ndarray[Any, np.dtype[np.float64]]


class UnknownMetric(FilrougeError):
    """No metric has this name."""

    code = "model.unknown-metric"


def check_metric(name: str) -> None:
    """Refuse a name that no metric has.

    Raises:
        UnknownMetric: with the nearest name.

    Example:
        >>> check_metric("roc_auc")
    """
    if name not in METRICS:
        raise UnknownMetric(
            _("There is no metric '{name}'.").format(name=name), action=did_you_mean(name, METRICS)
        )


def roc_auc(label: Array, score: Array) -> float | None:
    """The probability that a positive scores higher than a negative, ties counting half.

    By mean ranks: Hanley & McNeil, Radiology 143 (1982), the Mann–Whitney statistic.

    Example:
        >>> roc_auc(np.array([0.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.9]))
        0.75
    """
    positives = int((label == 1).sum())
    negatives = len(label) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    above = ranks[label == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(label: Array, score: Array) -> float | None:
    """Precision at each distinct score, weighted by the recall gained there.

    Example:
        >>> average_precision(np.array([0.0, 1.0]), np.array([0.9, 0.2]))
        0.5
    """
    positives = int((label == 1).sum())
    if not positives:
        return None
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(label[order] == 1)
    last = np.r_[np.flatnonzero(np.diff(score[order])), len(score) - 1]
    gained = np.diff(np.r_[0.0, hits[last]]) / positives
    return float(np.sum(gained * hits[last] / (last + 1)))


def _log_loss(label: Array, score: Array) -> float | None:
    sure = np.clip(score, 1e-15, 1 - 1e-15)
    return float(-np.mean(label * np.log(sure) + (1 - label) * np.log(1 - sure))) if len(label) else None


def _r2(label: Array, score: Array) -> float | None:
    spread = float(np.sum((label - label.mean()) ** 2)) if len(label) else 0.0
    return float(1 - np.sum((label - score) ** 2) / spread) if spread else None


def _accuracy(label: Array, score: Array) -> float | None:
    return float(np.mean((score >= 0.5) == (label == 1))) if len(label) else None


def _squared(label: Array, score: Array) -> float | None:
    return float(np.mean((label - score) ** 2)) if len(label) else None


def _mae(label: Array, score: Array) -> float | None:
    return float(np.mean(np.abs(label - score))) if len(label) else None


def _rmse(label: Array, score: Array) -> float | None:
    return float(np.sqrt(np.mean((label - score) ** 2))) if len(label) else None


def _precision(label: Array, score: Array, threshold: float = 0.5) -> float | None:
    chosen = score >= threshold
    return float(label[chosen].mean()) if chosen.any() else None


def _recall(label: Array, score: Array, threshold: float = 0.5) -> float | None:
    positives = label == 1
    return float((score[positives] >= threshold).mean()) if positives.any() else None


METRICS: dict[str, Callable[..., float | None]] = {
    "accuracy": _accuracy,
    "average_precision": average_precision,
    "brier": _squared,
    "log_loss": _log_loss,
    "mae": _mae,
    "precision": _precision,
    "r2": _r2,
    "recall": _recall,
    "rmse": _rmse,
    "roc_auc": roc_auc,
}
"""By name, ``(label, score) -> value``, arrays of shape (rows,); none where it cannot be computed."""

AT_THRESHOLD = frozenset({"precision", "recall"})
"""Those that also take the score from which a row counts as positive."""

LOWER_IS_BETTER = frozenset({"brier", "log_loss", "mae", "rmse"})
OF_NUMBERS = frozenset({"mae", "r2", "rmse"})
"""Those of any number; the others ask for 0/1 labels."""
