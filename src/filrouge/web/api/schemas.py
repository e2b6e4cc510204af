"""The shape of every kind as JSON Schema, read from the models, and the check of a body against it."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import N_, _
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.fields import LONGEST, FieldValue, default_of
from filrouge.storage.kinds import kinds, references
from filrouge.storage.types import UtcDateTime
from filrouge.web.rejected import value_rejected

__all__ = ["TEXT", "BadBody", "artefact_schema", "body_schema", "check_body", "plural_of", "plurals"]

TEXT = r"^[^\u0000\ud800-\udfff]*$"
_SAID = r"^[^\u0000\ud800-\udfff]*[^\s\u0000\ud800-\udfff][^\u0000\ud800-\udfff]*$"
_SLUG = r"^[0-9A-Za-z_.-]+$"
_ID = {"type": "string", "maxLength": 40, "pattern": _SLUG}
_TIME = {"type": "string", "format": "date-time"}
_PATTERNS = {
    TEXT: N_("This holds signs that a text cannot hold."),
    _SAID: N_("This needs one word at least, and no signs that a text cannot hold."),
    _SLUG: N_("This takes letters, digits, hyphens, underscores and dots only."),
}


class BadBody(FilrougeError):
    """The body of a request is not what its schema says."""

    code = "api.bad-body"
    status = 422


def plural_of(kind: type[Artefact]) -> str:
    """The word for a kind in addresses: ``pain-points``."""
    return (kind.plural or f"{kind.kind}s").replace("_", "-")


def plurals() -> dict[str, type[Artefact]]:
    """Every kind that belongs to a product, by its word in addresses."""
    return {plural_of(kind): kind for name, kind in sorted(kinds().items()) if name != "product"}


@cache
def body_schema(kind: type[Artefact], *, new: bool) -> dict[str, Any]:
    """What a body may hold: the fields that people edit.

    Args:
        kind: the kind of artefact.
        new: whether one is made, so that fields without a default are required.
    """
    names = {reference.field: reference.kind for reference in references(kind)}
    properties = {field: _field(kind, field, names.get(field, "")) for field in fields_of(kind)}
    needed = [field for field in properties if default_of(kind, field) is FieldValue.MISSING]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if new:
        properties["id"] = {**_ID, "description": "An id to keep; a new one by default."}
        schema["required"] = needed
    else:
        schema["minProperties"] = 1
    return schema


@cache
def artefact_schema(kind: type[Artefact]) -> dict[str, Any]:
    """What an answer holds."""
    names = {reference.field: reference.kind for reference in references(kind)}
    fields = {field: _field(kind, field, names.get(field, ""), told=True) for field in fields_of(kind)}
    own = {
        "id": {"type": "string"},
        "kind": {"const": kind.kind},
        "product_id": {"type": ["string", "null"]},
        "position": {"type": "integer"},
        "revision": {"type": "integer", "minimum": 1},
        "created_at": _TIME,
        "updated_at": _TIME,
        "archived_at": {"type": ["string", "null"], "format": "date-time"},
    }
    properties = {**own, **fields}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _field(kind: type[Artefact], field: str, target: str, *, told: bool = False) -> dict[str, Any]:
    column = kind.__mapper__.columns[field]
    if target:
        schema: dict[str, Any] = {**_ID, "description": f"Id of a {target.replace('_', ' ')} of the product."}
    elif "shape" in column.info:
        schema = _json(column.info)
    else:
        schema = _scalar(column.type, column.info)
    if field == kind.title_field and not told:
        schema["pattern"] = _SAID
    if told:
        schema.pop("pattern", None)
    if column.nullable and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    elif column.nullable:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _scalar(type_: Any, info: Any) -> dict[str, Any]:
    if isinstance(type_, sa.Enum):
        return {"enum": [word.value for word in type_.enum_class or ()]}
    if isinstance(type_, UtcDateTime):
        return dict(_TIME)
    wanted = type_.python_type
    words = {bool: "boolean", int: "integer", float: "number", str: "string"}
    schema: dict[str, Any] = {"type": words[wanted]}
    if wanted is str:
        schema["pattern"] = TEXT
        schema["maxLength"] = type_.length or LONGEST
    if wanted in {int, float}:
        if wanted is int:
            schema |= {"minimum": -(2**31), "maximum": 2**31 - 1}
        if info.get("least") is not None:
            schema["minimum"] = info["least"]
        if info.get("most") is not None:
            schema["maximum"] = info["most"]
    return schema


def _json(info: Any) -> dict[str, Any]:
    keys = info.get("keys")
    if info["shape"] is dict:
        return {"type": "object", "additionalProperties": True}
    if not keys:
        return {"type": "array", "items": {}}
    text = {"type": "string", "pattern": TEXT}
    parts = dict.fromkeys(keys, text) | {key: {"type": "boolean"} for key in info.get("marks", ())}
    entry = {"type": "object", "properties": parts, "additionalProperties": False}
    return {"type": "array", "items": entry}


def check_body(body: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """The body, when it is what the schema says.

    Raises:
        BadBody: it is not; all places together (``Faults``) when there are several.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    validator = validator_for(schema, Draft202012Validator)
    checker = validator(schema, format_checker=validator.FORMAT_CHECKER)
    found = sorted(checker.iter_errors(body), key=lambda error: list(map(str, error.path)))
    wrong = {
        ("/".join(["body", *map(str, error.absolute_path)]), what): None
        for error in found
        for what in value_rejected(error, patterns=_PATTERNS)
    }  # a name that lacks is told by each error of its object: once is enough
    action = _("Compare with /api/v1/openapi.json.")
    Faults.raise_if_any([BadBody(what, where=where, action=action) for where, what in wrong])
    fields: dict[str, Any] = body
    return fields
