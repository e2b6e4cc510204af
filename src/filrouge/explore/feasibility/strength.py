"""How well one column alone tells the outcome, on rows that it did not learn from."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["area_under_curve", "levels_of", "strength"]

_BINS = 50
_SMOOTH = 5.0


def area_under_curve(outcome: Any, score: Any) -> float:
    """The chance that a positive row has a higher score than a negative one (ties count half).

    Example:
        >>> import numpy as np
        >>> area_under_curve(np.array([0, 0, 1, 1]), np.array([1, 2, 2, 3]))
        0.875
    """
    import numpy as np

    values, place = np.unique(score, return_inverse=True)
    counts = np.bincount(place, minlength=len(values))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    positive = outcome == 1
    n, m = int(positive.sum()), int((~positive).sum())
    if not n or not m:
        return 0.5
    return float((ranks[place][positive].sum() - n * (n + 1) / 2) / (n * m))


def levels_of(values: "pl.Series") -> Any:
    """Each row's level: texts and few numbers as they are, others by fiftieths; missing is one."""
    import numpy as np
    import polars as pl

    if values.dtype.is_temporal():
        values = values.cast(pl.Datetime("us")).cast(pl.Int64)
    if values.dtype.is_numeric() and values.n_unique() > _BINS:
        # Infinitely repeated values keep a level of their own, so that "0" is not mixed with "0.1".
        cuts = sorted({cut for step in range(1, _BINS) if (cut := values.quantile(step / _BINS)) is not None})
        numbers = values.cast(pl.Float64).to_numpy()
        level = np.searchsorted(np.array(cuts), numbers, side="left") * 2
        level += np.isin(numbers, np.array(cuts)).astype(level.dtype)
        return np.where(np.isfinite(numbers), level + 1, 0)
    return values.cast(pl.String).fill_null("\0").rank("dense").cast(pl.Int64).to_numpy()


def strength(level: Any, outcome: Any, kind: str) -> float:
    """From 0 (tells nothing) to 1 (tells all), learned on half of the rows and judged on the other half.

    For a yes-or-no outcome it is |2 · AUC − 1|; for classes, the share of the naive model's mistakes that
    it avoids; for a number, R² (the better of the plain one and the one of ranks).
    """
    import numpy as np

    half = np.random.default_rng(7).random(len(outcome)) < 0.5
    if kind == "classes":
        return _classes(level, outcome, half)
    if kind == "binary":
        return abs(2 * area_under_curve(outcome[~half], _means(level, outcome, half)[~half]) - 1)
    order = np.argsort(np.argsort(outcome, kind="stable"), kind="stable").astype(float)
    return max(
        _explained(outcome, _means(level, outcome, half), half),
        _explained(order, _means(level, order, half), half),
    )


def _means(level: Any, outcome: Any, half: Any) -> Any:
    """The smoothed mean of the learning half by level; the overall mean for a level that it has not seen."""
    import numpy as np

    mean = outcome[half].mean()
    size = int(level.max()) + 1
    sums = np.bincount(level[half], outcome[half], size)
    counts = np.bincount(level[half], minlength=size)
    return ((sums + _SMOOTH * mean) / (counts + _SMOOTH))[level]


def _explained(outcome: Any, guess: Any, half: Any) -> float:
    rest = ~half
    spread = ((outcome[rest] - outcome[half].mean()) ** 2).sum()
    return max(0.0, 1 - float(((outcome[rest] - guess[rest]) ** 2).sum() / spread)) if spread else 0.0


def _classes(level: Any, outcome: Any, half: Any) -> float:
    import numpy as np

    classes, size = int(outcome.max()) + 1, int(level.max()) + 1
    seen = np.bincount(level[half] * classes + outcome[half].astype(int), minlength=size * classes)
    usual = int(np.bincount(outcome[half].astype(int)).argmax())
    table = seen.reshape(size, classes)
    guess = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), usual)
    rest = ~half
    right = float((guess[level[rest]] == outcome[rest]).mean())
    naive = float((outcome[rest] == usual).mean())
    return max(0.0, (right - naive) / (1 - naive)) if naive < 1 else 0.0
