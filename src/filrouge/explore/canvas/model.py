"""The canvas and its notes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from filrouge.explore.canvas.boxes import Box
from filrouge.storage.base import Artefact

__all__ = ["Canvas", "CanvasNote", "Frequency", "Mode", "Vector"]


class Mode(StrEnum):
    """How the boxes are written: note by note, or one text for each box. Both show the same notes."""

    NOTES = "notes"
    TEXTS = "texts"


class Vector(StrEnum):
    """How the result reaches the user (EXP-8)."""

    EXISTING_TOOL = "existing_tool"
    NEW_INTERFACE = "new_interface"
    API = "api"
    EMAIL = "email"
    OTHER = "other"


class Frequency(StrEnum):
    """How often results are due (EXP-8)."""

    REAL_TIME = "real_time"
    ON_DEMAND = "on_demand"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Canvas(Artefact):
    """The vision of one kept idea on one page (EXP-6), its activation (EXP-8) and its signature (EXP-9)."""

    __tablename__ = "canvas"
    kind = "canvas"
    plural = "canvases"

    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id"), index=True)
    title: Mapped[str]
    vector: Mapped[Vector | None]
    frequency: Mapped[Frequency | None]
    environment_differences: Mapped[str] = mapped_column(default="")
    """Between training and operation."""
    constraints: Mapped[str] = mapped_column(default="")
    adaptations: Mapped[str] = mapped_column(default="")
    mode: Mapped[Mode] = mapped_column(default=Mode.NOTES)
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]


class CanvasNote(Artefact):
    """A note in one of the eleven boxes."""

    __tablename__ = "canvas_note"
    kind = "canvas_note"
    plural = "notes"
    title_field = "text"

    canvas_id: Mapped[str] = mapped_column(ForeignKey("canvas.id"), index=True)
    box: Mapped[Box]
    text: Mapped[str]
