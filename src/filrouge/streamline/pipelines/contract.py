"""Contracts: what a table must hold, declared once, checked on frames and on rows (STR-8, STR-14).

``frame_check`` and ``row_check`` compile the same columns, so that batch and online agree.
"""

import re
import types
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import N_, _

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "BadContract",
    "Column",
    "Contract",
    "column",
    "columns_of",
    "describe",
    "polars_schema",
    "rows_to_frame",
]

_KINDS: dict[Any, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "datetime",
    date: "date",
}
_NUMBER_RULES = ("ge", "gt", "le", "lt")
_FEW_ROWS = 500
_EXPECTATIONS = {
    "missing": N_("the column must be there"),
    "null": N_("a value is needed"),
    "type": N_("must be {limit}"),
    "datetime": N_("must be {limit} in UTC, with its zone"),
    "timezone": N_("a time needs its zone, in UTC (2013-01-01T06:00:00Z)"),
    "ge": N_("must be at least {limit}"),
    "gt": N_("must be above {limit}"),
    "le": N_("must be at most {limit}"),
    "lt": N_("must be below {limit}"),
    "min_length": N_("must have at least {limit} characters"),
    "max_length": N_("must have at most {limit} characters"),
    "pattern": N_("must match {limit}"),
    "allowed": N_("must be one of {limit}"),
}


class BadContract(FilrougeError):
    """A contract is written in a way that cannot be checked."""

    code = "contract.invalid"


class _ContractMeta(msgspec.StructMeta):
    """Makes each contract frozen, its columns in any order (required after optional)."""

    def __new__(mcls, name: str, bases: Any, namespace: Any, **options: Any) -> Any:
        options.setdefault("kw_only", True)
        options.setdefault("frozen", True)
        return super().__new__(mcls, name, bases, namespace, **options)


