"""Maps of the internal process or of the customer journey, with pain points (EXP-2, EXP-5)."""

from filrouge.explore.journeys.compare import (
    JourneyMap,
    StepPair,
    draw_after,
    every_map,
    journey_maps,
    pair_steps,
)
from filrouge.explore.journeys.model import (
    Journey,
    JourneyType,
    JourneyVersion,
    PainPoint,
    PainPointType,
    Step,
)

__all__ = [
    "Journey",
    "JourneyMap",
    "JourneyType",
    "JourneyVersion",
    "PainPoint",
    "PainPointType",
    "Step",
    "StepPair",
    "draw_after",
    "every_map",
    "journey_maps",
    "pair_steps",
]
