"""A document as YAML that people like to read and review: stable order, nested, long texts as blocks."""

import re
from datetime import datetime
from enum import Enum
from typing import Any

import yaml

from filrouge.flows.product_yaml.document import SCHEMA, Document, Entry, fields_in_file, sections
from filrouge.storage.fields import FieldValue, default_of
from filrouge.storage.kinds import kinds

__all__ = ["plural_of", "write_document"]

_HEAD = """\
# A data science product: its artefacts and the links between them.
# Written by: filrouge export {product}    Read by: filrouge import product.yaml
# Edit it freely; keep the ids, they hold the thread. Field by field: docs/reference/product-yaml.md
"""
_BASE = """\
# What each artefact was when this file was written. Import compares, so that nobody's edit is lost.
# Leave this section as it is.
"""


_BLOCK = re.compile(r"\S(?:.*\S)?(?:\n+[ ]*\S(?:.*\S)?)*\n?")
"""Texts that a block shows as they are: they begin with a letter, no line ends in a space, and no empty
line ends them (YAML would close the document behind such a block)."""


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, times as they are, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if not all(char.isprintable() or char == "\n" for char in text):
        style = '"'  # escapes what YAML would take for a line break, or an editor would lose
    elif "\n" in text:
        style = "|" if _BLOCK.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _time(dumper: yaml.SafeDumper, at: datetime) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", at.isoformat())


_Dumper.add_representer(str, _text)
_Dumper.add_representer(datetime, _time)


def plural_of(kind: str) -> str:
    """The name of a kind's list in the file."""
    return kinds()[kind].plural or f"{kind}s"


def write_document(document: Document) -> str:
    """The text of ``product.yaml``."""
    body: dict[str, Any] = {"schema": SCHEMA, "product": _mapping(document.product)}
    for section in sections():
        held = [_mapping(entry) for entry in document.entries if entry.kind == section.kind]
        if held:
            body[plural_of(section.kind)] = held
    if document.ties:
        body["links"] = [str(tie) for tie in document.ties]
    text = _HEAD.format(product=document.product.id)
    for name, value in body.items():
        text += f"\n{_dump({name: value})}"
    if document.base:
        text += f"\n{_BASE}{_dump({'base': dict(sorted(document.base.items()))})}"
    return text


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _mapping(entry: Entry) -> dict[str, Any]:
    kind = kinds()[entry.kind]
    shown: dict[str, Any] = {"id": entry.id}
    for name in fields_in_file(kind):
        value, default = entry.values[name], default_of(kind, name)
        if _empty(value) and (_empty(default) or default is FieldValue.MISSING):
            continue
        shown[name] = _ordered(value, kind.__mapper__.columns[name].info.get("keys", ()))
    for part in entry.parts:
        shown.setdefault(plural_of(part.kind), []).append(_mapping(part))
    return shown


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _ordered(value: Any, keys: tuple[str, ...] = ()) -> Any:
    """Mappings in the order of ``keys``, then by name: databases do not keep an order of their own."""
    if isinstance(value, dict):
        rank = {key: place for place, key in enumerate(keys)}
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: (rank.get(key, 99), key))}
    if isinstance(value, list):
        return [_ordered(item, keys) for item in value]
    return value.value if isinstance(value, Enum) else value
