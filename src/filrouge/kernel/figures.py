"""Figures and days as people write them, in the current language."""

from datetime import datetime

from filrouge.kernel.i18n import current_language

__all__ = ["day", "figure", "percent", "with_unit"]

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avril",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
}
_THIN = "\u202f"
_SHARES = {"share", "%"}


def day(at: datetime | None) -> str:
    """A day as people write it.

    Example:
        >>> day(datetime(2013, 3, 1))
        '1 Mar 2013'
    """
    if at is None:
        return ""
    return f"{at.day} {_MONTHS[current_language()][at.month - 1]} {at.year}"


def figure(value: float, *, digits: int = 3, trim: bool = False) -> str:
    """A number with some digits that count; whole above a hundred.

    Args:
        value: the number.
        digits: how many count.
        trim: without zeros at the end, as a person writes a threshold.

    Example:
        >>> [figure(value) for value in (0.60790, 6.304, 784, 12743.2, 0.25)]
        ['0.608', '6.30', '784', '12,743', '0.250']
        >>> [figure(value) for value in (99.96, 9.996, -0.0, 1.23e-05, -99.96)]
        ['100', '10.0', '0', '0.0000123', '-100']
        >>> figure(0.25, trim=True)
        '0.25'
    """
    mantissa, _e, exponent = f"{value:.{digits - 1}e}".partition("e")
    if not exponent:  # no number: nan, inf
        return mantissa
    if int(exponent) >= 2 or float(value).is_integer():
        text = f"{value + 0.0:,.0f}"  # -0.0 is 0
    else:
        text = f"{value:.{digits - 1 - int(exponent)}f}"
        text = text.rstrip("0").rstrip(".") if trim else text
    if current_language() == "fr":
        text = text.replace(",", _THIN).replace(".", ",")
    return text


def percent(share: float | None) -> str:
    """A share in hundredths, with a decimal below ten.

    Example:
        >>> [percent(share).replace("\u202f", " ") for share in (0.4625, 0.0042, 0, -0.0001, 0.0999, None)]
        ['46 %', '0.4 %', '0 %', '0 %', '10 %', '–']
    """
    if share is None:
        return "–"
    hundredths = round(100 * share, 1) + 0.0  # -0.0 is 0
    digits = 1 if 0 < abs(hundredths) < 10 else 0
    text = f"{hundredths if abs(hundredths) < 10 else 100 * share:.{digits}f}{_THIN}%"
    return text.replace(".", ",") if current_language() == "fr" else text


def with_unit(value: float | None, unit: str) -> str:
    """A value in the unit of a measure; a ``share`` in hundredths.

    Example:
        >>> with_unit(0.613, "share") == "61\u202f%", with_unit(12.5, "min")
        (True, '12.5 min')
    """
    if value is None:
        return "–"
    if unit in _SHARES:
        return percent(value)
    return f"{figure(value, trim=True)} {unit}".rstrip()
