"""The two doors of a contract agree, whatever the data."""

import json
import math
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from filrouge import Contract, column
from filrouge.streamline.pipelines.contract import polars_schema, rows_to_frame
from filrouge.streamline.pipelines.frame_check import check_frame
from filrouge.streamline.pipelines.row_check import check_rows


class Everything(Contract):
    a: Annotated[float, column(ge=0, lt=10, unit="mi")]
    b: Annotated[float | None, column(gt=-1, le=5)]
    c: Annotated[int, column(ge=0, le=9)]
    d: Literal["x", "y"] | None
    e: Annotated[str, column(min_length=1, max_length=3, pattern="^[a-zé]")]
    f: bool
    g: datetime
    h: date | None
    i: Literal[1, 2]


FLOATS = st.sampled_from([-1.0, 0.0, 0.5, 5.0, 9.99, 10.0, math.inf]) | st.none() | st.just(math.nan)
ROW = st.fixed_dictionaries(
    {
        "a": FLOATS,
        "b": FLOATS,
        "c": st.integers(-1, 10) | st.none(),
        "d": st.sampled_from(["x", "y", "z", None]),
        "e": st.sampled_from(["", "a", "é", "abcd", "A", "éab", None]),
        "f": st.booleans() | st.none(),
        "g": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)) | st.none(),
        "h": st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.none(),
        "i": st.integers(0, 3) | st.none(),
    }
)


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()}


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=6))
def test_a_frame_and_its_rows_are_judged_alike(rows: list[dict[str, Any]]):
    frame = pl.DataFrame(rows, schema=polars_schema(Everything))
    of_frame = {v.column for v in check_frame(Everything, frame)}
    good, refusals = check_rows(Everything, [as_json(row) for row in rows])
    bad_rows = {refusal.row for refusal in refusals}
    assert len(good) + len(bad_rows) == len(rows)
    assert {refusal.column for refusal in refusals} == of_frame
    for place, row in enumerate(rows):
        alone = check_frame(Everything, pl.DataFrame([row], schema=polars_schema(Everything)))
        assert {v.column for v in alone} == {r.column for r in refusals if r.row == place}
        assert {(r.column, r.rule) for r in refusals if r.row == place} <= {(v.column, v.rule) for v in alone}
    assert check_frame(Everything, rows_to_frame(Everything, good), allow_empty=True) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(ROW, max_size=4))
def test_a_row_is_judged_alike_alone_and_among_others(rows: list[dict[str, Any]]):
    plain = [as_json(row) for row in rows]
    together = check_rows(Everything, plain)[1]
    apart = [
        (place, r.column, r.rule) for place, row in enumerate(plain) for r in check_rows(Everything, [row])[1]
    ]
    assert [(r.row, r.column, r.rule) for r in together] == apart
    json.dumps([r.message for r in together])
