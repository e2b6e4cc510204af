"""As-of joins and bounded pasts against a reading row by row, on Polars and pandas."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrouge import latest_before, past

START = datetime(2013, 1, 1, tzinfo=UTC)
MOMENT = st.integers(0, 12).map(lambda hours: START + timedelta(hours=hours))
KEY = st.sampled_from(["a", "b", None])
EVENTS = st.lists(st.tuples(KEY, MOMENT | st.none()), max_size=6)
ROWS = st.lists(st.tuples(KEY, MOMENT | st.none(), st.integers(-5, 5) | st.none()), max_size=8)
TIME = pl.Datetime("us", "UTC")


def tables(events: Any, rows: Any, backend: str) -> tuple[Any, Any]:
    left = pl.DataFrame(events, schema={"k": pl.String, "at": TIME}, orient="row")
    right = pl.DataFrame(rows, schema={"k": pl.String, "known": TIME, "v": pl.Int64}, orient="row")
    if backend == "polars":
        return left, right
    utc = "datetime64[us, UTC]"
    types = {"k": "str", "known": utc, "v": "Float64"}
    return (
        pd.DataFrame(events, columns=["k", "at"]).astype({"k": "str", "at": utc}),
        pd.DataFrame(rows, columns=["k", "known", "v"]).astype(types),
    )


def values(frame: Any, name: str) -> list[Any]:
    found = frame[name].to_list() if isinstance(frame, pl.DataFrame) else frame[name].tolist()
    return [None if pd.isna(value) else value for value in found]


@pytest.mark.parametrize("backend", ["polars", "pandas"])
@settings(max_examples=60, deadline=None)
@given(EVENTS, ROWS, st.sampled_from([None, 0, 2]))
def test_the_newest_known_row_is_found(backend: str, events: Any, rows: Any, hours: int | None):
    left, right = tables(events, rows, backend)
    tolerance = None if hours is None else timedelta(hours=hours)
    got = latest_before(left, right, by="k", at="at", known_at="known", columns=["v"], tolerance=tolerance)
    expected = []
    for key, at in events:
        known = [
            (moment, place, value)
            for place, (other, moment, value) in enumerate(rows)
            if key is not None and other == key and at is not None and moment is not None and moment <= at
        ]
        best = max(known, key=lambda row: row[:2], default=None)
        fresh = best is not None and (tolerance is None or at - best[0] <= tolerance)
        expected.append(best[2] if fresh else None)
    assert values(got, "v") == expected
    assert values(got, "k") == [key for key, _ in events]


@pytest.mark.parametrize("backend", ["polars", "pandas"])
@settings(max_examples=60, deadline=None)
@given(EVENTS, ROWS, st.integers(1, 6))
def test_the_bounded_past_counts_what_was_known(backend: str, events: Any, rows: Any, hours: int):
    left, right = tables(events, rows, backend)
    got = past(
        left, right, by="k", at="at", known_at="known", window=timedelta(hours=hours), sums=["v"], means=["v"]
    )
    counts, sums, means = [], [], []
    for key, at in events:
        seen = [
            value
            for other, moment, value in rows
            if key is not None and other == key and at is not None and moment is not None
            and at - timedelta(hours=hours) < moment <= at
        ]  # fmt: skip
        there = [value for value in seen if value is not None]
        counts.append(len(seen))
        sums.append(sum(there))
        means.append(sum(there) / len(there) if there else None)
    assert values(got, "past_count") == counts
    assert values(got, "past_sum_v") == sums
    assert values(got, "past_mean_v") == means
