"""How often a source is renewed, read from what people write in English or French, and kept in one form.

The form is English and short (``1 hour``, ``2 weeks``, ``real time``): what ``product.yaml`` and a
``@source`` of the code say too. A text that is no frequency, or that the form would not say exactly
(``3 times a week`` is no whole number of days), stays as it was written.
"""

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

from filrouge.kernel.figures import figure
from filrouge.kernel.i18n import N_, _, ngettext

__all__ = ["OFTEN", "REAL_TIME", "kept_renewal", "plain", "renewal_hours", "renewal_words"]

REAL_TIME = "real time"
_HOURS = {
    "second": Fraction(1, 3600),
    "minute": Fraction(1, 60),
    "hour": Fraction(1),
    "day": Fraction(24),
    "week": Fraction(168),
    "month": Fraction(744),
    "year": Fraction(8784),
}
OFTEN = {
    REAL_TIME: N_("real time"),
    "1 hour": N_("every hour"),
    "1 day": N_("every day"),
    "1 week": N_("every week"),
    "1 month": N_("every month"),
}
"""What most sources are: to choose rather than to write."""
# Without accents: texts are read that way. No "m" alone: it is a minute to some, a month to others.
_UNITS = {
    "second": ("s", "sec", "second", "seconds", "seconde", "secondes"),
    "minute": ("mn", "min", "mins", "minute", "minutes"),
    "hour": ("h", "hr", "hrs", "hour", "hours", "heure", "heures"),
    "day": ("d", "j", "day", "days", "jour", "jours", "night", "nights", "nuit", "nuits"),
    "week": ("w", "wk", "week", "weeks", "sem", "semaine", "semaines"),
    "month": ("month", "months", "mois"),
    "year": ("y", "year", "years", "an", "ans", "annee", "annees"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_WORDS = {
    REAL_TIME: ("real time", "real-time", "realtime", "continuous", "continuously", "live", "streaming",
                "temps reel", "en temps reel", "continu", "en continu"),
    "1 hour": ("hourly", "horaire"),
    "1 day": ("daily", "nightly", "quotidien", "quotidienne", "journalier", "journaliere"),
    "1 week": ("weekly", "hebdomadaire", "hebdo"),
    "1 month": ("monthly", "mensuel", "mensuelle"),
    "3 months": ("quarterly", "trimestriel", "trimestrielle"),
    "6 months": ("half-yearly", "semestriel", "semestrielle"),
    "1 year": ("yearly", "annual", "annually", "annuel", "annuelle"),
}  # fmt: skip
_SAID = {word: form for form, words in _WORDS.items() for word in words}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "un": 1, "une": 1, "two": 2, "deux": 2, "three": 3, "trois": 3,
            "four": 4, "quatre": 4, "five": 5, "cinq": 5, "six": 6, "ten": 10, "dix": 10, "twelve": 12,
            "douze": 12}  # fmt: skip
# Bounded: a number that no clock counts is no frequency.
_AMOUNT = r"\d{1,12}(?:[.,]\d{1,12})?"
_EVERY = re.compile(
    r"(?:(?:every|each|once (?:a|an|every|per)|per|tous les|toutes les|chaque|par|"
    r"(?:une|1) fois (?:par|tous les|toutes les))\s+)?"
    rf"(?:(?P<n>{_AMOUNT})\s*|(?P<word>" + "|".join(_NUMBERS) + r")\s+)?(?P<unit>[a-z]+)"
)
_TIMES = re.compile(
    r"(?P<n>\d{1,12}|twice|"
    + "|".join(_NUMBERS)
    + r")\s*(?:(?:times|fois)\s+)?(?:a|an|per|par|every)\s+(?P<unit>[a-z]+)"
)
_ISO = re.compile(rf"p(?:(?P<n>{_AMOUNT})(?P<unit>[ymwd])|t(?P<m>{_AMOUNT})(?P<part>[hms]))")
_ISO_UNITS = {"y": "year", "m": "month", "w": "week", "d": "day"}
_ISO_PARTS = {"h": "hour", "m": "minute", "s": "second"}


class _Every(NamedTuple):
    """How many of which unit; 0 of them is real time."""

    amount: Fraction
    unit: str
    written: str
    """The amount in figures; empty when it is the outcome of a division."""


def kept_renewal(text: str) -> str:
    """The one form of a frequency; a text that is none, or that the form would change, stays as it is.

    Example:
        >>> [kept_renewal(text) for text in ("daily", "1h", "toutes les 2 semaines", "PT15M", "temps réel")]
        ['1 day', '1 hour', '2 weeks', '15 minutes', 'real time']
        >>> [kept_renewal(text) for text in ("after each audit", "twice a day", "3 times a week")]
        ['after each audit', '12 hours', '3 times a week']
    """
    read = _read(plain(text))
    if read is None:
        return text
    if not read.amount:
        return REAL_TIME
    said = str(read.amount.numerator) if read.amount.denominator == 1 else read.written
    return f"{said} {read.unit}{'' if read.amount == 1 else 's'}" if said else text


def renewal_hours(text: str) -> float | None:
    """Hours between two renewals, 0 in real time; none when the text is no frequency.

    Example:
        >>> renewal_hours("2 jours"), renewal_hours("real time"), renewal_hours("sometimes")
        (48.0, 0.0, None)
    """
    read = _read(plain(text))
    return None if read is None else float(read.amount * _HOURS[read.unit])


def renewal_words(text: str) -> str:
    """A frequency as people write it in their language."""
    read = _read(plain(text))
    if read is None:
        return text
    if not read.amount:
        return _(OFTEN[REAL_TIME])
    n = 1 if read.amount == 1 else 2
    words = {
        "second": ngettext("{n} second", "{n} seconds", n),
        "minute": ngettext("{n} minute", "{n} minutes", n),
        "hour": ngettext("{n} hour", "{n} hours", n),
        "day": ngettext("{n} day", "{n} days", n),
        "week": ngettext("{n} week", "{n} weeks", n),
        "month": ngettext("{n} month", "{n} months", n),
        "year": ngettext("{n} year", "{n} years", n),
    }
    return words[read.unit].format(n=figure(float(read.amount), trim=True))


def plain(text: str) -> str:
    """Small letters without accents, one space between words, no full stop: what two hands write alike.

    Example:
        >>> plain("  S’arrête. ")
        "s'arrete"
    """
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split()).rstrip(".")


