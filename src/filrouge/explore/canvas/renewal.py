"""How often a source is renewed, read from what people write in English or French, and kept in one form.

The form is English and short (``1 hour``, ``2 weeks``, ``real time``): what ``product.yaml`` and a
``@source`` of the code say too. A text that is no frequency stays as it was written.
"""

import re
import unicodedata

from filrouge.kernel.figures import figure
from filrouge.kernel.i18n import N_, _, ngettext

__all__ = ["OFTEN", "REAL_TIME", "kept_renewal", "plain", "renewal_hours", "renewal_words"]

REAL_TIME = "real time"
_HOURS = {
    "second": 1 / 3600,
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "week": 168.0,
    "month": 744.0,
    "year": 8784.0,
}
OFTEN = {
    REAL_TIME: N_("real time"),
    "1 hour": N_("every hour"),
    "1 day": N_("every day"),
    "1 week": N_("every week"),
    "1 month": N_("every month"),
}
"""What most sources are: to choose rather than to write."""
# Without accents: texts are read that way.
_UNITS = {
    "second": ("s", "sec", "second", "seconds", "seconde", "secondes"),
    "minute": ("m", "mn", "min", "mins", "minute", "minutes"),
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
_EVERY = re.compile(
    r"(?:(?:every|each|once (?:a|an|every|per)|per|tous les|toutes les|chaque|par|"
    r"(?:une|1) fois (?:par|tous les|toutes les))\s+)?"
    r"(?:(?P<n>\d+(?:[.,]\d+)?)\s*|(?P<word>" + "|".join(_NUMBERS) + r")\s+)?(?P<unit>[a-z]+)"
)
_TIMES = re.compile(
    r"(?P<n>\d+|twice|"
    + "|".join(_NUMBERS)
    + r")\s*(?:(?:times|fois)\s+)?(?:a|an|per|par|every)\s+(?P<unit>[a-z]+)"
)
_ISO = re.compile(r"p(?:(?P<n>\d+(?:[.,]\d+)?)(?P<unit>[ymwd])|t(?P<m>\d+(?:[.,]\d+)?)(?P<part>[hms]))")
_ISO_UNITS = {"y": "year", "m": "month", "w": "week", "d": "day"}


def kept_renewal(text: str) -> str:
    """The one form of a frequency; a text that is none stays as it is.

    Example:
        >>> [kept_renewal(text) for text in ("daily", "1h", "toutes les 2 semaines", "PT15M", "temps réel")]
        ['1 day', '1 hour', '2 weeks', '15 minutes', 'real time']
        >>> kept_renewal("after each audit")
        'after each audit'
    """
    read = _read(plain(text))
    if read is None:
        return text
    amount, unit = read
    return _form(amount, unit) if amount else REAL_TIME


def renewal_hours(text: str) -> float | None:
    """Hours between two renewals, 0 in real time; none when the text is no frequency.

    Example:
        >>> renewal_hours("2 jours"), renewal_hours("real time"), renewal_hours("sometimes")
        (48.0, 0.0, None)
    """
    read = _read(plain(text))
    return None if read is None else read[0] * _HOURS[read[1]]


def renewal_words(text: str) -> str:
    """A frequency as people write it in their language."""
    read = _read(plain(text))
    if read is None:
        return text
    amount, unit = read
    if not amount:
        return _(OFTEN[REAL_TIME])
    n = 1 if amount == 1 else 2
    words = {
        "second": ngettext("{n} second", "{n} seconds", n),
        "minute": ngettext("{n} minute", "{n} minutes", n),
        "hour": ngettext("{n} hour", "{n} hours", n),
        "day": ngettext("{n} day", "{n} days", n),
        "week": ngettext("{n} week", "{n} weeks", n),
        "month": ngettext("{n} month", "{n} months", n),
        "year": ngettext("{n} year", "{n} years", n),
    }
    return words[unit].format(n=figure(amount, trim=True))


def plain(text: str) -> str:
    """Small letters without accents, one space between words, no full stop: what two hands write alike.

    Example:
        >>> plain("  S’arrête. ")
        "s'arrete"
    """
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split()).rstrip(".")


def _read(text: str) -> tuple[float, str] | None:
    """How many of which unit; 0 of them is real time."""
    text = _SAID.get(text, text)
    if text == REAL_TIME:
        return 0.0, "hour"
    if found := _ISO.fullmatch(text):
        unit = _ISO_UNITS[found["unit"]] if found["unit"] else _UNIT_OF[found["part"]]
        return _whole(_amount(found["n"] or found["m"]), unit)
    if (found := _TIMES.fullmatch(text)) and found["unit"] in _UNIT_OF:
        times = 2.0 if found["n"] == "twice" else _amount(found["n"])
        return _fraction(times, _UNIT_OF[found["unit"]])
    found = _EVERY.fullmatch(text)
    if found is None or found["unit"] not in _UNIT_OF:
        return None
    said = found["n"] or found["word"]
    if said is None and len(found["unit"]) == 1:
        return None
    return _whole(_amount(said or "1"), _UNIT_OF[found["unit"]])


def _amount(text: str) -> float:
    return float(_NUMBERS.get(text) or text.replace(",", "."))


def _whole(amount: float, unit: str) -> tuple[float, str] | None:
    return (amount, unit) if amount > 0 else None


def _fraction(times: float, unit: str) -> tuple[float, str] | None:
    """So many times in a unit, as a length: twice a day is each 12 hours."""
    if times <= 0:
        return None
    hours = _HOURS[unit] / times
    smaller = next(name for name in reversed(_HOURS) if _HOURS[name] <= hours or name == "second")
    return round(hours / _HOURS[smaller], 2), smaller


def _form(amount: float, unit: str) -> str:
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"
