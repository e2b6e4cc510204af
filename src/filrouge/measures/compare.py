"""Comparing two models on the same rows: the difference of their areas under the curve, and its error."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["Difference", "auc_difference"]


class Difference(NamedTuple):
    """How much better the first is, with the standard error of that."""

    value: float
    error: float

    @property
    def z(self) -> float:
        """The difference in standard errors; 0 where both are equal on every row."""
        return self.value / self.error if self.error else 0.0


def auc_difference(labels: "Array", first: "Array", second: "Array") -> Difference | None:
    """ROC AUC of ``first`` less that of ``second`` on the same rows; none with one class only.

    The error counts that both were judged on the same rows: DeLong, DeLong & Clarke-Pearson,
    Biometrics 44 (1988), with the mid-rank form of Sun & Xu, IEEE Signal Processing Letters 21 (2014).

    Args:
        labels: 0/1, shape (rows,).
        first: scores, higher for 1; ``second`` likewise.

    Example:
        >>> import numpy as np
        >>> labels = np.array([0, 0, 1, 1, 0, 1])
        >>> good, bad = np.array([0.1, 0.2, 0.8, 0.9, 0.3, 0.7]), np.array([0.4, 0.2, 0.5, 0.1, 0.3, 0.6])
        >>> found = auc_difference(labels, good, bad)
        >>> round(found.value, 3), found.error > 0
        (0.333, True)
    """
    import numpy as np

    positive = labels == 1
    m, n = int(positive.sum()), int((~positive).sum())
    if m < 2 or n < 2:
        return None
    of_positives, of_negatives = [], []
    for scores in (first, second):
        together = _mid_ranks(scores)
        of_positives.append((together[positive] - _mid_ranks(scores[positive])) / n)
        of_negatives.append(1 - (together[~positive] - _mid_ranks(scores[~positive])) / m)
    spread = np.cov(np.array(of_positives)) / m + np.cov(np.array(of_negatives)) / n
    variance = spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]
    value = float(of_positives[0].mean() - of_positives[1].mean())
    return Difference(value, float(np.sqrt(max(variance, 0.0))))


def _mid_ranks(values: "Array") -> "Array":
    """Ranks from 1; equal values share the mean of theirs."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place], dtype=np.float64)
