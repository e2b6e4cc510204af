"""The five bricks of a data science product: columns of the story map, and what indicators measure."""

from enum import StrEnum

__all__ = ["Brick"]


class Brick(StrEnum):
    """The columns of the story map (ORG-10), in order."""

    INGESTION = "ingestion"
    MODELLING = "modelling"
    ACTIVATION = "activation"
    MONITORING = "monitoring"
    INFRASTRUCTURE = "infrastructure"
