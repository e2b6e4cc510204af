"""A contract against rows of JSON: one conversion when all is well, each fault named when it is not."""

import math
import re
import types
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.contract import Column, Contract, columns_of

__all__ = ["Refusal", "check_rows", "row_type", "value_type"]

C = TypeVar("C", bound=Contract)
_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "datetime": datetime,
    "date": date,
}
_INT64 = (-(2**63), 2**63 - 1)


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row was refused: its place, the column, the value and the rule."""

    row: int
    column: str
    value: Any
    rule: str
    message: str


def check_rows(contract: type[C], rows: Sequence[Any]) -> tuple[list[C], list[Refusal]]:
    """Check rows as JSON gave them.

    Args:
        contract: what each row must hold; other keys are ignored.
        rows: objects as dictionaries; times as ISO texts with their zone.

    Returns:
        The good rows as instances of the contract, and one refusal for each fault of the others.

    Example:
        >>> from filrouge.streamline.pipelines.contract import column
        >>> class Flights(Contract):
        ...     distance: Annotated[float, column(ge=0, unit="mi")]
        >>> good, refused = check_rows(Flights, [{"distance": 300}, {"distance": -1}])
        >>> good[0].distance, refused[0].row, refused[0].rule
        (300.0, 1, 'ge')
    """
    whole, single = row_type(contract)
    try:
        good: list[C] = msgspec.convert(rows, whole)
    except msgspec.ValidationError:
        return _one_by_one(contract, rows, single)
    if not any(_has_nan(contract, row) for row in good):
        return good, []
    return _one_by_one(contract, rows, single)


@cache
def row_type(contract: type[Contract]) -> tuple[Any, type[Contract]]:
    """The compiled types of a list of rows and of one row; for decoders of JSON bytes.

    ``msgspec.json.Decoder(row_type(contract)[0])`` accepts exactly what ``check_rows`` accepts.
    """
    columns = columns_of(contract)
    body: dict[str, Any] = {item.name: item.default for item in columns if not item.required}
    body["__annotations__"] = {item.name: value_type(item) for item in columns}
    body["__module__"] = contract.__module__
    make: Any = type(contract)
    single = make(contract.__name__, (contract,), body)
    rows: Any = types.GenericAlias(list, (single,))
    return rows, single


def value_type(item: Column) -> Any:
    """The msgspec type of one column's values."""
    if item.allowed:
        compiled: Any = Literal[item.allowed]
    else:
        rules: dict[str, Any] = item.limits()
        if item.kind == "datetime":
            rules["tz"] = True
        if item.kind == "int":
            rules.setdefault("ge", _INT64[0]) if "gt" not in rules else None
            rules.setdefault("le", _INT64[1]) if "lt" not in rules else None
        compiled = Annotated[_TYPES[item.kind], msgspec.Meta(**rules)]
    return compiled | None if item.nullable else compiled


@cache
def _floats(contract: type[Contract]) -> tuple[str, ...]:
    return tuple(item.name for item in columns_of(contract) if item.kind == "float")


def _has_nan(contract: type[Contract], row: Contract) -> bool:
    return any(_is_nan(getattr(row, name)) for name in _floats(contract))


def _one_by_one(contract: type[C], rows: Sequence[Any], single: Any) -> tuple[list[C], list[Refusal]]:
    good: list[C] = []
    refusals: list[Refusal] = []
    for place, row in enumerate(rows):
        faults = _faults(contract, row)
        if faults:
            refusals += [
                Refusal(row=place, column=name, value=_plain(value), rule=rule, message=message)
                for name, value, rule, message in faults
            ]
        else:
            clean = {key: None if _is_nan(value) else value for key, value in row.items()}
            good.append(msgspec.convert(clean, single))
    return good, refusals


def _faults(contract: type[Contract], row: Any) -> list[tuple[str, Any, str, str]]:
    if not isinstance(row, dict):
        return [("", row, "type", _("a row is an object of columns and values"))]
    faults = []
    for item in columns_of(contract):
        if item.name not in row:
            if item.required:
                hint = did_you_mean(item.name, [str(key) for key in row])
                faults.append((item.name, None, "missing", f"{item.expectation('missing')}. {hint}".rstrip()))
            continue
        value = row[item.name]
        rule = broken_rule(item, value)
        if rule:
            faults.append((item.name, value, rule, item.expectation(rule)))
    return faults


def broken_rule(item: Column, value: Any) -> str:
    """The first rule of a column that a value breaks; empty when it breaks none."""
    if value is None or _is_nan(value):
        return "" if item.nullable else "null"
    try:
        typed = msgspec.convert(value, _TYPES[item.kind])
    except msgspec.ValidationError:
        return "type"
    if item.kind == "datetime" and typed.tzinfo is None:
        return "timezone"
    if item.kind == "int" and not _INT64[0] <= typed <= _INT64[1]:
        return "type"
    tests: dict[str, Callable[[Any], bool]] = {
        "ge": lambda limit: typed >= limit,
        "gt": lambda limit: typed > limit,
        "le": lambda limit: typed <= limit,
        "lt": lambda limit: typed < limit,
        "min_length": lambda limit: len(typed) >= limit,
        "max_length": lambda limit: len(typed) <= limit,
        "pattern": lambda limit: re.search(limit, typed) is not None,
        "allowed": lambda limit: typed in limit,
    }
    return next((rule for rule, limit in item.limits().items() if not tests[rule](limit)), "")


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _plain(value: Any) -> Any:
    """A value that any encoder can write."""
    if _is_nan(value):
        return "NaN"
    return value if isinstance(value, str | int | float | bool | None) else str(value)[:200]
