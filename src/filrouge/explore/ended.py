"""Ideas that ended: the check no longer asks for what they would have needed (EXP-16)."""

from filrouge.explore.decisions.model import Choice, Decision
from filrouge.explore.ideas.model import Idea, IdeaState
from filrouge.thread.check.facts import Facts
from filrouge.thread.ref import Ref

__all__ = ["ended", "pursued", "spared"]


def ended(facts: Facts) -> set[str]:
    """The ideas that the selection dropped, and those that a decision killed."""
    killed = {decision.idea_id for decision in facts.all(Decision) if decision.choice == Choice.KILL}
    return killed | {idea.id for idea in facts.all(Idea) if idea.state == IdeaState.DROPPED}


def pursued(facts: Facts) -> list[Idea]:
    """The kept ideas that no decision killed."""
    over = ended(facts)
    return [idea for idea in facts.all(Idea) if idea.state == IdeaState.KEPT and idea.id not in over]


def spared(facts: Facts, ref: Ref) -> bool:
    """Whether a thing serves ideas that ended, and no other."""
    ideas = facts.above(ref, "idea")
    return bool(ideas) and {idea.id for idea in ideas} <= ended(facts)
