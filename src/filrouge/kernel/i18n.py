"""The user's language: English in the code, other languages from gettext catalogues."""

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGES", "N_", "_", "current_language", "ngettext", "use_language"]

LANGUAGES = ("en", "fr")
_CATALOGUES = Path(__file__).parent.parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="en")


@cache
def _translations(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("filrouge", _CATALOGUES, [language], fallback=True)


def _(message: str) -> str:
    """The message in the current language."""
    return _translations(_language.get()).gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a constant for translation; it is translated with ``_`` where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The singular or the plural, by the rules of the current language."""
    return _translations(_language.get()).ngettext(singular, plural, count)


def current_language() -> str:
    """The code of the current language (``en``, ``fr``)."""
    return _language.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block; an unknown one falls back to English."""
    token = _language.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)
