"""Strategic objectives as a tree, with their five whys (EXP-1)."""

from filrouge.explore.objectives.model import Objective

__all__ = ["Objective"]
