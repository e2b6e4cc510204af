"""The five bricks of a data science product: columns of the story map, and what indicators measure."""

from collections.abc import Iterable
from enum import StrEnum

from filrouge.kernel.i18n import N_, _

__all__ = ["Brick", "words_of"]


class Brick(StrEnum):
    """The columns of the story map (ORG-10), in order."""

    INGESTION = "ingestion"
    MODELLING = "modelling"
    ACTIVATION = "activation"
    MONITORING = "monitoring"
    INFRASTRUCTURE = "infrastructure"


_WORDS = {
    Brick.INGESTION: N_("ingestion"),
    Brick.MODELLING: N_("modelling"),
    Brick.ACTIVATION: N_("activation"),
    Brick.MONITORING: N_("monitoring"),
    Brick.INFRASTRUCTURE: N_("infrastructure"),
}


def words_of(bricks: Iterable[Brick]) -> str:
    """Some bricks, as they stand in a sentence.

    Example:
        >>> words_of([Brick.INGESTION, Brick.MONITORING])
        'ingestion, monitoring'
    """
    return ", ".join(_(_WORDS[brick]) for brick in bricks)
