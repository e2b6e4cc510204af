import json

import msgspec
import pytest
from tests.fakes.serving import Bus

from filrouge.streamline.serving.door import Door
from filrouge.streamline.serving.errors import BadBody

GOOD = {"bus_id": "1", "line": "A", "leaves": "2013-03-01T12:00:00Z", "stops": 10}
encode = msgspec.json.encode


@pytest.fixture
def door() -> Door:
    return Door(Bus)


def test_good_rows_pass_beside_bad_ones_which_name_column_value_and_rule(door: Door) -> None:
    rows = [GOOD, GOOD | {"stops": 0}, {"line": 3}, GOOD | {"bus_id": "2"}]
    admitted = door.admit(encode({"rows": rows, "explain": True, "request_id": "r1"}))
    assert [row.bus_id for row in admitted.rows] == ["1", "2"]
    assert admitted.places == [0, 3]
    assert (admitted.explain, admitted.request_id) == (True, "r1")
    one, *others = admitted.refused
    assert (one.row, one.column, one.value, one.rule) == (1, "stops", 0, "ge")
    assert [(fault.row, fault.column) for fault in others] == [
        (2, name) for name in ("bus_id", "line", "leaves", "stops")
    ]


def test_a_misspelt_column_is_recognised(door: Door) -> None:
    row = {name: value for name, value in GOOD.items() if name != "stops"} | {"stop": 3}
    fault = door.admit(encode(row)).refused[0]
    assert fault.column == "stops"
    assert "'stop'" in fault.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"rows": 3}',
        b'{"rows": [], "explain": "x"}',
        b"\xff\xfe",
        b'{"rows": {}}',
        b"[" * 100_000,
    ],
)
def test_a_body_of_another_form_is_a_coded_error(door: Door, body: bytes) -> None:
    with pytest.raises(BadBody):
        door.admit(body)


def test_a_misspelt_option_is_recognised(door: Door) -> None:
    with pytest.raises(BadBody, match="Did you mean 'explain'"):
        door.admit(b'{"rows": [], "explian": true}')


@pytest.mark.parametrize("row", [b"3", b"null", b"[]", b'"x"', b'[{"bus_id": "1"}]'])
def test_what_is_no_row_is_refused(door: Door, row: bytes) -> None:
    admitted = door.admit(row)
    assert admitted.rows == []
    assert len(admitted.refused) == 1


@pytest.mark.parametrize("stops", [0, 81, 1.5, "3", None, True, 10**30])
def test_every_kind_of_bad_value_is_found(door: Door, stops: object) -> None:
    admitted = door.admit(json.dumps({"rows": [GOOD | {"stops": stops}]}).encode())
    assert admitted.refused[0].column == "stops"
