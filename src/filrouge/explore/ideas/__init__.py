"""Ideas, the criteria that select them (EXP-3, EXP-4)."""

from filrouge.explore.ideas.model import Criterion, Idea, IdeaState
from filrouge.explore.ideas.selection import combine, ranked, select_ideas

__all__ = ["Criterion", "Idea", "IdeaState", "combine", "ranked", "select_ideas"]
