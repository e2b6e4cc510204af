"""Evaluating measures over the event log's frame, in one pass."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from filrouge.kernel.i18n import _
from filrouge.measures.expression import column_for, compile_expression
from filrouge.measures.measure import BadMeasure, Measure

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Value", "evaluate", "evaluate_over"]


class Value(msgspec.Struct, frozen=True):
    """What a measure gave: none when there was nothing to measure.

    Attributes:
        n: predictions that counted (the expression was not null there).
        first: the earliest ``at`` among them; ``last``: the latest.
    """

    value: float | None
    n: int
    first: datetime | None = None
    last: datetime | None = None


def evaluate(measure: Measure, frame: "pl.LazyFrame | pl.DataFrame") -> Value:
    """The measure over all rows of a frame with a column ``at``.

    Raises:
        BadMeasure: the definition makes no sense; ``BadExpression``: a column is unknown.

    Example:
        >>> import polars as pl
        >>> day = datetime(2013, 1, 1)
        >>> frame = pl.DataFrame({"at": [day, day, day], "label": [1.0, 0.0, None]})
        >>> found = evaluate(Measure(value="label"), frame)
        >>> found.value, found.n
        (0.5, 2)
    """
    lazy = frame.lazy()
    rows = _rows(measure, lazy, lazy.collect_schema().names())
    row = rows.select(**_aggregates(measure)).collect().row(0, named=True)
    return Value(**row)


def evaluate_over(
    measure: Measure,
    frame: "pl.LazyFrame | pl.DataFrame",
    *,
    every: str = "1d",
    by: Sequence[str] = (),
) -> "pl.DataFrame":
    """The measure by period and slice.

    Args:
        every: length of a period, as in Polars (``1h``, ``1d``, ``1w``, ``1mo``), counted in UTC.
        by: columns to slice by; features and inputs may be named without prefix.

    Returns:
        Columns ``start``, those of ``by``, ``value``, ``n``, ``first``, ``last``, sorted.
    """
    import polars as pl

    lazy = frame.lazy()
    names = lazy.collect_schema().names()
    slices = {name: _slice(name, names) for name in by}
    rows = _rows(measure, lazy, names, start=pl.col("at").dt.truncate(every), **slices)
    keys = ["start", *by]
    return rows.group_by(keys).agg(**_aggregates(measure)).sort(keys).collect()


def _slice(name: str, columns: Collection[str]) -> "pl.Expr":
    import polars as pl

    from filrouge.kernel.errors import did_you_mean

    column = column_for(name, columns)
    if column is None:
        raise BadMeasure(
            _("There is no column '{name}' to slice by.").format(name=name),
            action=did_you_mean(name, columns),
        )
    return pl.col(column)


def _rows(
    measure: Measure, frame: "pl.LazyFrame", columns: Collection[str], **more: "pl.Expr"
) -> "pl.LazyFrame":
    import polars as pl

    measure.check()
    if measure.where:
        frame = frame.filter(compile_expression(measure.where, columns))

    def number(text: str) -> pl.Expr:
        # What is no finite number (a division by zero) is no value, rather than one that spoils the sum.
        raw = compile_expression(text, columns).cast(pl.Float64)
        return pl.when(raw.is_finite()).then(raw)

    over = number(measure.over) if measure.over else pl.lit(1.0)
    return frame.select("at", x=number(measure.value), over=over, **more).filter(
        pl.col("x").is_not_null() & pl.col("over").is_not_null()
    )


def _aggregates(measure: Measure) -> "dict[str, pl.Expr]":
    import polars as pl

    x, over, some = pl.col("x"), pl.col("over").sum(), pl.len() > 0
    value = {
        "mean": x.mean(),
        "sum": pl.when(some).then(x.sum()),
        "quantile": x.quantile(measure.q or 0.0, "linear"),
        "ratio": pl.when(over != 0).then(x.sum() / over),
    }[measure.kind]
    return {
        "value": value,
        "n": pl.len().cast(pl.Int64),
        "first": pl.col("at").min(),
        "last": pl.col("at").max(),
    }
