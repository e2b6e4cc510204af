"""The uncertainty, and the register."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed

__all__ = ["Criticality", "Uncertainty", "UncertaintyState", "UncertaintyType", "register_of"]


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


class UncertaintyState(StrEnum):
    """Open until it is lifted, or waived with a reason."""

    OPEN = "open"
    LIFTED = "lifted"
    WAIVED = "waived"


class Uncertainty(Artefact):
    """Something that must be true for the product to work, and is not known yet."""

    __tablename__ = "uncertainty"
    kind = "uncertainty"
    plural = "uncertainties"
    title_field = "statement"

    statement: Mapped[str]
    type: Mapped[UncertaintyType]
    criticality: Mapped[Criticality] = mapped_column(default=Criticality.MAJOR)
    state: Mapped[UncertaintyState] = mapped_column(default=UncertaintyState.OPEN)
    how_lifted: Mapped[str] = mapped_column(default="")
    """What lifted it, or why it was waived."""


def register_of(session: Session, product_id: str) -> list[Uncertainty]:
    """The product's uncertainties: open before settled, riskiest first."""
    order = list(Criticality)
    return sorted(
        listed(session, Uncertainty, product_id),
        key=lambda item: (item.state != UncertaintyState.OPEN, order.index(item.criticality)),
    )
