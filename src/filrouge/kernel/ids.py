"""Identifiers: short for people, sortable by time for records."""

import os
import re
from datetime import UTC, datetime
from hashlib import blake2b

__all__ = ["new_id", "slugify", "time_id", "time_of"]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_TIME_CHARS = 10


def _base32(value: int, length: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))


def new_id() -> str:
    """A random identifier of ten characters (50 bits), short enough to say aloud.

    Example:
        >>> len(new_id())
        10
    """
    return _base32(int.from_bytes(os.urandom(7), "big") >> 6, 10)


def time_id(at: datetime, same: str = "") -> str:
    """An identifier of twenty characters that sorts by ``at`` (millisecond, UTC), then by chance.

    Args:
        at: the time that it is made for.
        same: text from which the rest follows instead of chance: what is done again gets the same one.

    Example:
        >>> from datetime import UTC, datetime
        >>> time_of(time_id(datetime(2013, 3, 1, tzinfo=UTC)))
        datetime.datetime(2013, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    millis = int(at.timestamp() * 1000)
    seven = blake2b(same.encode(), digest_size=7).digest() if same else os.urandom(7)
    chance = int.from_bytes(seven, "big") >> 6
    return _base32(millis, _TIME_CHARS) + _base32(chance, 10)


def time_of(identifier: str) -> datetime:
    """The time a ``time_id`` was made for.

    Raises:
        ValueError: the text is not such an identifier.
    """
    if len(identifier) != 2 * _TIME_CHARS:
        raise ValueError(identifier)
    millis = 0
    for char in identifier[:_TIME_CHARS]:
        millis = millis * 32 + _ALPHABET.index(char)
    return datetime.fromtimestamp(millis / 1000, UTC)


def slugify(text: str) -> str:
    """Lower-case words joined by hyphens, accents removed; what URLs and folders use.

    Example:
        >>> slugify("Départs de New York, 2013")
        'departs-de-new-york-2013'
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
