"""The reference profile of a version: distributions of its features and score, for drift (STR-17)."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["profile_bytes", "reference_profile"]

EDGES = 10
CATEGORIES = 50


def reference_profile(frame: "pl.DataFrame") -> dict[str, Any]:
    """Quantile edges and counts of numbers, counts of categories.

    A number's column: ``edges`` (deciles, distinct, ends included), ``counts`` between them (the last
    interval closed), ``rows``, ``nulls``, ``mean``, ``std``. A category's: ``counts`` of the fifty most
    frequent values and ``other``.

    Example:
        >>> import polars as pl
        >>> found = reference_profile(pl.DataFrame({"x": [1.0, 2.0, None], "c": ["a", "a", "b"]}))
        >>> found["c"]["counts"], found["x"]["nulls"]
        ({'a': 2, 'b': 1}, 1)
    """
    return {
        name: _number(column) if _is_number(column) else _category(column)
        for name, column in zip(frame.columns, frame.get_columns(), strict=True)
    }


def profile_bytes(profile: dict[str, Any]) -> bytes:
    """The profile as JSON, in a stable order."""
    return json.dumps(profile, sort_keys=True, allow_nan=False).encode()


def _is_number(column: "pl.Series") -> bool:
    return column.dtype.is_numeric()


def _number(column: "pl.Series") -> dict[str, Any]:
    import numpy as np
    import polars as pl

    values = column.cast(pl.Float64).to_numpy()
    good = values[np.isfinite(values)]
    described: dict[str, Any] = {"kind": "number", "rows": len(values), "nulls": int(len(values) - len(good))}
    if len(good) == 0:
        return described | {"edges": [], "counts": [], "mean": None, "std": None}
    edges = np.unique(np.quantile(good, np.linspace(0, 1, EDGES + 1)))
    counts = np.histogram(good, edges)[0] if len(edges) > 1 else np.array([len(good)])
    return described | {
        "edges": edges.tolist(),
        "counts": counts.tolist(),
        "mean": float(good.mean()),
        "std": float(good.std()),
    }


def _category(column: "pl.Series") -> dict[str, Any]:
    import polars as pl

    present = column.drop_nulls().cast(pl.String)
    counted = present.value_counts().sort("count", present.name, descending=[True, False])
    rows = counted.rows()
    return {
        "kind": "category",
        "rows": len(column),
        "nulls": column.null_count(),
        "counts": dict(rows[:CATEGORIES]),
        "other": sum(count for _, count in rows[CATEGORIES:]),
    }