class Contract(msgspec.Struct, metaclass=_ContractMeta):
    """Base of a table's contract: one annotation per column.

    Types: ``str``, ``int``, ``float``, ``bool``, ``datetime`` (aware, UTC), ``date``, ``Literal[…]``;
    ``| None`` allows nulls; ``Annotated[…, column(…)]`` adds range, unit and meaning. A column with a
    default may be absent.

    Example:
        >>> class Flights(Contract):
        ...     carrier: str
        ...     distance: Annotated[float, column(ge=0, le=6000, unit="mi")] | None
        >>> [column.name for column in columns_of(Flights)]
        ['carrier', 'distance']
    """


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a contract, as both checkers read it."""

    name: str
    kind: str
    """``str``, ``int``, ``float``, ``bool``, ``datetime`` or ``date``."""
    nullable: bool = False
    required: bool = True
    default: Any = None
    allowed: tuple[Any, ...] = ()
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    unit: str = ""
    description: str = ""

    def limits(self) -> dict[str, Any]:
        """The rules beyond the type, by name."""
        names = (*_NUMBER_RULES, "min_length", "max_length", "pattern")
        found = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return found | ({"allowed": list(self.allowed)} if self.allowed else {})

    def expectation(self, rule: str) -> str:
        """What a rule asks, as a phrase for messages."""
        limit = ", ".join(map(str, self.allowed)) if rule == "allowed" else getattr(self, rule, self.kind)
        phrase = _EXPECTATIONS["datetime" if rule == "type" and self.kind == "datetime" else rule]
        unit = f" ({self.unit})" if self.unit and rule in _NUMBER_RULES else ""
        return _(phrase).format(limit=limit) + unit


def column(
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: str | None = None,
    unit: str = "",
    description: str = "",
) -> msgspec.Meta:
    """What a column's values must respect, for ``Annotated``.

    Args:
        ge: at least. gt: above. le: at most. lt: below (numbers).
        min_length: fewest characters. max_length: most characters (text).
        pattern: regular expression that is found in the text; without look-around or back-references.
        unit: unit of measure, shown to users.
        description: what the column means.

    Example:
        >>> column(ge=0, unit="mi").ge
        0
    """
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise BadContract(
                _("'{pattern}' is no regular expression: {error}.").format(pattern=pattern, error=error)
            ) from error
    extra = {"unit": unit} if unit else None
    given: dict[str, Any] = {
        "ge": ge,
        "gt": gt,
        "le": le,
        "lt": lt,
        "min_length": min_length,
        "max_length": max_length,
        "pattern": pattern,
        "description": description or None,
        "extra": extra,
        "extra_json_schema": extra,
    }
    meta: msgspec.Meta = msgspec.Meta(**given)
    return meta


@cache
def columns_of(contract: type[Contract]) -> tuple[Column, ...]:
    """The columns of a contract, in order.

    Raises:
        BadContract: an annotation cannot be checked; several come together.
    """
    if not (isinstance(contract, type) and issubclass(contract, Contract)):
        raise BadContract(
            _("{contract!r} is no contract.").format(contract=contract),
            action=_("Write one: class Flights(Contract): …"),
        )
    faults: list[FilrougeError] = []
    found = []
    hints = get_type_hints(contract, include_extras=True)
    defaults = {field.name: field for field in msgspec.structs.fields(contract)}
    for name in contract.__struct_fields__:
        try:
            parsed = _parse(Column(name=name, kind=""), hints[name])
            field = defaults[name]
            if not field.required:
                parsed = replace(parsed, required=False, default=field.default)
            found.append(_checked(parsed))
        except BadContract as fault:
            fault.where = f"{contract.__name__}.{name}"
            faults.append(fault)
    Faults.raise_if_any(faults)
    return tuple(found)


def _parse(parsed: Column, hint: Any) -> Column:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        parsed = _parse(parsed, arguments[0])
        for meta in arguments[1:]:
            if isinstance(meta, msgspec.Meta):
                parsed = _with_meta(parsed, meta)
        return parsed
    if origin in {Union, types.UnionType}:
        inner = [argument for argument in arguments if argument is not type(None)]
        if len(inner) != 1:
            raise BadContract(_("A column has one type, with or without None."))
        return replace(_parse(parsed, inner[0]), nullable=True)
    if origin is Literal:
        values = tuple(value for value in arguments if value is not None)
        kinds = {type(value) for value in values}
        if len(kinds) != 1 or not kinds <= {str, int}:
            raise BadContract(_("Literal takes texts only, or whole numbers only."))
        nullable = len(values) != len(arguments)
        return replace(parsed, kind=_KINDS[kinds.pop()], allowed=values, nullable=nullable)
    if hint not in _KINDS:
        raise BadContract(
            _("The type {type} cannot be a column.").format(type=getattr(hint, "__name__", hint)),
            action=_("Use str, int, float, bool, datetime, date or Literal, with or without '| None'."),
        )
    return replace(parsed, kind=_KINDS[hint])


def _with_meta(parsed: Column, meta: msgspec.Meta) -> Column:
    rules = (*_NUMBER_RULES, "min_length", "max_length", "pattern", "description")
    given = {name: getattr(meta, name) for name in rules if getattr(meta, name) is not None}
    return replace(parsed, **given, unit=(meta.extra or {}).get("unit", parsed.unit))


def _checked(parsed: Column) -> Column:
    """Refuse rules that the column's type cannot have."""
    numeric = any(getattr(parsed, rule) is not None for rule in _NUMBER_RULES)
    if numeric and parsed.kind not in {"int", "float"}:
        raise BadContract(_("A range needs a number, not {kind}.").format(kind=parsed.kind))
    textual = (parsed.min_length, parsed.max_length, parsed.pattern)
    if any(rule is not None for rule in textual) and parsed.kind != "str":
        raise BadContract(_("A length or a pattern needs a text, not {kind}.").format(kind=parsed.kind))
    if parsed.pattern is not None and re.search(r"\(\?[=!<]|\\[1-9]", parsed.pattern):
        raise BadContract(_("A pattern cannot look around or refer back."))
    return parsed


def describe(contract: type[Contract]) -> list[dict[str, Any]]:
    """The columns as plain values for pages, JSON and documents: types, ranges, units (STR-14)."""
    return [
        {
            "name": item.name,
            "type": item.kind,
            "nullable": item.nullable,
            "required": item.required,
            "unit": item.unit,
            "description": item.description,
            **item.limits(),
        }
        for item in columns_of(contract)
    ]


def polars_schema(contract: type[Contract]) -> "dict[str, pl.DataType]":
    """The Polars types of the columns: Int64, Float64, String, Boolean, Date, Datetime in µs and UTC."""
    import polars as pl

    kinds: dict[str, Any] = {
        "str": pl.String(),
        "int": pl.Int64(),
        "float": pl.Float64(),
        "bool": pl.Boolean(),
        "datetime": pl.Datetime("us", "UTC"),
        "date": pl.Date(),
    }
    return {item.name: kinds[item.kind] for item in columns_of(contract)}


def rows_to_frame(contract: type[Contract], rows: list[Any]) -> "pl.DataFrame":
    """Rows that ``check_rows`` accepted, as a frame with the contract's types."""
    import polars as pl

    schema = polars_schema(contract)
    if len(rows) <= _FEW_ROWS:  # all columns at once: for one row ten times faster than a Series each
        return pl.DataFrame([msgspec.structs.asdict(row) for row in rows], schema=schema)
    return pl.DataFrame({name: [getattr(row, name) for row in rows] for name in schema}, schema=schema)
