"""The points of the checklist."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField

__all__ = ["Answer", "DataFate", "Point", "RetirementPoint"]


class Point(StrEnum):
    """What retiring asks, in order."""

    USERS_TOLD = "users_told"
    SERVING_STOPPED = "serving_stopped"
    DATA = "data"
    KNOWLEDGE_POSTED = "knowledge_posted"


class Answer(StrEnum):
    """Open until it is done, or set aside with a reason."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class DataFate(StrEnum):
    """What becomes of the records."""

    KEPT = "kept"
    ERASED = "erased"


class RetirementPoint(Artefact):
    """A point of the checklist: answered by whom, when, and what there is to say."""

    __tablename__ = "retirement_point"
    kind = "retirement_point"
    plural = "retirement_points"
    title_field = "point"

    point: Mapped[Point]
    answer: Mapped[Answer] = mapped_column(default=Answer.OPEN)
    who: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    data: Mapped[DataFate | None]
    """What becomes of the records; for the point about data only."""
    until: Mapped[datetime | None]
    """Until when they are kept."""

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """What is answered says who and when; what is set aside says why; data that are kept, until when."""
        if self.answer == Answer.OPEN:
            return []
        wanted = [
            (bool(self.who.strip()), _("Say who answers it.")),
            (self.answered_at is not None, _("Say when it was done.")),
            (self.answer != Answer.WAIVED or bool(self.note.strip()), _("Say why it is set aside.")),
        ]
        if self.point == Point.DATA and self.answer == Answer.DONE:
            wanted.append((self.data is not None, _("Say whether the data are kept or erased.")))
            kept = self.data == DataFate.KEPT
            wanted.append((not kept or self.until is not None, _("Say until when they are kept.")))
        return [
            BadField(_("The answer is not complete."), where=self._place, action=action)
            for met, action in wanted
            if not met
        ]

    @property
    def _place(self) -> str:
        return f"{self.kind}:{self.id}"
