"""How good a model was, once labels are known: over time and slices, from scores and 0/1 labels."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["PERFORMANCE", "CalibrationBin", "calibration", "performance", "performance_over"]


def roc_auc(label: "Array", score: "Array") -> float | None:
    """The probability that a positive scores higher than a negative, ties counting half.

    By mean ranks: Hanley & McNeil, Radiology 143 (1982), the Mann–Whitney statistic.
    """
    import numpy as np

    positives = int(label.sum())
    negatives = len(label) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    above = ranks[label == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(label: "Array", score: "Array") -> float | None:
    """Precision at each distinct score, weighted by the recall gained there."""
    import numpy as np

    positives = label.sum()
    if not positives:
        return None
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(label[order])
    last = np.r_[np.flatnonzero(np.diff(score[order])), len(score) - 1]
    gained = np.diff(np.r_[0.0, hits[last]]) / positives
    return float(np.sum(gained * hits[last] / (last + 1)))


def _brier(label: "Array", score: "Array") -> float | None:
    return float(((label - score) ** 2).mean()) if len(label) else None


def _precision(label: "Array", score: "Array", threshold: float) -> float | None:
    chosen = score >= threshold
    return float(label[chosen].mean()) if chosen.any() else None


def _recall(label: "Array", score: "Array", threshold: float) -> float | None:
    positives = label == 1
    return float((score[positives] >= threshold).mean()) if positives.any() else None


PERFORMANCE: dict[str, Callable[..., float | None]] = {
    "average_precision": average_precision,
    "brier": _brier,
    "precision": _precision,
    "recall": _recall,
    "roc_auc": roc_auc,
}
_AT_THRESHOLD = {"precision", "recall"}


def performance(
    frame: "pl.LazyFrame | pl.DataFrame", metric: str, *, threshold: float = 0.5
) -> tuple[float | None, int]:
    """A metric over the labelled, scored rows of a frame, and how many these are.

    Args:
        metric: a name in ``PERFORMANCE``; none is given where it cannot be computed (one class only).
        threshold: score from which ``precision`` and ``recall`` take a row as positive.

    Example:
        >>> import polars as pl
        >>> performance(pl.DataFrame({"score": [0.2, 0.7, 0.9], "label": [0.0, 1.0, None]}), "roc_auc")
        (1.0, 2)
    """
    import polars as pl

    good = pl.col("label").is_in([0.0, 1.0]) & pl.col("score").is_finite()
    rows = frame.lazy().filter(good).select("label", "score").collect()
    arrays = (rows["label"].to_numpy(), rows["score"].to_numpy())
    more = (threshold,) if metric in _AT_THRESHOLD else ()
    return PERFORMANCE[metric](*arrays, *more), rows.height


def performance_over(
    frame: "pl.LazyFrame | pl.DataFrame",
    metric: str,
    *,
    every: str = "1d",
    by: Sequence[str] = (),
    threshold: float = 0.5,
) -> "pl.DataFrame":
    """The metric by period and slice: columns ``start``, those of ``by``, ``value``, ``n``, sorted."""
    import polars as pl

    rows = (
        frame.lazy()
        .filter(pl.col("label").is_not_null(), pl.col("score").is_not_null())
        .select("label", "score", *by, start=pl.col("at").dt.truncate(every))
        .collect()
    )
    keys = ["start", *by]
    found = []
    for key, group in rows.group_by(keys):
        value, n = performance(group, metric, threshold=threshold)
        found.append((*key, value, n))
    schema = {name: rows.schema[name] for name in keys} | {"value": pl.Float64(), "n": pl.Int64()}
    return pl.DataFrame(found, schema=schema, orient="row").sort(keys)


class CalibrationBin(msgspec.Struct, frozen=True):
    """Rows of neighbouring scores: what was promised (mean score) and what came (rate of positives)."""

    n: int
    score: float
    rate: float


def calibration(frame: "pl.LazyFrame | pl.DataFrame", *, bins: int = 10) -> list[CalibrationBin]:
    """Promised against observed rates, in bins of equal width over 0 to 1; empty bins are left out."""
    import polars as pl

    place = (pl.col("score") * bins).floor().clip(0, bins - 1)
    rows = (
        frame.lazy()
        .filter(pl.col("label").is_in([0.0, 1.0]) & pl.col("score").is_between(0, 1))
        .group_by(place.alias("bin"))
        .agg(n=pl.len(), score=pl.col("score").mean(), rate=pl.col("label").mean())
        .sort("bin")
        .drop("bin")
        .collect()
    )
    return [CalibrationBin(**row) for row in rows.iter_rows(named=True)]
