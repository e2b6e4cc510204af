"""Reading a monitor's value from the log of one window."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from filrouge.streamline.monitoring.drift import drift
from filrouge.streamline.monitoring.profiles import ColumnProfile, profile
from filrouge.streamline.monitoring.tables import Definition

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Reading", "read"]

_SHOWN = 10


class Reading(msgspec.Struct, frozen=True):
    """A window's value (none with too few rows), the rows it stands on, and what explains it."""

    value: float | None
    n: int
    detail: dict[str, Any]


def read(
    definition: Definition, frame: "pl.DataFrame", reference: Mapping[str, ColumnProfile] | None
) -> Reading:
    """The value of one window.

    Args:
        frame: what ``EventLog.frame`` gave for the window.
        reference: the profile of the version that served; drift has no value without it.
    """
    found = _READERS[definition.kind](definition, frame, reference or {})
    if found.n < definition.min_n:
        return Reading(None, found.n, {"too_few_rows": definition.min_n})
    return found


def _bare(frame: "pl.DataFrame", column: str) -> "pl.DataFrame":
    """The features under their own names, with the score."""
    names = [name for name in frame.columns if name.startswith("feature_")]
    bare = frame.select("score", *names).rename({name: name.removeprefix("feature_") for name in names})
    return bare.select(column) if column and column in bare.columns else bare


def _quality(
    definition: Definition, frame: "pl.DataFrame", _reference: Mapping[str, ColumnProfile]
) -> Reading:
    import polars as pl

    bare = _bare(frame, definition.column)
    if not bare.height:
        return Reading(None, 0, {})
    missing = [
        (pl.col(name).is_null() | pl.col(name).is_nan() if dtype.is_float() else pl.col(name).is_null())
        .mean()
        .alias(name)
        for name, dtype in bare.schema.items()
    ]
    shares = bare.select(missing).row(0, named=True)
    worst = dict(sorted(shares.items(), key=lambda item: -item[1])[:_SHOWN])
    return Reading(max(shares.values()), bare.height, {"null_share": worst})


def _drift(definition: Definition, frame: "pl.DataFrame", reference: Mapping[str, ColumnProfile]) -> Reading:
    bare = _bare(frame, definition.column)
    wanted = {
        name: column
        for name, column in reference.items()
        if (not definition.column or name == definition.column) and name in bare.columns
    }
    if not wanted:
        return Reading(None, bare.height, {"reference": "none"})
    found = drift(wanted, profile(bare, wanted))
    shown = {name: msgspec.to_builtins(value) for name, value in list(found.items())[:_SHOWN]}
    return Reading(max(value.beyond_chance for value in found.values()), bare.height, {"columns": shown})


def _performance(
    definition: Definition, frame: "pl.DataFrame", _reference: Mapping[str, ColumnProfile]
) -> Reading:
    from filrouge.measures.performance import performance

    value, n = performance(frame, definition.metric)
    return Reading(value, n, {"metric": definition.metric, "predictions": frame.height})


def _indicator(
    definition: Definition, frame: "pl.DataFrame", _reference: Mapping[str, ColumnProfile]
) -> Reading:
    from filrouge.measures import evaluate

    assert definition.measure is not None
    found = evaluate(definition.measure, frame)
    return Reading(found.value, found.n, {})


def _latency(
    _definition: Definition, frame: "pl.DataFrame", _reference: Mapping[str, ColumnProfile]
) -> Reading:
    column = frame["latency_ms"].drop_nulls()
    value = column.quantile(0.95, "linear") if len(column) else None
    return Reading(value, len(column), {})


_READERS = {
    "quality": _quality,
    "drift": _drift,
    "performance": _performance,
    "indicator": _indicator,
    "latency": _latency,
}
