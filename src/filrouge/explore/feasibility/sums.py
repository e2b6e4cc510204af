"""Columns that are the sum of others, in nearly all rows."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["sums_of"]

_NEARLY = 0.98
_LOOK = 2_000
_WIDEST = 60
_LONGEST = 6


def sums_of(sample: "pl.DataFrame") -> list[tuple[str, tuple[str, ...], int]]:
    """Totals with their parts, and the rows in which they do not add up.

    Looked for among pairs of columns, and among columns that stand side by side (two to six). A rule
    counts when it holds in 98 % of the rows where no part is missing, to a rounding of each part.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"a": range(300), "b": range(1, 301)})
        >>> table = table.with_columns(total=pl.col("a") + pl.col("b"))
        >>> sums_of(table)
        [('total', ('a', 'b'), 0)]
    """
    import numpy as np

    names = [
        name
        for name, kind in sample.schema.items()
        if kind.is_numeric() and sample.get_column(name).n_unique() > 2
    ][:_WIDEST]
    if len(names) < 3:
        return []
    values = sample.select(names).cast(dict.fromkeys(names, _float())).to_numpy()
    step = max(1, len(values) // _LOOK)
    few = values[::step]
    candidates = {tuple(pair) for pair in combinations(range(len(names)), 2)}
    for start in range(len(names)):
        candidates |= {
            tuple(range(start, start + n)) for n in range(3, _LONGEST + 1) if start + n <= len(names)
        }
    found = []
    for parts in sorted(candidates, key=lambda one: (len(one), one)):
        added = few[:, parts].sum(axis=1)
        near = np.abs(few - added[:, None]) <= _slack(few, added)
        known = np.isfinite(few) & np.isfinite(added)[:, None]
        alike = (near & known).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        totals = [int(one) for one in np.flatnonzero((alike >= _NEARLY) & (known.sum(axis=0) >= 50))]
        found += [(one, parts) for one in totals if one not in parts and _tells(values, parts)]
    return _confirmed(values, names, found)


def _float() -> Any:
    import polars as pl

    return pl.Float64


def _slack(values: Any, added: Any) -> Any:
    import numpy as np

    return 0.05 * (np.abs(added) > 10)[:, None] + 1e-5 * np.abs(added)[:, None] * np.ones_like(values)


def _tells(values: Any, parts: tuple[int, ...]) -> bool:
    """Whether each part counts: in one row of twenty at least, it is far above what rounding explains."""
    import numpy as np

    whole = np.abs(values[:, parts]).sum(axis=1)
    return all(np.mean(np.abs(values[:, one]) > 0.1 + 1e-3 * whole) >= 0.05 for one in parts)


def _confirmed(
    values: Any, names: list[str], found: list[tuple[int, tuple[int, ...]]]
) -> list[tuple[str, tuple[str, ...], int]]:
    """The rules that all rows keep, or nearly; each total once, each set of columns once."""
    import numpy as np

    kept: list[tuple[str, tuple[str, ...], int]] = []
    totals, families = set(), set()
    for total, parts in found:
        family = frozenset({total, *parts})
        if total in totals or family in families:
            continue
        added = values[:, parts].sum(axis=1)
        known = np.isfinite(added) & np.isfinite(values[:, total])
        slack = 0.02 * len(parts) * (np.abs(added) > 10) + 1e-5 * np.abs(added)
        broken = int((np.abs(values[:, total] - added) > slack)[known].sum())
        if broken <= (1 - _NEARLY) * known.sum():
            totals.add(total)
            families.add(family)
            kept.append((names[total], tuple(names[one] for one in parts), broken))
    return kept
