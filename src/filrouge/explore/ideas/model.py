"""The idea and the selection criterion."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField

__all__ = ["KEPT", "Criterion", "Idea", "IdeaState"]

KEPT = 3
"""How many ideas the method keeps; a workspace may set another number, as the threshold ``kept_ideas``."""


class IdeaState(StrEnum):
    """What the selection made of an idea (EXP-4)."""

    PROPOSED = "proposed"
    KEPT = "kept"
    DROPPED = "dropped"
    COMBINED = "combined"


class Criterion(Artefact):
    """A criterion of the selection: relevance, feasibility, or the team's own (EXP-4)."""

    __tablename__ = "criterion"
    kind = "criterion"
    plural = "criteria"

    title: Mapped[str]
    question: Mapped[str] = mapped_column(default="")
    weight: Mapped[float] = mapped_column(default=1.0, info={"least": 0})


class Idea(Artefact):
    """An idea of a solution; a combined one keeps its parents by links."""

    __tablename__ = "idea"
    kind = "idea"
    plural = "ideas"

    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    state: Mapped[IdeaState] = mapped_column(default=IdeaState.PROPOSED, info={"kept_by": "workshop"})
    workshop_id: Mapped[str | None] = mapped_column(
        ForeignKey("workshop.id"),
        index=True,
        info={"relation": "produced", "inward": True, "kept_by": "workshop"},
    )
    """The workshop whose wall it was written on; while that is open, it keeps what the room decides."""
    author: Mapped[str] = mapped_column(default="", info={"kept_by": "workshop"})
    group: Mapped[str] = mapped_column(default="")
    """The name of the group that it stands in on the wall."""
    votes: Mapped[int] = mapped_column(default=0, info={"least": 0, "kept_by": "workshop"})
    """The dots that it had when they were revealed."""
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"shape": dict, "kept_by": "workshop"})
    """By the criterion's title, from 0 to 5."""

    def faults(self, session: Session) -> list[FilrougeError]:
        """Scores are numbers from 0 to 5, each for a recorded criterion."""
        query = select(Criterion.title).where(Criterion.product_id == self.product_id)
        known = set(session.scalars(query.where(Criterion.archived_at.is_(None))))
        found: list[FilrougeError] = []
        for title, score in (self.scores or {}).items():
            place = f"idea:{self.id}: scores: {title}"
            if title not in known:
                hint = did_you_mean(title, known) or _("Record the criterion first.")
                found.append(
                    BadField(_("'{title}' is not a criterion.").format(title=title), where=place, action=hint)
                )
            if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 5:
                found.append(
                    BadField(
                        _("'{score}' is not a score.").format(score=score),
                        where=place,
                        action=_("Give a number from 0 to 5."),
                    )
                )
        return found
