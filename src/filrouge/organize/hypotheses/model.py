"""The hypothesis."""

from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from filrouge.storage.base import Artefact

__all__ = ["Hypothesis", "HypothesisState"]


class HypothesisState(StrEnum):
    """Open until its test has concluded, or until nobody wants the answer any more."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    DROPPED = "dropped"


class Hypothesis(Artefact):
    """We believe … for … will … because …; with its test, its evidence and its conclusion (ORG-15)."""

    __tablename__ = "hypothesis"
    kind = "hypothesis"
    plural = "hypotheses"
    title_field = "statement"

    statement: Mapped[str]
    test: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[Any]] = mapped_column(default=list, info={"shape": list, "keys": ("text", "ref")})
    """Runs, notebooks, charts: ``[{"text": "…", "ref": "run:…"}, …]``."""
    conclusion: Mapped[str] = mapped_column(default="")
    not_covered: Mapped[str] = mapped_column(default="")
    state: Mapped[HypothesisState] = mapped_column(default=HypothesisState.OPEN)
