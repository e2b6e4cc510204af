"""What is tested for leaks, and what is suspected."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.strength import levels_of, strength
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.times import Moment
from filrouge.explore.feasibility.words import Said

if TYPE_CHECKING:
    import polars as pl


__all__ = ["ASK", "COPY", "COVERS", "Case", "Suspicion", "Suspicions"]

COPY, ASK = 0.94, 0.8
"""Strength of one column alone, from which it is a copy of the outcome, or has to be asked about."""
COVERS = 0.02
"""Share of the rows from which a state of a column counts."""


@dataclass(frozen=True)
class Suspicion:
    """Columns suspected to know the outcome.

    Args:
        columns: which ones.
        sure: whether they cannot be used as they are; otherwise somebody has to say when they are written.
        said: the reason.
        strength: how well they tell the outcome alone, where it was measured.
    """

    columns: tuple[str, ...]
    sure: bool
    said: Said
    strength: float = 0.0


@dataclass(frozen=True)
class Suspicions:
    """All of them, and what was learned on the way."""

    found: tuple[Suspicion, ...]
    strengths: tuple[tuple[str, float], ...]
    """Every column alone, strongest first."""
    time: tuple[Said, ...] = ()
    """What is wrong with the column of time itself."""
    delay: timedelta | None = None
    """How long the outcome takes to be known, where a column dates it."""

    @property
    def columns(self) -> set[str]:
        """All suspected columns."""
        return {name for one in self.found for name in one.columns}


@dataclass(frozen=True)
class Case:
    """Rows with a known outcome, and what is tested on them."""

    rows: "pl.DataFrame"
    outcome: Any
    target: Target
    time: Moment | None
    names: tuple[str, ...]

    def strength(self, values: "pl.Series") -> float:
        """How well a column alone tells the outcome."""
        return strength(levels_of(values), self.outcome, self.target.kind)
