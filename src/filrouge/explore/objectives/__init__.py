"""Strategic objectives: the top of the thread (EXP-1)."""

from filrouge.explore.objectives.level import LevelHint, level_hints
from filrouge.explore.objectives.model import Level, Objective
from filrouge.explore.objectives.tree import ObjectiveNode, objective_tree
from filrouge.explore.objectives.whys import (
    WHYS,
    answer_why,
    change_why,
    drop_why,
    next_question,
    raise_above,
)

__all__ = [
    "WHYS",
    "Level",
    "LevelHint",
    "Objective",
    "ObjectiveNode",
    "answer_why",
    "change_why",
    "drop_why",
    "level_hints",
    "next_question",
    "objective_tree",
    "raise_above",
]
