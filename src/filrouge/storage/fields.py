"""Reading a field's value, from Python, a form, a command line or a file, as its column wants it."""

import json
import math
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

import sqlalchemy as sa

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.figures import figure
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.kinds import kind_words

__all__ = [
    "LONGEST",
    "BadField",
    "FieldValue",
    "UnknownField",
    "default_of",
    "longest",
    "not_too_long",
    "read_field",
]

LONGEST = 200_000
"""Characters of a text, where its column says no other number."""


class UnknownField(FilrougeError):
    """The kind has no such field."""

    code = "artefact.unknown-field"
    status = 422


class BadField(FilrougeError):
    """A value does not suit its field."""

    code = "artefact.bad-field"
    status = 422


class FieldValue(Enum):
    """Marks."""

    MISSING = "missing"


def default_of(kind: type[Artefact], field: str) -> Any:
    """The value of a field that nobody gave, or ``FieldValue.MISSING`` when it must be given."""
    column = kind.__mapper__.columns[field]
    shape = column.info.get("shape")
    if shape is not None:
        return shape()
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    return None if column.nullable else FieldValue.MISSING


def longest(kind: type[Artefact], field: str) -> int | None:
    """The most characters that a text holds; nothing for what is no text.

    Example:
        >>> from filrouge.storage.product import Product
        >>> longest(Product, "title")
        200
    """
    column = kind.__mapper__.columns[field]
    if "shape" in column.info or isinstance(column.type, sa.Enum) or not isinstance(column.type, sa.String):
        return None
    return column.type.length or LONGEST


def read_field(kind: type[Artefact], field: str, value: Any, *, where: str = "") -> Any:
    """The value as the column wants it: texts are read as numbers, dates, words or JSON.

    Raises:
        UnknownField: the kind has no such field.
        BadField: the value does not suit it.
        Faults: several things inside a JSON value are wrong.

    Example:
        >>> from filrouge.explore.journeys import PainPoint
        >>> read_field(PainPoint, "intensity", "4")
        4
    """
    if field not in fields_of(kind):
        raise UnknownField(
            _("There is no field '{field}' in {kind}.").format(field=field, kind=kind_words(kind.kind)),
            where=where,
            action=did_you_mean(field, fields_of(kind)),
        )
    column = kind.__mapper__.columns[field]
    place = f"{where}: {field}" if where else field
    if value is None or (value == "" and not isinstance(column.type, sa.String)):
        default = default_of(kind, field)
        if column.nullable:
            return None
        if default is not FieldValue.MISSING:
            return default
        raise BadField(_("'{field}' must be given.").format(field=field), where=place)
    if "shape" in column.info:
        return _json(column.info, value, place)
    read = _scalar(column.type, value, place)
    if "kept" in column.info:
        read = column.info["kept"](read)
    if (most := longest(kind, field)) is not None:
        not_too_long(read, most, place)
    if field == kind.title_field and not str(read).strip():
        raise BadField(
            _("'{field}' cannot be empty.").format(field=field), where=place, action=_("Write something.")
        )
    _in_range(column.info, read, place)
    return read


def not_too_long(text: str, most: int, place: str) -> None:
    """Refuse a text that would have to be cut.

    Raises:
        BadField: it has more than ``most`` characters.
    """
    if len(text) > most:
        what = _("The text has {count} characters; {most} are kept.")
        raise BadField(
            what.format(count=figure(len(text)), most=figure(most)), where=place, action=_("Shorten it.")
        )


def _scalar(type_: Any, value: Any, place: str) -> Any:
    if isinstance(type_, sa.Enum):
        return _word(type_.enum_class, value, place)
    wanted = type_.python_type
    readers = {bool: _boolean, int: _integer, float: _number, datetime: _time, str: _text}
    return readers[wanted](value, place)


def _word(words: Any, value: Any, place: str) -> StrEnum:
    try:
        found: StrEnum = words(str(value).strip())
    except ValueError:
        raise BadField(
            _("'{value}' is not one of its words.").format(value=value),
            where=place,
            action=did_you_mean(str(value), [word.value for word in words]),
        ) from None
    return found


def _text(value: Any, place: str) -> str:
    if isinstance(value, dict | list):
        raise BadField(_("A text is expected."), where=place)
    text = str(value).replace("\r\n", "\n")
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadField(
            _("The text holds a character that cannot be stored."), where=place, action=_("Remove it.")
        )
    return text


def _boolean(value: Any, place: str) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if str(value).strip().lower() in words:
        return words[str(value).strip().lower()]
    raise BadField(
        _("'{value}' is neither yes nor no.").format(value=value),
        where=place,
        action=_("Write true or false."),
    )


def _integer(value: Any, place: str) -> int:
    number = _number(value, place)
    if number != int(number):
        raise BadField(_("'{value}' is not a whole number.").format(value=value), where=place)
    return int(number)


def _number(value: Any, place: str) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise BadField(_("'{value}' is not a number.").format(value=value), where=place)
    return number


def _time(value: Any, place: str) -> datetime:
    try:
        return as_utc(value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip()))
    except (ValueError, OverflowError):
        raise BadField(
            _("'{value}' is not a time.").format(value=value),
            where=place,
            action=_("Write it as 2013-03-01T12:00:00+00:00."),
        ) from None


def _json(info: Any, value: Any, place: str) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise BadField(_("This is not JSON."), where=place, why=str(error)) from None
    if not isinstance(value, info["shape"]):
        what = _("A list is expected.") if info["shape"] is list else _("A mapping is expected.")
        raise BadField(what, where=place)
    keys = info.get("keys")
    items = value if isinstance(value, list) else [value]
    faults: list[FilrougeError] = []
    for number, item in enumerate(items):
        spot = f"{place}[{number}]" if isinstance(value, list) else place
        if keys and not isinstance(item, dict):
            action = _("Keys: {names}.").format(names=", ".join(keys))
            faults.append(BadField(_("A mapping is expected."), where=spot, action=action))
        elif isinstance(item, dict):
            unknown = [key for key in item if keys and key not in keys]
            faults += [
                UnknownField(
                    _("There is no '{key}' here.").format(key=key),
                    where=spot,
                    action=did_you_mean(str(key), keys),
                )
                for key in unknown
            ]
    Faults.raise_if_any(faults)
    try:
        plain = json.loads(json.dumps(value, allow_nan=False))
        _text(json.dumps(value, ensure_ascii=False).replace("\\u0000", "\x00"), place)
    except (TypeError, ValueError) as error:
        raise BadField(_("This cannot be kept as JSON."), where=place, why=str(error)) from None
    return plain


def _in_range(info: Any, value: Any, place: str) -> None:
    least, most = info.get("least"), info.get("most")
    if (least is not None and value < least) or (most is not None and value > most):
        action = (
            _("Give a number at least {least}.")
            if most is None
            else _("Give a number from {least} to {most}.")
        )
        raise BadField(
            _("{value} is out of range.").format(value=value),
            where=place,
            action=action.format(least=least, most=most),
        )
