"""Shares and numbers out of columns, as plain floats."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["counted", "number_of", "share_of"]


def share_of(flags: "pl.Series") -> float:
    """The share of the known flags that are true; 0 when none is known.

    Example:
        >>> import polars as pl
        >>> share_of(pl.Series([True, False, None])), share_of(pl.Series([], dtype=pl.Boolean))
        (0.5, 0.0)
    """
    return number_of(flags.mean())


def number_of(value: Any) -> float:
    """What an aggregate gave, as a number; 0 when it gave nothing."""
    return 0.0 if value is None else float(value)


def counted(values: "pl.Series") -> "pl.DataFrame":
    """Values with their ``count``, most frequent first; a column may itself be called ``count``."""
    return values.rename("value").value_counts(sort=True)
