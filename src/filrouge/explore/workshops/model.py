"""The workshop, its agenda and its participants; and what stays in the room until it is revealed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.storage.base import Artefact, Base
from filrouge.storage.fields import BadField

__all__ = [
    "AgendaItem",
    "Dots",
    "Draft",
    "Mark",
    "Participant",
    "Profile",
    "Room",
    "Seat",
    "Workshop",
    "WorkshopPhase",
]


class WorkshopPhase(StrEnum):
    """The phases of an ideation workshop, in their order (EXP-3, EXP-4)."""

    PREPARED = "prepared"
    ALIGN = "align"
    DIVERGE = "diverge"
    COMBINE = "combine"
    SELECT = "select"
    CLOSED = "closed"


class Profile(StrEnum):
    """What a participant brings (EXP-3)."""

    MANAGER = "manager"
    BUSINESS_EXPERT = "business_expert"
    DATA_SCIENTIST = "data_scientist"
    DATA_PRODUCT_MANAGER = "data_product_manager"
    DATA_ENGINEER = "data_engineer"
    END_USER = "end_user"
    OTHER = "other"


class Workshop(Artefact):
    """An ideation workshop about an objective."""

    __tablename__ = "workshop"
    kind = "workshop"
    plural = "workshops"

    title: Mapped[str]
    objective_id: Mapped[str | None] = mapped_column(
        ForeignKey("objective.id"), index=True, info={"relation": "discussed_in", "inward": True}
    )
    facilitator: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime | None]
    phase: Mapped[WorkshopPhase] = mapped_column(default=WorkshopPhase.PREPARED, info={"kept_by": "workshop"})
    silent: Mapped[bool] = mapped_column(default=True)
    """Whether ideas are written without seeing those of the others, and shared all together."""
    dots: Mapped[int] = mapped_column(default=5, info={"least": 1, "most": 50})
    """How many dots each participant may place."""
    revealed: Mapped[bool] = mapped_column(default=False, info={"kept_by": "workshop"})
    """Whether the dots may be read."""
    unaligned: Mapped[str] = mapped_column(default="", info={"kept_by": "workshop"})
    """Who had not said that they share objective and pain points when the writing began (EXP-3); names."""
    notes: Mapped[str] = mapped_column(default="")
    """What the minutes should say beyond what the room recorded."""

    def keeps(self, artefact: Artefact) -> str:
        """Its own phases always; of its ideas, while it is open, what the room decides by turns (EXP-4)."""
        if artefact is self:
            return _("Change it in the room of the workshop.")
        if self.phase == WorkshopPhase.CLOSED or self.archived_at is not None:
            return ""
        return _("Do it in the room of the workshop, or close the workshop first.")

    def faults(self, session: Session) -> list[FilrougeError]:
        """Dots that somebody placed already are not taken away by a lower limit."""
        placed = select(func.sum(Dots.count)).where(Dots.workshop_id == self.id).group_by(Dots.participant_id)
        most = max(session.scalars(placed), default=0)
        if self.revealed or most <= self.dots:
            return []
        return [
            BadField(
                _("Somebody placed {n} dots already.").format(n=most),
                where=f"workshop:{self.id}: dots",
                action=_("Let each have as many, or ask them to take some back."),
            )
        ]


class AgendaItem(Artefact):
    """A point of the agenda, with its time."""

    __tablename__ = "agenda_item"
    kind = "agenda_item"
    plural = "agenda"

    workshop_id: Mapped[str] = mapped_column(ForeignKey("workshop.id"), index=True)
    title: Mapped[str]
    phase: Mapped[WorkshopPhase]
    minutes: Mapped[int] = mapped_column(default=15, info={"least": 1, "most": 480})


class Participant(Artefact):
    """Somebody in the room."""

    __tablename__ = "participant"
    kind = "participant"
    plural = "participants"
    title_field = "name"

    workshop_id: Mapped[str] = mapped_column(ForeignKey("workshop.id"), index=True)
    name: Mapped[str]
    profile: Mapped[Profile] = mapped_column(default=Profile.OTHER)
    aligned: Mapped[bool] = mapped_column(default=False)
    """Whether objective and pain points are shared, before any idea."""


class Room(Base):
    """The live state of a workshop: ``beat`` rises with every change that the others should see."""

    __tablename__ = "workshop_room"

    workshop_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    beat: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """What the link of the door says. It is shown again and again on the wall of the room, so it is kept as
    it is; it lets people take part in this workshop alone, until it is renewed or the workshop closes."""
    ends_at: Mapped[datetime | None]
    """When the timer rings, by the machine's clock: a workshop happens now, whatever time is replayed."""
    order: Mapped[list[Any]] = mapped_column(default=list)
    """The ids of the ideas as the grid shows them: rows stay where they are while people mark."""


class Seat(Base):
    """Which session is which participant. ``who`` is what the web knows of a session, never a secret."""

    __tablename__ = "workshop_seat"
    __table_args__ = (UniqueConstraint("workshop_id", "who"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    workshop_id: Mapped[str] = mapped_column(String(40), index=True)
    participant_id: Mapped[str] = mapped_column(String(40), index=True)
    who: Mapped[str] = mapped_column(String(120))


class Draft(Base):
    """An idea written silently: its author alone reads it, until all are shared."""

    __tablename__ = "workshop_draft"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    workshop_id: Mapped[str] = mapped_column(String(40), index=True)
    participant_id: Mapped[str] = mapped_column(String(40), index=True)
    text: Mapped[str]
    pain_point_id: Mapped[str] = mapped_column(String(40), default="")
    """What it would relieve, where its author said so."""
    at: Mapped[datetime]


class Dots(Base):
    """The dots that a participant placed on an idea."""

    __tablename__ = "workshop_dots"
    __table_args__ = (UniqueConstraint("workshop_id", "idea_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[str] = mapped_column(String(40), index=True)
    idea_id: Mapped[str] = mapped_column(String(40), index=True)
    participant_id: Mapped[str] = mapped_column(String(40), index=True)
    count: Mapped[int]


class Mark(Base):
    """The mark that a participant gave an idea by one criterion, from 0 to 5."""

    __tablename__ = "workshop_mark"
    __table_args__ = (UniqueConstraint("workshop_id", "idea_id", "criterion_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[str] = mapped_column(String(40), index=True)
    idea_id: Mapped[str] = mapped_column(String(40), index=True)
    criterion_id: Mapped[str] = mapped_column(String(40))
    participant_id: Mapped[str] = mapped_column(String(40), index=True)
    value: Mapped[int]
