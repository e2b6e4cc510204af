"""Templates: one Jinja environment, French or English by the request."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from filrouge.kernel.figures import day, percent
from filrouge.kernel.i18n import _, current_language, ngettext
from filrouge.storage.fields import longest
from filrouge.storage.kinds import kind_named
from filrouge.streamline.registry.version import version_name
from filrouge.web.markdown import rendered

__all__ = [
    "STATIC",
    "colon",
    "day",
    "duration",
    "environment",
    "last_day",
    "moment",
    "number",
    "static_version",
    "translated",
    "written",
]

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?")


@cache
def static_version() -> str:
    """A digest of all static files: their addresses change when any of them does."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(path: str) -> str:
    """The address of a static file, good for ever."""
    return f"/static/{static_version()}/{path}"


def moment(at: datetime | None) -> str:
    """A day and a time (UTC).

    Example:
        >>> moment(datetime(2013, 3, 1, 9, 5))
        '1 Mar 2013, 09:05'
    """
    return "" if at is None else f"{day(at)}, {at:%H:%M}"


def written(value: object) -> object:
    """A value of the history as people read it: instants are stored as text.

    Example:
        >>> written("2013-03-01T09:05:00+00:00"), written("2013 was good"), written(5)
        ('1 Mar 2013, 09:05', '2013 was good', 5)
    """
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    return moment(datetime.fromisoformat(value))


def translated(words: Mapping[Any, str]) -> dict[Any, str]:
    """A table of our own words in the language of the page; what people wrote is never looked up.

    Example:
        >>> translated({"right": "right level"})
        {'right': 'right level'}
    """
    return {key: _(word) for key, word in words.items()}


def colon(text: str) -> str:
    """Words with the colon of the language: French keeps a space before it.

    Example:
        >>> colon("Story")
        'Story:'
    """
    return f"{text}\u00a0:" if current_language() == "fr" else f"{text}:"


def last_day(end: datetime | None) -> str:
    """The last day of a period whose end is excluded.

    Example:
        >>> last_day(datetime(2013, 3, 1))
        '28 Feb 2013'
    """
    return "" if end is None else day(end - timedelta(microseconds=1))


def duration(seconds: float | None) -> str:
    """How long something took, in two units at most.

    Example:
        >>> [duration(value) for value in (0.004, 2.34, 75, 7260)]
        ['4 ms', '2.3 s', '1 min 15 s', '2 h 1 min']
    """
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{number(round(seconds, 1), 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def number(value: float | None, digits: int = 2) -> str:
    """A number in the language of the page.

    Example:
        >>> number(38412), number(0.571)
        ('38,412', '0.57')
    """
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"
    if current_language() == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    return text


@cache
def longest_text(kind: str, field: str) -> int | None:
    """The most characters of a field that people write; nothing where it is no text."""
    return longest(kind_named(kind), field)


@cache
def environment() -> Environment:
    """The environment of every page."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static_url, language=current_language, longest=longest_text)
    made.filters.update(
        colon=colon,
        day=day,
        last_day=last_day,
        markdown=rendered,
        moment=moment,
        number=number,
        percent=percent,
        duration=duration,
        translated=translated,
        version_name=version_name,
        written=written,
    )
    return made
