"""The objective."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField

__all__ = ["Level", "Objective"]


class Level(StrEnum):
    """What the team thinks of an objective's level: neither a sub-part nor “increase revenue” (EXP-1)."""

    UNJUDGED = "unjudged"
    TOO_BROAD = "too_broad"
    RIGHT = "right"
    TOO_NARROW = "too_narrow"


class Objective(Artefact):
    """A strategic objective; sub-objectives name their parent (EXP-1)."""

    __tablename__ = "objective"
    kind = "objective"
    plural = "objectives"
    title_field = "statement"

    statement: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("objective.id"), index=True)
    level: Mapped[Level] = mapped_column(default=Level.UNJUDGED)
    five_whys: Mapped[list[Any]] = mapped_column(
        default=list, info={"shape": list, "keys": ("question", "answer")}
    )
    """Upwards, why after why: ``[{"question": "Why …?", "answer": "Because …"}, …]``."""

    def faults(self, session: Session) -> list[FilrougeError]:
        """An objective is not among its own ancestors."""
        seen, above = {self.id}, self.parent_id
        while above is not None and above not in seen:
            seen.add(above)
            parent = session.get(Objective, above)
            above = parent.parent_id if parent else None
        if above is None:
            return []
        return [
            BadField(
                _("'{label}' would stand above itself.").format(label=self.label),
                where=f"objective:{self.id}",
                action=_("Choose another parent."),
            )
        ]
