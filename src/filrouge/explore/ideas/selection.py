"""Combining ideas, and ranking them by the recorded criteria (EXP-4)."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from filrouge.explore.ideas.model import Criterion, Idea, IdeaState
from filrouge.storage.editing import create, listed
from filrouge.thread.links import link
from filrouge.thread.ref import Ref

__all__ = ["combine", "ranked", "weighted_score"]


def weighted_score(scores: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """The mean of the scores weighted by the criteria; ``None`` until every criterion has a score.

    Example:
        >>> weighted_score({"relevance": 5, "feasibility": 2}, {"relevance": 2, "feasibility": 1})
        4.0
    """
    total = sum(weights.values())
    if not total or any(title not in scores for title in weights):
        return None
    return sum(scores[title] * weight for title, weight in weights.items()) / total


def ranked(session: Session, product_id: str) -> list[tuple[Idea, float | None]]:
    """The product's ideas with their weighted scores, best first, unscored last."""
    weights = {item.title: item.weight for item in listed(session, Criterion, product_id)}
    scored = [(idea, weighted_score(idea.scores, weights)) for idea in listed(session, Idea, product_id)]
    return sorted(scored, key=lambda pair: (pair[1] is None, -(pair[1] or 0.0)))


def combine(session: Session, parents: Iterable[Idea], title: str, description: str = "") -> Idea:
    """A new idea made of others, which stay on the wall as its parents."""
    merged = list(parents)
    made = create(session, Idea, str(merged[0].product_id), title=title, description=description)
    for parent in merged:
        parent.state = IdeaState.COMBINED
        link(session, str(made.product_id), Ref("idea", parent.id), "combined_into", Ref("idea", made.id))
    return made
