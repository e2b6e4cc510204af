"""Profiles: what a column held in a window, in a form that adds up over windows.

The format is the one of the reference profile that training keeps with each version
(``streamline.registry.profile``); windows are counted on the reference's edges and categories.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ColumnProfile", "Profile", "merge", "profile", "read_profile"]


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one column.

    Attributes:
        edges: of a number's histogram; ``counts`` has one number for each interval. Values outside
            count in the first and the last one.
        other: rows of a category column whose value is not among ``counts``.
    """

    kind: Literal["number", "category"]
    rows: int
    nulls: int
    counts: list[int] | dict[str, int]
    edges: list[float] = []
    other: int = 0
    mean: float | None = None
    min: float | None = None
    max: float | None = None

    @property
    def cells(self) -> list[int]:
        """The counts in the order of the edges, or of the categories, other values and nulls last."""
        if isinstance(self.counts, list):
            return [*self.counts, self.nulls]
        return [*(self.counts[name] for name in sorted(self.counts)), self.other, self.nulls]


Profile = dict[str, ColumnProfile]


def read_profile(content: bytes) -> Profile:
    """A profile from its JSON."""
    return msgspec.json.decode(content, type=Profile)


def profile(frame: "pl.LazyFrame | pl.DataFrame", reference: Mapping[str, ColumnProfile]) -> Profile:
    """Count a window on the reference's edges and categories, all columns in one pass.

    Columns that the frame lacks are all null.

    Example:
        >>> import polars as pl
        >>> reference = {"x": ColumnProfile(kind="number", rows=4, nulls=0, edges=[0, 1, 2], counts=[2, 2])}
        >>> profile(pl.DataFrame({"x": [0.5, 1.5, 9.0, None]}), reference)["x"].cells
        [1, 2, 1]
    """
    import polars as pl

    lazy = frame.lazy()
    present = set(lazy.collect_schema().names())
    expressions = [pl.len().alias("rows")]
    for name, column in reference.items():
        if name in present:
            expressions += _numbers(name, column) if column.kind == "number" else _categories(name)
    row = lazy.select(expressions).collect().row(0, named=True)
    return {name: _column(name, column, row) for name, column in reference.items()}


def _numbers(name: str, column: ColumnProfile) -> "list[pl.Expr]":
    import polars as pl

    raw = pl.col(name).cast(pl.Float64, strict=False)
    x = pl.when(raw.is_finite()).then(raw)
    below = [(x < edge).sum() for edge in column.edges[1:-1]]
    figures = [x.count(), x.mean(), x.min(), x.max(), *below]
    return [figure.alias(f"{name}\0{place}") for place, figure in enumerate(figures)]


def _categories(name: str) -> "list[pl.Expr]":
    import polars as pl

    return [pl.col(name).cast(pl.String).drop_nulls().value_counts().implode().alias(f"{name}\0values")]


def _column(name: str, reference: ColumnProfile, row: dict[str, Any]) -> ColumnProfile:
    rows = row["rows"]
    if isinstance(reference.counts, dict):
        values: list[dict[str, Any]] = row.get(f"{name}\0values") or []
        counted = {str(value[name]): int(value["count"]) for value in values}
        counts = {value: counted.get(value, 0) for value in dict.fromkeys(reference.counts)}
        present = sum(counted.values())
        other = present - sum(counts.values())
        return ColumnProfile(kind="category", rows=rows, nulls=rows - present, counts=counts, other=other)
    inner = len(reference.edges[1:-1])
    found = [row.get(f"{name}\0{place}") for place in range(4 + inner)]
    n, below = int(found[0] or 0), [int(count or 0) for count in found[4:]]
    cumulated = [0, *below, n] if reference.edges else []
    return ColumnProfile(
        kind="number",
        rows=rows,
        nulls=rows - n,
        counts=[after - before for before, after in pairwise(cumulated)],
        edges=reference.edges,
        mean=found[1],
        min=found[2],
        max=found[3],
    )


def merge(one: Profile, two: Profile) -> Profile:
    """The profile of two windows together; both were counted on the same reference."""
    return {name: _merged(one[name], two[name]) for name in one if name in two}


def _merged(a: ColumnProfile, b: ColumnProfile) -> ColumnProfile:
    n, m = a.rows - a.nulls, b.rows - b.nulls
    means = [(p.mean, k) for p, k in ((a, n), (b, m)) if p.mean is not None and k]
    counts: list[int] | dict[str, int]
    if isinstance(a.counts, list):
        assert isinstance(b.counts, list)
        counts = [x + y for x, y in zip(a.counts, b.counts, strict=True)]
    else:
        assert isinstance(b.counts, dict)
        counts = {name: count + b.counts.get(name, 0) for name, count in a.counts.items()}
    return ColumnProfile(
        kind=a.kind,
        rows=a.rows + b.rows,
        nulls=a.nulls + b.nulls,
        counts=counts,
        edges=a.edges,
        other=a.other + b.other,
        mean=sum(mean * k for mean, k in means) / (n + m) if means else None,
        min=min((v for v in (a.min, b.min) if v is not None), default=None),
        max=max((v for v in (a.max, b.max) if v is not None), default=None),
    )
