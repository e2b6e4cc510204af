"""The uncertainty: what is not known yet, how much hangs on it, and how it was settled."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import BadField
from filrouge.thread.check.waivers import too_long

__all__ = ["Criticality", "Doubt", "Uncertainty", "UncertaintyState", "UncertaintyType"]


class UncertaintyType(StrEnum):
    """Where the risk lies (EXP-10)."""

    USER_EXPERIENCE = "user_experience"
    DATA = "data"
    INFRASTRUCTURE = "infrastructure"


class Criticality(StrEnum):
    """What happens to the product if the answer is bad; riskiest first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Doubt(StrEnum):
    """How unsure the team is; riskiest first."""

    GUESS = "guess"
    SIGNS = "signs"
    ALMOST_SURE = "almost_sure"


class UncertaintyState(StrEnum):
    """Open until it is lifted by evidence, or waived with a reason for a time."""

    OPEN = "open"
    LIFTED = "lifted"
    WAIVED = "waived"


_WEIGHTS = (3, 2, 1)


class Uncertainty(Artefact):
    """Something that must be true for the product to work, and is not known yet."""

    __tablename__ = "uncertainty"
    kind = "uncertainty"
    plural = "uncertainties"
    title_field = "statement"

    statement: Mapped[str]
    type: Mapped[UncertaintyType]
    criticality: Mapped[Criticality | None]
    """None until somebody judges what hangs on it."""
    doubt: Mapped[Doubt | None]
    would_settle: Mapped[str] = mapped_column(default="")
    """The test or the answer that would settle it."""
    owner: Mapped[str] = mapped_column(default="")
    """Who brings the answer."""
    due_at: Mapped[datetime | None]
    state: Mapped[UncertaintyState] = mapped_column(default=UncertaintyState.OPEN)
    how_lifted: Mapped[str] = mapped_column(default="")
    """The evidence that lifted it, or why it was waived."""
    settled_by: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When a waiver ends: from then on the uncertainty is open again."""
    reopened: Mapped[str] = mapped_column(default="")
    """Why it was opened again; empty when it never was."""

    @property
    def risk(self) -> int | None:
        """From 1 to 9: what hangs on it, times how unsure the team is; none until both are judged."""
        if self.criticality is None or self.doubt is None:
            return None
        critical = _WEIGHTS[list(Criticality).index(Criticality(self.criticality))]
        return critical * _WEIGHTS[list(Doubt).index(Doubt(self.doubt))]

    def is_open(self, now: datetime) -> bool:
        """Whether it still has to be settled; a waiver that ended no longer counts."""
        if self.state == UncertaintyState.WAIVED:
            return self.expires_at is not None and self.expires_at <= now
        return self.state == UncertaintyState.OPEN

    def faults(self, session: Session) -> list[FilrougeError]:
        """Lifting rests on evidence; waiving on a reason, an author and an end that is not too far."""
        needed = {
            UncertaintyState.OPEN: (),
            UncertaintyState.LIFTED: ("how_lifted",),
            UncertaintyState.WAIVED: ("how_lifted", "settled_by", "expires_at"),
        }
        words = {
            "how_lifted": _("Say what lifted it, or why it is waived."),
            "settled_by": _("Say who waives it."),
            "expires_at": _("Say until when."),
        }
        lifted = self.state == UncertaintyState.LIFTED
        what = (
            _("An uncertainty that is lifted needs '{field}'.")
            if lifted
            else _("An uncertainty that is waived needs '{field}'.")
        )
        found: list[FilrougeError] = [
            BadField(
                what.format(field=field),
                where=f"uncertainty:{self.id}: {field}",
                action=words[field],
            )
            for field in needed[UncertaintyState(self.state)]
            if not str(getattr(self, field) or "").strip()
        ]
        if self.state == UncertaintyState.WAIVED and self.expires_at is not None:
            found += too_long(session, self.expires_at, where=f"uncertainty:{self.id}: expires_at")
        return found
