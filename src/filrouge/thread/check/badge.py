"""A small picture of a check for a README: counts only, no names."""

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, ngettext

__all__ = ["OneProduct", "badge"]

_ADVANCE = 5.8
"""Width of a character of the badge's font size, with some room: the picture cannot measure text."""
_PAD = 9.0
# Ink, amber and green of the pages' light theme; white on each of them passes 4.5:1.
_INK, _WARN, _OK, _MUTED = "#211d1b", "#8f5408", "#28664d", "#5a524c"
_PAPER, _WHITE = "#faf8f4", "#ffffff"


class OneProduct(FilrougeError):
    """A badge shows the counts of one product."""

    code = "check.one-product"


def badge(counts: dict[str, int] | None, *, as_of: str = "") -> str:
    """The picture as SVG.

    Args:
        counts: findings by severity; none when the product was never checked.
        as_of: a day, when something changed since; empty when the counts hold now.

    Example:
        >>> "nothing to mend" in badge({"error": 0, "warning": 0, "info": 0})
        True
    """
    label, words = _("check"), _words(counts)
    if as_of:
        words = _("{counts}, as of {day}").format(counts=words, day=as_of)
    colour = _colour(counts)
    left, right = _width(label), _width(words)
    whole, title = left + right, f"{label}: {words}"
    edge = left - 4
    said, told = f'textLength="{left - 2 * _PAD:g}"', f'textLength="{right - 2 * _PAD:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole:g}" height="20" role="img" '
        f'aria-label="{title}"><title>{title}</title>'
        f'<rect width="{whole:g}" height="20" rx="4" fill="{colour}"/>'
        f'<path d="M4 0h{edge:g}v20h-{edge:g}a4 4 0 0 1-4-4v-12a4 4 0 0 1 4-4z" fill="{_PAPER}"/>'
        f'<rect x=".5" y=".5" width="{whole - 1:g}" height="19" rx="3.5" fill="none" stroke="{colour}"/>'
        '<g font-family="Inter,Verdana,Geneva,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14" fill="{_INK}" {said}>{label}</text>'
        f'<text x="{left + right / 2:g}" y="14" fill="{_WHITE}" {told}>{words}</text>'
        "</g></svg>\n"
    )


def _width(text: str) -> float:
    return round(len(text) * _ADVANCE + 2 * _PAD, 1)


def _words(counts: dict[str, int] | None) -> str:
    if counts is None:
        return _("not run yet")
    parts = [
        ngettext("{n} error", "{n} errors", counts["error"]).format(n=counts["error"]),
        ngettext("{n} warning", "{n} warnings", counts["warning"]).format(n=counts["warning"]),
        ngettext("{n} note", "{n} notes", counts["info"]).format(n=counts["info"]),
    ]
    shown = [part for part, n in zip(parts, counts.values(), strict=True) if n]
    return ", ".join(shown) or _("nothing to mend")


def _colour(counts: dict[str, int] | None) -> str:
    if counts is None:
        return _MUTED
    if counts["error"]:
        return _INK
    return _WARN if counts["warning"] else _OK