def _read(text: str) -> _Every | None:
    text = _SAID.get(text, text)
    if text == REAL_TIME:
        return _Every(Fraction(0), "hour", "0")
    if found := _ISO.fullmatch(text):
        unit = _ISO_UNITS[found["unit"]] if found["unit"] else _ISO_PARTS[found["part"]]
        return _length(found["n"] or found["m"], unit)
    if (found := _TIMES.fullmatch(text)) and found["unit"] in _UNIT_OF:
        times = "2" if found["n"] == "twice" else _figures(found["n"])
        return _share(Fraction(times), _UNIT_OF[found["unit"]])
    found = _EVERY.fullmatch(text)
    if found is None or found["unit"] not in _UNIT_OF:
        return None
    said = found["n"] or found["word"]
    if said is None and len(found["unit"]) == 1:
        return None
    return _length(said or "1", _UNIT_OF[found["unit"]])


def _figures(amount: str) -> str:
    return str(_NUMBERS.get(amount) or amount.replace(",", "."))


def _length(said: str, unit: str) -> _Every | None:
    written = _figures(said)
    amount = Fraction(written)
    return _Every(amount, unit, written) if amount > 0 else None


def _share(times: Fraction, unit: str) -> _Every | None:
    """So many times in a unit, as a length: twice a day is each 12 hours."""
    if times <= 0:
        return None
    hours = _HOURS[unit] / times
    smaller = next(name for name in reversed(_HOURS) if _HOURS[name] <= hours or name == "second")
    return _Every(hours / _HOURS[smaller], smaller, "")
