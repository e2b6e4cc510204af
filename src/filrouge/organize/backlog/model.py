"""The story."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from filrouge.storage.base import Artefact

__all__ = ["Origin", "Story", "StoryState"]


class Origin(StrEnum):
    """The channel a story came through (ORG-14)."""

    USER_FEEDBACK = "user_feedback"
    DATA_ANALYSIS = "data_analysis"
    MONITORING = "monitoring"
    OTHER = "other"


class StoryState(StrEnum):
    """How far a story has come."""

    CANDIDATE = "candidate"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DISMISSED = "dismissed"


class Story(Artefact):
    """A story of user value (ORG-20); a candidate waits outside the epics."""

    __tablename__ = "story"
    kind = "story"
    plural = "stories"

    epic_id: Mapped[str | None] = mapped_column(ForeignKey("epic.id"), index=True)
    title: Mapped[str]
    statement: Mapped[str] = mapped_column(default="")
    """As …, I want …, so that …"""
    origin: Mapped[Origin] = mapped_column(default=Origin.OTHER)
    evidence: Mapped[list[Any]] = mapped_column(default=list, info={"shape": list, "keys": ("text", "ref")})
    """What was seen: ``[{"text": "…", "ref": "alert:…"}, …]``."""
    state: Mapped[StoryState] = mapped_column(default=StoryState.CANDIDATE)
