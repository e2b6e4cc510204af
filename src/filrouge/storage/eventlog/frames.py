"""Records as Polars frames: fixed columns, then ``input_…`` and ``feature_…`` as they came."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from filrouge.storage.eventlog.records import Feedback, Label, Prediction, Record

if TYPE_CHECKING:
    import polars as pl

__all__ = ["KINDS", "joined", "kind_of", "to_frame", "union"]

KINDS: dict[type[Record], str] = {Prediction: "prediction", Label: "label", Feedback: "feedback"}


def kind_of(record: Record) -> str:
    """``prediction``, ``label`` or ``feedback``."""
    return KINDS[type(record)]


def base_schema(kind: str) -> dict[str, Any]:
    """The columns that every frame of a kind has."""
    import polars as pl

    time = pl.Datetime("us", "UTC")
    text, number = pl.String(), pl.Float64()
    value = {"value": number, "value_text": text}
    if kind == "label":
        return {"id": text, **value, "at": time, "recorded_at": time}
    if kind == "feedback":
        verdict = dict.fromkeys(("id", "verdict", "by", "note"), text)
        return {**verdict, "value": number, "at": time, "recorded_at": time}
    times = {"id": text, "at": time, "recorded_at": time}
    what = dict.fromkeys(("model_version", "slot", "key"), text)
    answer = {"score": number, "answer": number, "answer_text": text, "reasons": text, "snapshots": text}
    return {
        **times,
        **what,
        **answer,
        "latency_ms": number,
        "degraded": pl.Boolean(),
        "request_id": text,
        "why_degraded": text,
    }


def to_frame(kind: str, records: Sequence[Record]) -> "pl.DataFrame":
    """Records of one kind and product as a frame."""
    import polars as pl

    rows = [_row(record) for record in records]
    fixed = pl.DataFrame(rows, schema=base_schema(kind), orient="row")
    if kind != "prediction":
        return fixed
    more = [
        pl.Series(f"{prefix}_{name}", *_column([values.get(name) for values in dicts]))
        for prefix, dicts in (
            ("input", [r.inputs for r in records if isinstance(r, Prediction)]),
            ("feature", [r.features for r in records if isinstance(r, Prediction)]),
        )
        for name in dict.fromkeys(name for values in dicts for name in values)
    ]
    return fixed.with_columns(more)


def _row(record: Record) -> tuple[Any, ...]:
    if isinstance(record, Label):
        return (record.prediction_id, *_value(record.value), record.at, record.recorded_at)
    if isinstance(record, Feedback):
        return (
            record.prediction_id,
            record.verdict,
            record.by,
            record.note,
            record.value,
            record.at,
            record.recorded_at,
        )
    return (
        record.id,
        record.at,
        record.recorded_at,
        record.model_version,
        record.slot,
        record.key,
        record.score,
        *_value(record.answer),
        json.dumps(record.reasons, ensure_ascii=False, default=str) if record.reasons else None,
        json.dumps(record.snapshots, ensure_ascii=False) if record.snapshots else None,
        record.latency_ms,
        record.degraded,
        record.request_id,
        record.why_degraded or None,
    )


def _value(value: float | bool | str | None) -> tuple[float | None, str | None]:
    if value is None or isinstance(value, str):
        return None, value
    return float(value), None


def _column(values: list[Any]) -> tuple[list[Any], Any]:
    import polars as pl

    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return values, pl.Boolean()
    if kinds and kinds <= {bool, int, float}:
        return [None if value is None else float(value) for value in values], pl.Float64()
    if kinds == {datetime}:
        return values, pl.Datetime("us", "UTC")
    return [
        value if value is None or isinstance(value, str) else _text(value) for value in values
    ], pl.String()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def union(kind: str, frames: Iterable["pl.LazyFrame"]) -> "pl.LazyFrame":
    """Frames of one kind under each other; a column that some lack is null there."""
    import polars as pl

    empty = pl.LazyFrame(schema=base_schema(kind))
    schemas = [(frame, frame.collect_schema()) for frame in frames]
    mixed = {
        name
        for name in {name for _, schema in schemas for name in schema}
        if len({schema[name] for _, schema in schemas if name in schema} - {pl.Null()}) > 1
    }
    # A column that was a number in one part and text in another is read as text in all.
    alike = [
        frame.with_columns(pl.col(sorted(mixed & set(schema))).cast(pl.String)) for frame, schema in schemas
    ]
    return pl.concat([empty, *alike], how="diagonal_relaxed")


def joined(predictions: "pl.LazyFrame", labels: "pl.LazyFrame", feedback: "pl.LazyFrame") -> "pl.LazyFrame":
    """Predictions, each with its latest label and feedback."""
    import polars as pl

    def latest(frame: "pl.LazyFrame") -> "pl.LazyFrame":
        return frame.sort("at", "recorded_at").unique("id", keep="last")

    label = latest(labels).select(
        "id", label="value", label_text="value_text", labelled_at="at", label_recorded_at="recorded_at"
    )
    verdict = latest(feedback).select(
        "id", "verdict", verdict_by="by", verdict_note="note", verdict_value="value", verdict_at="at"
    )
    return (
        predictions.unique("id", keep="any")
        .join(label, on="id", how="left")
        .join(verdict, on="id", how="left")
        .with_columns(day=pl.col("at").dt.date())
    )
