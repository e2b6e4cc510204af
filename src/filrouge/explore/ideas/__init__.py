"""Ideas, the criteria that select them, and the decision to build or kill (EXP-3, EXP-4, EXP-16)."""

from filrouge.explore.ideas.model import Criterion, Decision, Idea, IdeaState
from filrouge.explore.ideas.selection import combine, ranked, select_ideas

__all__ = ["Criterion", "Decision", "Idea", "IdeaState", "combine", "ranked", "select_ideas"]
