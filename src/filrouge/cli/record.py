"""A record as people read it: one line a field, lists with commas, what is long wrapped under its name."""

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

__all__ = ["record_lines"]

_NAME = 15
_NARROWEST, _WIDEST = 60, 110
_NOTHING = "–"
_TIED = "\xa0"
"""Between a name and its value, until the lines are made: they stay together."""


def record_lines(fields: Mapping[str, Any], width: int = 0) -> list[str]:
    """The fields of a record, their names in a column.

    Args:
        fields: values by name: plain ones, lists, and dictionaries of them.
        width: of a line; the terminal's by default. What has no space is never broken.

    Example:
        >>> record_lines({"naive": True, "features": [{"name": "stops", "dtype": "Int64"}]})
        ['naive          yes', 'features       stops (Int64)']
    """
    width = width or min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    lines = []
    for name, value in fields.items():
        head = f"{name:<{_NAME - 1}} "
        for text in _parts(value):
            lines += textwrap.wrap(
                text,
                width,
                initial_indent=head,
                subsequent_indent=" " * _NAME,
                break_long_words=False,
                break_on_hyphens=False,
            )
            head = " " * _NAME
    return [line.replace(_TIED, " ") for line in lines]


def _parts(value: Any, path: str = "") -> Iterator[str]:
    """One text for a plain value or a list; one for each key of a dictionary that holds others."""
    if isinstance(value, dict) and any(isinstance(inner, dict | list) for inner in value.values()):
        for key, inner in value.items():
            yield from _parts(inner, f"{path} {key}".strip())
    else:
        yield f"{path}: {_text(value)}" if path else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return _told_of(value) or _NOTHING
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else _words(value)


def _words(value: Any) -> str:
    return _NOTHING if value is None or value == "" else " ".join(str(value).split())


def _told_of(found: Mapping[str, Any]) -> str:
    """A column of a contract or a feature by its name; of another dictionary every value."""
    if "name" not in found:
        return ", ".join(f"{key}{_TIED}{_text(inner)}" for key, inner in found.items())
    told = ", ".join(_told({key: value for key, value in found.items() if key != "name"}))
    return f"{found['name']}{_TIED}({told})" if told else str(found["name"])


def _told(column: Mapping[str, Any]) -> Iterator[str]:
    """What is said of a column beside its name; what is ordinary is not said."""
    for key, value in column.items():
        if key == "required":
            if not value:
                yield "optional"
        elif value is True:
            yield key
        elif key == "description" or value is False or _text(value) == _NOTHING:
            continue
        else:
            yield _text(value) if key in {"type", "dtype", "unit"} else f"{key}{_TIED}{_text(value)}"
