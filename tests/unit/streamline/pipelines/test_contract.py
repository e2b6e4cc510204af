from datetime import UTC, datetime
from typing import Annotated, Literal

import polars as pl
import pytest

from filrouge import Contract, column
from filrouge.kernel.errors import Faults
from filrouge.streamline.pipelines.contract import BadContract, columns_of, describe, rows_to_frame
from filrouge.streamline.pipelines.frame_check import ContractBroken, check_frame, require_frame
from filrouge.streamline.pipelines.row_check import check_rows

NOON = datetime(2013, 1, 1, 12, tzinfo=UTC)


class Flights(Contract):
    note: str | None = None
    flight: str
    carrier: Literal["AA", "UA"]
    distance: Annotated[float, column(ge=0, le=6000, unit="mi", description="How far")] | None
    departs: datetime


def frame(**changes: object) -> pl.DataFrame:
    columns = {
        "flight": ["a", "b"],
        "carrier": ["AA", "UA"],
        "distance": [100.0, None],
        "departs": [NOON] * 2,
    }
    return pl.DataFrame(columns | changes)


def test_a_right_frame_passes_lazy_or_not():
    assert check_frame(Flights, frame(), key="flight") == []
    assert check_frame(Flights, frame().lazy(), key=["flight"]) == []
    assert check_frame(Flights, frame(carrier=pl.Series(["AA", "UA"], dtype=pl.Categorical))) == []
    assert check_frame(Flights, frame(distance=[1, 2])) == []


def test_everything_wrong_comes_together_with_counts_and_examples():
    wrong = frame(flight=["a", "a"], carrier=["AA", "DL"], distance=[float("nan"), 7000.0]).drop("departs")
    found = {(v.column, v.rule): v for v in check_frame(Flights, wrong, key="flight")}
    assert set(found) == {
        ("departs", "missing"),
        ("carrier", "allowed"),
        ("distance", "le"),
        ("flight", "duplicate"),
    }
    assert found["carrier", "allowed"].examples == ("DL",)
    assert found["flight", "duplicate"].count == 2
    with pytest.raises(ContractBroken, match=r"at most 6000.*mi"):
        require_frame(Flights, wrong, where="flights")


def test_types_zones_nulls_and_emptiness_are_told():
    naive = frame(departs=[NOON.replace(tzinfo=None)] * 2, distance=["far", "near"], carrier=[None, "AA"])
    assert {(v.column, v.rule) for v in check_frame(Flights, naive)} == {
        ("departs", "timezone"),
        ("distance", "type"),
        ("carrier", "null"),
    }
    assert [v.rule for v in check_frame(Flights, frame().clear())] == ["empty"]
    assert check_frame(Flights, frame().clear(), allow_empty=True) == []


def test_a_misspelt_column_gets_a_hint():
    (violation,) = check_frame(Flights, frame().rename({"carrier": "carier"}))
    assert "Did you mean 'carier'?" in violation.message


def test_good_rows_pass_and_bad_rows_are_refused_with_column_value_and_rule():
    right = {"flight": "a", "carrier": "AA", "distance": 3, "departs": "2013-01-01T14:00:00+02:00"}
    rows = [
        right,
        right | {"departs": "2013-01-01T12:00:00"},
        right | {"distance": -1, "carrier": "ZZ"},
        {"flight": "b"},
        7,
    ]
    good, refusals = check_rows(Flights, rows)
    assert [(r.row, r.column, r.rule) for r in refusals] == [
        (1, "departs", "timezone"),
        (2, "carrier", "allowed"),
        (2, "distance", "ge"),
        (3, "carrier", "missing"),
        (3, "distance", "missing"),
        (3, "departs", "missing"),
        (4, "", "type"),
    ]
    assert isinstance(good[0], Flights)
    table = rows_to_frame(
        Flights, [*good, *check_rows(Flights, [right | {"departs": "2013-01-01T12:00:00Z"}])[0]]
    )
    assert table["departs"].to_list() == [NOON, NOON]
    assert check_frame(Flights, table) == []


def test_few_rows_and_many_give_the_same_frame():
    one = {"flight": "a", "carrier": "UA", "distance": None, "departs": "2013-01-01T14:00:00+02:00"}
    two = {"flight": "b", "carrier": "AA", "distance": 7, "departs": "2013-01-01T12:00:00Z"}
    good, _ = check_rows(Flights, [one, two] * 300)
    many = rows_to_frame(Flights, good)
    assert rows_to_frame(Flights, good[:2]).equals(many[:2])
    assert rows_to_frame(Flights, good[:2]).schema == many.schema
    assert many["departs"].unique().to_list() == [NOON]


def test_a_contract_describes_itself():
    distance = next(item for item in describe(Flights) if item["name"] == "distance")
    assert (distance["unit"], distance["le"], distance["nullable"]) == ("mi", 6000, True)


def test_a_wrong_pattern_is_told_where_it_is_written():
    with pytest.raises(BadContract):
        column(pattern="(")


def test_wrong_annotations_come_together():
    class Wrong(Contract):
        a: list[int]
        b: Annotated[str, column(ge=1)]
        c: Annotated[str, column(pattern=r"(a)\1")]
        d: int | str

    with pytest.raises(Faults) as caught:
        columns_of(Wrong)
    assert len(caught.value.faults) == 4
    assert all(isinstance(fault, BadContract) for fault in caught.value.faults)
