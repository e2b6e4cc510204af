"""What is wrong with a value, in words that keep its limits: for fields of forms and bodies of the API."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from filrouge.kernel.i18n import N_, _

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["field_rejected", "value_rejected"]

_MISSING = N_("This is needed, and is not there.")
_CHOICES = N_("This is none of the choices: {limit}.")
_SHORT = N_("This is too short: {limit} characters are the least.")
_LONG = N_("This is too long: {limit} characters are the most.")
_PATTERN = N_("This does not have the form that is expected: {limit}")
_TEXT = N_("This is not a text.")
_WHOLE = N_("This is not a whole number.")
_NUMBER = N_("This is not a number.")
_TRUTH = N_("This is neither yes nor no.")
_LIST = N_("This is not a list.")
_OBJECT = N_("This is not an object.")
_DATE = N_("This is not a day. Write it as 2026-12-31.")
_MOMENT = N_("This is neither a day nor a moment. Write it as 2026-12-31, or 2026-12-31T18:00:00Z.")
_LEAST = N_("This is too low: {limit} is the least.")
_MOST = N_("This is too high: {limit} is the most.")
_ABOVE = N_("This is too low: it must be above {limit}.")
_BELOW = N_("This is too high: it must be below {limit}.")
_FIELDS = N_("There is nothing of this name here: {limit}.")
_NOT_JSON = N_("This is not JSON: {limit}.")

_FIELD = {
    "missing": _MISSING,
    "enum": _CHOICES,
    "literal_error": _CHOICES,
    "string_too_short": _SHORT,
    "string_too_long": _LONG,
    "string_pattern_mismatch": _PATTERN,
    "greater_than": _ABOVE,
    "greater_than_equal": _LEAST,
    "less_than": _BELOW,
    "less_than_equal": _MOST,
    "int_parsing_size": N_("This number is too long."),
    "finite_number": N_("This is not a finite number."),
    "extra_forbidden": N_("There is nothing of this name here."),
    "json_invalid": _NOT_JSON,
    "value_error": N_("This cannot be taken: {limit}."),
}
"""Words by the kinds of the validation of forms and queries."""

_FAMILY = {
    "string": _TEXT,
    "int": _WHOLE,
    "float": _NUMBER,
    "bool": _TRUTH,
    "date": _DATE,
    "datetime": _MOMENT,
    "list": _LIST,
    "dict": _OBJECT,
    "model": _OBJECT,
    "json": N_("This is not JSON."),
}
"""Words by the beginning of a kind, for all the ways in which a type can be missed."""

_TYPE = {
    "string": _TEXT,
    "integer": _WHOLE,
    "number": _NUMBER,
    "boolean": N_("This is neither true nor false."),
    "array": _LIST,
    "object": _OBJECT,
}
"""Words by the type that a schema asks for."""

_KEYWORD = {
    "enum": _CHOICES,
    "minLength": _SHORT,
    "maxLength": _LONG,
    "minimum": _LEAST,
    "maximum": _MOST,
    "format": _MOMENT,
    "minProperties": N_("Give one field at least."),
}
"""Words by the keyword of a schema."""


def field_rejected(error: Mapping[str, Any]) -> str:
    """What is wrong with a field.

    Args:
        error: one error of pydantic; a kind that is unknown here keeps its own words.

    Example:
        >>> field_rejected({"type": "less_than_equal", "msg": "…", "ctx": {"le": 1000}})
        'This is too high: 1000 is the most.'
    """
    kind = error["type"]
    words = _FIELD.get(kind) or _FAMILY.get(kind.partition("_")[0])
    if words is None:
        return str(error["msg"])
    limits = error.get("ctx") or {}
    limit = next(iter(limits.values()), "")
    if "expected" in limits:
        limit = ", ".join(re.findall(r"'([^']*)'", limits["expected"]))
    return _(words).format(limit=f"{limit:g}" if isinstance(limit, float) else str(limit).rstrip("."))


def value_rejected(error: "ValidationError", *, patterns: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a value of a body: one sentence for each name or fault.

    Args:
        error: one error of jsonschema; a keyword that is unknown here keeps its own words.
        patterns: marked words for the patterns of texts.
    """
    asked: Any = error.validator_value
    value: Any = error.instance
    if error.validator == "required":
        yield from (
            _("“{name}” is needed, and is not there.").format(name=name)
            for name in asked
            if name not in value
        )
    elif error.validator == "additionalProperties":
        known = error.schema["properties"]
        yield _(_FIELDS).format(limit=", ".join(str(name) for name in value if name not in known)[:200])
    elif error.validator == "pattern":
        yield _(patterns.get(asked, _PATTERN)).format(limit=asked)
    elif error.validator == "type":
        yield _(_TYPE[asked[0] if isinstance(asked, list) else asked])
    elif error.validator in _KEYWORD:
        shown = ", ".join(str(one) for one in asked if one is not None) if isinstance(asked, list) else asked
        yield _(_KEYWORD[error.validator]).format(limit=shown)
    else:
        yield error.message[:300]
