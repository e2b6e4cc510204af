"""Data sources in three classes, with what happens when they are missing (EXP-7)."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from filrouge.storage.base import Artefact

__all__ = ["STOP", "Availability", "DataSource", "Necessity"]

STOP = "stop"
"""The fallback of a necessary source without which the product rather stops."""


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
    fallback: Mapped[str] = mapped_column(default="")
    """What the product does without it, or ``stop``."""
    access_owner: Mapped[str] = mapped_column(default="")
    refresh: Mapped[str] = mapped_column(default="")
    """How often it is renewed (``1h``, ``1 day``)."""
    personal_data: Mapped[bool | None]
    """Whether it holds personal data; nobody has said when ``None``."""
