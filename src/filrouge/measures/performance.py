"""How good a model was, once labels are known: over time and slices, from scores and 0/1 labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CalibrationBin", "calibration", "performance", "performance_by", "performance_over"]


def performance(
    frame: "pl.LazyFrame | pl.DataFrame", metric: str, *, threshold: float = 0.5
) -> tuple[float | None, int]:
    """A metric over the labelled, scored rows of a frame, and how many these are.

    Args:
        metric: a name in ``metrics.METRICS``; none is given where it cannot be computed (one class only).
        threshold: score from which ``precision`` and ``recall`` take a row as positive.

    Raises:
        UnknownMetric: the metric does not exist.

    Example:
        >>> import polars as pl
        >>> performance(pl.DataFrame({"score": [0.2, 0.7, 0.9], "label": [0.0, 1.0, None]}), "roc_auc")
        (1.0, 2)
    """
    rows = _judged(frame, metric, []).collect()
    return _value(rows, metric, threshold), rows.height


def performance_by(
    frame: "pl.LazyFrame | pl.DataFrame",
    metric: str,
    column: str,
    *,
    min_rows: int = 1,
    threshold: float = 0.5,
) -> dict[str, tuple[float | None, int]]:
    """The metric, and its rows, for each value of a column that has enough labelled rows, by value.

    Example:
        >>> import polars as pl
        >>> rows = {"score": [0.5, 0.5, 0.9], "label": [0.0, 1.0, 1.0], "carrier": ["AA", "AA", "UA"]}
        >>> performance_by(pl.DataFrame(rows), "brier", "carrier", min_rows=2)
        {'AA': (0.25, 2)}
    """
    import polars as pl

    rows = _judged(frame, metric, [column]).collect()
    named = rows.with_columns(pl.col(column).cast(pl.String).fill_null("null"))
    parts = named.partition_by(column, as_dict=True, include_key=False)
    return {
        str(key[0]): (_value(part, metric, threshold), part.height)
        for key, part in sorted(parts.items())
        if part.height >= min_rows
    }


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

    start = pl.col("at").dt.truncate(every).alias("start")
    rows = _judged(frame, metric, [start, *by]).collect()
    keys = ["start", *by]
    found = [(*key, _value(group, metric, threshold), group.height) for key, group in rows.group_by(keys)]
    schema = {name: rows.schema[name] for name in keys} | {"value": pl.Float64(), "n": pl.Int64()}
    return pl.DataFrame(found, schema=schema, orient="row").sort(keys)


def _judged(
    frame: "pl.LazyFrame | pl.DataFrame", metric: str, more: "Sequence[pl.Expr | str]"
) -> "pl.LazyFrame":
    """The rows that count: scored, with a label that the metric can use."""
    import polars as pl

    from filrouge.measures.metrics import OF_NUMBERS, check_metric

    check_metric(metric)
    label = pl.col("label").cast(pl.Float64)
    usable = label.is_finite() if metric in OF_NUMBERS else label.is_in([0.0, 1.0])
    return frame.lazy().filter(usable & pl.col("score").is_finite()).select(label, "score", *more)


def _value(rows: "pl.DataFrame", metric: str, threshold: float) -> float | None:
    from filrouge.measures.metrics import AT_THRESHOLD, METRICS

    more = (threshold,) if metric in AT_THRESHOLD else ()
    return METRICS[metric](rows["label"].to_numpy(), rows["score"].to_numpy(), *more)


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
