"""The door: each row of a request is held to the event source's contract; the good ones pass (STR-14)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from filrouge.kernel.errors import did_you_mean
from filrouge.streamline.serving.errors import BadBody

__all__ = ["Admitted", "Door", "Fault", "Refusal"]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one value."""

    column: str
    value: Any
    rule: str


class Refusal(msgspec.Struct, frozen=True):
    """A row that was not let in: its place in the request, and every fault of it."""

    row: int
    faults: list[Fault]


class Admitted(msgspec.Struct):
    """What of a request was let in."""

    rows: list[Any]
    """Instances of the contract."""
    places: list[int]
    """Place of each of them in the request."""
    refused: list[Refusal] = []
    explain: bool = False
    request_id: str = ""


class Door:
    """Checks requests against a contract (a ``msgspec.Struct`` class), compiled once.

    The common case, a well-formed body, is decoded and checked in one pass in C. Only when that
    fails are the rows looked at one by one, and the columns of a bad row one by one.

    Example:
        >>> class Event(msgspec.Struct):
        ...     origin: str
        ...     hour: int
        >>> door = Door(Event)
        >>> door.admit(b'{"rows": [{"origin": "JFK", "hour": 7}]}').rows
        [Event(origin='JFK', hour=7)]
        >>> door.admit(b'{"origin": "JFK", "hour": "x"}').refused[0].faults[0].rule
        'Expected `int`, got `str`'
    """

    def __init__(self, contract: type[msgspec.Struct]) -> None:
        self.contract = contract
        body = msgspec.defstruct(
            "Body",
            [("rows", list[contract]), ("explain", bool, False), ("request_id", str, "")],  # type: ignore[valid-type]
        )
        self._decode_rows = msgspec.json.Decoder(body).decode
        self._decode_row = msgspec.json.Decoder(contract).decode
        self._fields = msgspec.structs.fields(contract)
        self._names = frozenset(field.encode_name for field in self._fields)

    def admit(self, body: bytes, *, explain: bool = False, request_id: str = "") -> Admitted:
        """Check a request's body: ``{"rows": […]}`` with options, or one row by itself.

        Raises:
            BadBody: it is not JSON, or not of that form.
        """
        try:
            if b'"rows"' not in body:
                return Admitted([self._decode_row(body)], [0], [], explain, request_id)
            good: Any = self._decode_rows(body)
            return Admitted(
                good.rows,
                list(range(len(good.rows))),
                [],
                good.explain or explain,
                good.request_id or request_id,
            )
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._sort(_parsed(body), explain, request_id)

    def admit_rows(self, rows: Sequence[Mapping[str, Any]], first: int = 0) -> Admitted:
        """Check rows that are already values (a table's); ``first`` is the place of the first."""
        admitted = Admitted([], [])
        for place, row in enumerate(rows, first):
            self._take(admitted, place, row)
        return admitted

    def _sort(self, value: Any, explain: bool, request_id: str) -> Admitted:
        rows: Any = [value]
        if isinstance(value, dict) and "rows" in value:
            rows = value["rows"]
            explain = _option(value, "explain", bool, explain)
            request_id = _option(value, "request_id", str, request_id)
        if not isinstance(rows, list):
            raise BadBody("'rows' is not a list.", action='Send {"rows": [{…}, …]}, or one row as an object.')
        admitted = Admitted([], [], [], explain, request_id)
        for place, row in enumerate(rows):
            self._take(admitted, place, row)
        return admitted

    def _take(self, admitted: Admitted, place: int, row: Any) -> None:
        try:
            admitted.rows.append(msgspec.convert(row, self.contract))
            admitted.places.append(place)
        except msgspec.ValidationError as error:
            faults = self.faults(row) or [Fault("", row, _rule(error))]
            admitted.refused.append(Refusal(place, faults))

    def faults(self, row: Any) -> list[Fault]:
        """Every fault of one row, by column."""
        if not isinstance(row, Mapping):
            return [Fault("", row, "A row is an object with one value for each column.")]
        faults = []
        for field in self._fields:
            name = field.encode_name
            if name not in row:
                if field.required:
                    faults.append(Fault(name, None, f"Required and missing. {self._near(name, row)}".strip()))
                continue
            try:
                msgspec.convert(row[name], field.type)
            except msgspec.ValidationError as error:
                faults.append(Fault(name, row[name], _rule(error)))
        return faults

    def _near(self, name: str, row: Mapping[str, Any]) -> str:
        hint = did_you_mean(name, [key for key in row if key not in self._names])
        return f"You sent {hint[13:-1]}: is it this column?" if hint.startswith("Did you mean") else ""


def _rule(error: msgspec.ValidationError) -> str:
    return str(error).split(" - at `$", 1)[0]


def _parsed(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBody(
            "The body is not JSON.",
            why=str(error),
            action='Send {"rows": [{…}, …]}, or one row as an object.',
        ) from error


def _option(body: dict[str, Any], name: str, kind: type[Any], default: Any) -> Any:
    value = body.get(name, default)
    if not isinstance(value, kind):
        raise BadBody(f"'{name}' is not a {'boolean' if kind is bool else 'text'}.", where=name)
    return value
