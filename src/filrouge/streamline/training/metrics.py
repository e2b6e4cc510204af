"""The evaluation of a model on some rows: metrics overall and per slice. NumPy only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from filrouge.measures.metrics import METRICS, check_metric

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Evaluation", "defaults_for", "evaluate"]

Array = np.ndarray[Any, np.dtype[Any]]


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
        metrics: names in ``measures.metrics.METRICS``.
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
        check_metric(name)
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
    found = {name: METRICS[name](truth, guess) for name in metrics}
    return {
        name: round(value, 6) for name, value in found.items() if value is not None and np.isfinite(value)
    }
