"""The journey, its ordered steps, and the pain points on each."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from filrouge.storage.base import Artefact

__all__ = ["Journey", "JourneyType", "JourneyVersion", "PainPoint", "PainPointType", "Step"]


class JourneyType(StrEnum):
    """What the map follows."""

    INTERNAL_PROCESS = "internal_process"
    CUSTOMER_JOURNEY = "customer_journey"


class JourneyVersion(StrEnum):
    """Whether the map shows today, or the day a kept idea works (EXP-5)."""

    BEFORE = "before"
    AFTER = "after"


class Journey(Artefact):
    """A map of how people work, or of what a customer lives; an "after" one stands in the map it changes."""

    __tablename__ = "journey"
    kind = "journey"
    plural = "journeys"

    before_id: Mapped[str | None] = mapped_column(ForeignKey("journey.id"), index=True)
    """The map of today that this one changes (EXP-5)."""
    idea_id: Mapped[str | None] = mapped_column(
        ForeignKey("idea.id"), index=True, info={"relation": "pictured_by", "inward": True}
    )
    """In an "after" map: the idea that works by then."""
    title: Mapped[str]
    type: Mapped[JourneyType] = mapped_column(default=JourneyType.INTERNAL_PROCESS)
    version: Mapped[JourneyVersion] = mapped_column(default=JourneyVersion.BEFORE)


class Step(Artefact):
    """A step of a journey: who does it, through which channel. ``position`` orders the steps."""

    __tablename__ = "step"
    kind = "step"
    plural = "steps"

    journey_id: Mapped[str] = mapped_column(ForeignKey("journey.id"), index=True)
    title: Mapped[str]
    actor: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    from_step: Mapped[str] = mapped_column(String(40), default="", info={"id_of": "step"})
    """In an "after" map: the id of the step of today that it continues; empty for a new one."""


class PainPointType(StrEnum):
    """The three types of pain points (EXP-2)."""

    TIME_CONSUMING = "time_consuming"
    UNDER_PERFORMING = "under_performing"
    FRUSTRATING = "frustrating"


class PainPoint(Artefact):
    """What hurts at a step, how much, how often, and how that is known."""

    __tablename__ = "pain_point"
    kind = "pain_point"
    plural = "pain_points"
    title_field = "statement"

    step_id: Mapped[str] = mapped_column(ForeignKey("step.id"), index=True)
    statement: Mapped[str]
    type: Mapped[PainPointType | None]
    intensity: Mapped[int | None] = mapped_column(info={"least": 1, "most": 5})
    """From 1, a nuisance, to 5, it ruins the day; none until somebody says it."""
    frequency: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")

    @property
    def weight(self) -> int:
        """Its intensity where one counts; 0 while nobody has said it."""
        return self.intensity or 0
