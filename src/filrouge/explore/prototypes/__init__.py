"""Prototypes: two weeks to answer a question, before a team is staffed (EXP-13, EXP-14, EXP-15)."""

from filrouge.explore.prototypes.fortnight import (
    FORTNIGHT,
    Fortnight,
    conclude,
    fortnight_of,
    renew,
    skip,
    start,
)
from filrouge.explore.prototypes.model import Prototype, Stage, Verdict

__all__ = [
    "FORTNIGHT",
    "Fortnight",
    "Prototype",
    "Stage",
    "Verdict",
    "conclude",
    "fortnight_of",
    "renew",
    "skip",
    "start",
]
