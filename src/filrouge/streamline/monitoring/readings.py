"""Reading a monitor's value from the log of one window."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from filrouge.streamline.monitoring.drift import drift
from filrouge.streamline.monitoring.profiles import profile
from filrouge.streamline.monitoring.tables import SLICE_LENGTH, Definition
from filrouge.streamline.monitoring.windows import Logged, bare

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Reading", "read"]


class Reading(msgspec.Struct, frozen=True):
    """A window's value (none with too few rows), the rows it stands on, and what explains it.

    Attributes:
        detail: of quality and drift, ``columns`` has the figures of every column.
        slices: value and rows of each slice with rows enough, by ``column=value``.
    """

    value: float | None
    n: int
    detail: dict[str, Any]
    slices: dict[str, tuple[float, int]] = {}


def read(definition: Definition, logged: Logged) -> Reading:
    """The value of one window."""
    found = _READERS[definition.kind](definition, logged)
    if found.n < definition.min_n:
        return Reading(None, found.n, {"too_few_rows": definition.min_n})
    return found


def _quality(definition: Definition, logged: Logged) -> Reading:
    """The largest share of nulls beyond the reference's own; a column that is not there is all null."""
    frame, reference = bare(logged.frame), logged.reference
    if not frame.height:
        return Reading(None, 0, {})
    known = {name: column.nulls / column.rows for name, column in reference.items() if column.rows}
    names = [name for name in dict.fromkeys([*frame.columns, *known]) if name != "score" or name in known]
    watched = _watched(definition, names)
    if not watched:
        return Reading(None, frame.height, {"unknown_column": definition.column})
    shares = dict.fromkeys(watched, 1.0) | _null_shares(frame.select(set(watched) & set(frame.columns)))
    columns = {
        name: {"null_share": share, "beyond_reference": max(0.0, share - known.get(name, 0.0))}
        for name, share in shares.items()
    }
    return _worst(columns, "beyond_reference", frame.height)


def _null_shares(frame: "pl.DataFrame") -> dict[str, float]:
    import polars as pl

    missing = [
        (pl.col(name).is_null() | pl.col(name).is_nan() if dtype.is_float() else pl.col(name).is_null())
        .mean()
        .alias(name)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(missing).row(0, named=True) if missing else {}


def _drift(definition: Definition, logged: Logged) -> Reading:
    """The farthest column; one that is not there is for quality to tell, and is named here."""
    frame, reference = bare(logged.frame), logged.reference
    if not reference:
        return Reading(None, frame.height, {"no_reference": logged.why_no_reference})
    watched = _watched(definition, list(reference))
    wanted = {name: reference[name] for name in watched if name in frame.columns}
    missing = {"missing_columns": gone} if (gone := [name for name in watched if name not in wanted]) else {}
    if not wanted:
        return Reading(None, frame.height, missing or {"unknown_column": definition.column})
    columns = {
        name: {figure: float(f"{value:.6g}") for figure, value in msgspec.to_builtins(found).items()}
        for name, found in drift(wanted, profile(frame, wanted)).items()
    }
    return _worst(columns, "beyond_chance", frame.height, missing)


def _watched(definition: Definition, names: list[str]) -> list[str]:
    return [name for name in names if not definition.column or name == definition.column]


def _worst(
    columns: Mapping[str, Mapping[str, float]], figure: str, n: int, more: Mapping[str, Any] | None = None
) -> Reading:
    """The largest figure of all columns, with the figures of each, the worst first."""
    ordered = dict(sorted(columns.items(), key=lambda item: -item[1][figure]))
    return Reading(max(found[figure] for found in columns.values()), n, {"columns": ordered, **(more or {})})


def _performance(definition: Definition, logged: Logged) -> Reading:
    from filrouge.measures.expression import column_for
    from filrouge.measures.performance import performance, performance_by

    metric, frame = definition.metric, logged.frame
    value, n = performance(frame, metric)
    slices: dict[str, tuple[float | None, int]] = {}
    for name in logged.slices:
        column = column_for(name, frame.columns)
        if column is not None:
            found = performance_by(frame, metric, column, min_rows=definition.min_n)
            slices |= {f"{name}={value}": reached for value, reached in found.items()}
    kept = {
        name: (value, rows)
        for name, (value, rows) in slices.items()
        if value is not None and len(name) <= SLICE_LENGTH
    }
    return Reading(value, n, {"metric": metric, "predictions": frame.height}, kept)


def _indicator(definition: Definition, logged: Logged) -> Reading:
    from filrouge.measures import evaluate

    assert definition.measure is not None
    found = evaluate(definition.measure, logged.frame)
    return Reading(found.value, found.n, {})


def _latency(_definition: Definition, logged: Logged) -> Reading:
    column = logged.frame["latency_ms"].drop_nulls()
    value = column.quantile(0.95, "linear") if len(column) else None
    return Reading(value, len(column), {})


_READERS = {
    "quality": _quality,
    "drift": _drift,
    "performance": _performance,
    "indicator": _indicator,
    "latency": _latency,
}
