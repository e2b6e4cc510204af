"""Ideas, the criteria that select them (EXP-3, EXP-4)."""

from filrouge.explore.ideas.model import KEPT, Criterion, Idea, IdeaState
from filrouge.explore.ideas.selection import combine, ranked

__all__ = ["KEPT", "Criterion", "Idea", "IdeaState", "combine", "ranked"]
