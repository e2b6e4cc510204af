"""The prototype: a question, two weeks, a verdict; or the reason why none is needed (EXP-13, EXP-14)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.explore.entries import ATTACHMENT, attachment_faults, people_faults
from filrouge.kernel.errors import FilrougeError
from filrouge.storage.base import Artefact

__all__ = ["Prototype", "Stage", "Verdict"]


class Verdict(StrEnum):
    """What a prototype showed."""

    NONE = "none"
    PROMISING = "promising"
    UNCLEAR = "unclear"
    NOT_PROMISING = "not_promising"


class Stage(StrEnum):
    """How far it is; told by its dates."""

    PLANNED = "planned"
    RUNNING = "running"
    CONCLUDED = "concluded"
    SKIPPED = "skipped"


class Prototype(Artefact):
    """A throw-away trial of an idea; it never goes to production (EXP-15).

    The hypotheses that it tests are tied to it by the thread (``hypothesis tested_by prototype``).
    """

    __tablename__ = "prototype"
    kind = "prototype"
    plural = "prototypes"

    idea_id: Mapped[str] = mapped_column(ForeignKey("idea.id"), index=True)
    title: Mapped[str]
    question: Mapped[str] = mapped_column(default="")
    """What must be known at its end."""
    uncertainty_id: Mapped[str | None] = mapped_column(
        ForeignKey("uncertainty.id"), index=True, info={"relation": "tried_by", "inward": True}
    )
    """The critical uncertainty that it is made for."""
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """When its time is up; two weeks after the start, unless the team said otherwise."""
    ended_at: Mapped[datetime | None]
    people: Mapped[list[Any]] = mapped_column(
        default=list, info={"shape": list, "keys": ("name", "profile", "business"), "marks": ("business",)}
    )
    """Who takes part; ``business`` is true for people of the business."""
    set_aside: Mapped[str] = mapped_column(default="")
    """The constraints that were put aside, and will come back with the build."""
    attachments: Mapped[list[Any]] = mapped_column(default=list, info={"shape": list, "keys": ATTACHMENT})
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.NONE)
    learnt: Mapped[str] = mapped_column(default="")
    renews_id: Mapped[str | None] = mapped_column(
        ForeignKey("prototype.id"), index=True, info={"relation": "renewed_as", "inward": True}
    )
    renewal_answer: Mapped[str] = mapped_column(default="")
    """Will it allow a final decision, or is the team already convinced?"""
    certain_interest: Mapped[str] = mapped_column(default="")
    certain_feasibility: Mapped[str] = mapped_column(default="")
    """When it is skipped: why business interest and feasibility are certain without it (EXP-13)."""
    skipped: Mapped[bool] = mapped_column(default=False)

    def stage(self, now: datetime) -> Stage:
        """How far it is."""
        if self.skipped:
            return Stage.SKIPPED
        if self.ended_at is not None:
            return Stage.CONCLUDED
        return Stage.PLANNED if self.started_at is None or self.started_at > now else Stage.RUNNING

    @property
    def business(self) -> list[str]:
        """The people of the business who take part."""
        return [str(one["name"]) for one in self.people if one.get("business")]

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """Attachments can be shown; people have names."""
        return [*attachment_faults(self, self.attachments), *people_faults(self, "people")]
