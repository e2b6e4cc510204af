"""The objectives as a tree, each with what it is for and what came of it (EXP-1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.objectives.level import LevelHint, level_hints
from filrouge.explore.objectives.model import Objective
from filrouge.storage.editing import listed

__all__ = ["ObjectiveNode", "objective_tree"]


@dataclass(frozen=True)
class ObjectiveNode:
    """An objective and its sub-objectives, in their order."""

    objective: Objective
    parts: tuple["ObjectiveNode", ...]
    hints: tuple[LevelHint, ...]


def objective_tree(session: Session, product_id: str) -> tuple[ObjectiveNode, ...]:
    """The objectives that have none above, each with its own tree."""
    under: dict[str | None, list[Objective]] = {}
    known = listed(session, Objective, product_id)
    ids = {one.id for one in known}
    for one in known:
        under.setdefault(one.parent_id if one.parent_id in ids else None, []).append(one)
    return _nodes(under, None)


def _nodes(under: dict[str | None, list[Objective]], above: str | None) -> tuple[ObjectiveNode, ...]:
    siblings: Sequence[Objective] = under.get(above, ())
    nodes = []
    for one in siblings:
        parts = _nodes(under, one.id)
        hints = level_hints(
            one.statement, siblings=len(siblings) - 1, whys=len(one.five_whys), parts=len(parts)
        )
        nodes.append(ObjectiveNode(one, parts, hints))
    return tuple(nodes)
