"""Data sources in three classes, with what happens when they are missing (EXP-7)."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from filrouge.explore.canvas.renewal import kept_renewal, plain
from filrouge.storage.base import Artefact

__all__ = ["STOP", "Availability", "DataSource", "Necessity", "kept_fallback"]

STOP = "stop"
"""The fallback of a necessary source without which the product rather stops."""
# Small and without accents: texts are read that way.
_STOPS = frozenset(
    {"stop", "stops", "to stop", "it stops", "the product stops", "it stops the product", "stop the product",
     "arret", "un arret", "l'arret", "arret du produit", "arreter", "arreter le produit", "s'arreter",
     "s'arrete", "il s'arrete", "le produit s'arrete", "on arrete", "stopper"}
)  # fmt: skip


def kept_fallback(text: str) -> str:
    """The one form of stopping, whichever language says it; other texts stay as they are.

    Example:
        >>> kept_fallback("Il s’arrête."), kept_fallback("The mean of the month")
        ('stop', 'The mean of the month')
    """
    return STOP if plain(text) in _STOPS else text


class Necessity(StrEnum):
    """The three classes of EXP-7."""

    NECESSARY = "necessary"
    IMPORTANT = "important"
    SECONDARY = "secondary"


class Availability(StrEnum):
    """Whether the data can be had."""

    AT_HAND = "at_hand"
    TO_ACQUIRE = "to_acquire"
    UNAVAILABLE = "unavailable"


class DataSource(Artefact):
    """A source of data that a canvas needs; ``name`` is also its name in the product's code."""

    __tablename__ = "data_source"
    kind = "data_source"
    plural = "data_sources"
    title_field = "name"

    name: Mapped[str]
    meaning: Mapped[str] = mapped_column(default="")
    necessity: Mapped[Necessity | None]
    availability: Mapped[Availability | None]
    fallback: Mapped[str] = mapped_column(default="", info={"kept": kept_fallback})
    """What the product does without it, or ``stop``."""
    access_owner: Mapped[str] = mapped_column(default="")
    refresh: Mapped[str] = mapped_column(default="", info={"kept": kept_renewal})
    """How often it is renewed (``1 hour``, ``2 weeks``, ``real time``), or another text."""
    personal_data: Mapped[bool | None]
    """Whether it holds personal data; nobody has said when ``None``."""
