"""Walking the thread: up (why does this exist?) and down (what came of it?)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.thread.links import Link
from filrouge.thread.nodes import Node, Nodes, chunks
from filrouge.thread.ref import Ref

__all__ = ["Branch", "Direction", "Edge", "Walk", "branches", "edges_of", "reached", "walk"]

Direction = Literal["up", "down"]


class Edge(NamedTuple):
    """A link without its bookkeeping: ``source`` is why ``target`` exists."""

    source: Ref
    relation: str
    target: Ref


@dataclass(frozen=True)
class Walk:
    """What a walk met: for each reference, the edges that leave it in the walk's direction."""

    root: Ref
    direction: Direction
    steps: dict[Ref, list[Edge]] = field(default_factory=dict)
    cut: bool = False
    """Whether the depth or the size limit ended it early."""

    @property
    def refs(self) -> list[Ref]:
        """Everything met, the root first, nearest first."""
        met = {self.root: None}
        for edges in self.steps.values():
            met.update((self.far(edge), None) for edge in edges)
        return list(met)

    def far(self, edge: Edge) -> Ref:
        """The end of an edge that the walk goes to."""
        return edge.target if self.direction == "down" else edge.source


@dataclass(frozen=True)
class Branch:
    """One line of a walk shown as a tree."""

    depth: int
    relation: str
    ref: Ref
    node: Node | None
    """None when the link dangles: nothing answers to ``ref``."""
    again: bool
    """Whether it stands in full elsewhere in the tree (two reasons for one thing, or a circle)."""


def walk(session: Session, root: Ref, direction: Direction, *, depth: int = 20, limit: int = 5_000) -> Walk:
    """Follow links level by level: a few queries a level, whatever the size of the workspace.

    Args:
        session: a reading session.
        root: where to start.
        direction: ``up`` to the reasons, ``down`` to what came of it.
        depth: how many links away to go.
        limit: how many references to meet at most.
    """
    steps: dict[Ref, list[Edge]] = {}
    frontier, met = [root], {root}
    for _level in range(depth):
        steps.update((ref, []) for ref in frontier)
        following: list[Ref] = []
        for edge in _leaving(session, frontier, direction):
            near, far = (edge.source, edge.target) if direction == "down" else (edge.target, edge.source)
            if far not in met:
                if len(met) >= limit:
                    return Walk(root, direction, steps, cut=True)
                met.add(far)
                following.append(far)
            steps[near].append(edge)
        frontier = following
        if not frontier:
            return Walk(root, direction, steps)
    return Walk(root, direction, steps, cut=any(True for _ in _leaving(session, frontier, direction)))


def branches(session: Session, nodes: Nodes, walked: Walk) -> Iterator[Branch]:
    """The walk as the lines of a tree, titles read in one go; a thing met twice is opened once."""
    names = nodes.named(session, walked.refs)
    opened: set[Ref] = set()
    waiting: list[tuple[int, str, Ref]] = [(0, "", walked.root)]
    while waiting:
        depth, relation, ref = waiting.pop()
        again = ref in opened
        yield Branch(depth, relation, ref, names.get(ref), again)
        if again:
            continue
        opened.add(ref)
        edges = walked.steps.get(ref, [])
        waiting.extend((depth + 1, edge.relation, walked.far(edge)) for edge in reversed(edges))


def edges_of(session: Session, product_id: str) -> list[Edge]:
    """All edges of a product, read without building objects."""
    query = select(Link.source_kind, Link.source_id, Link.relation, Link.target_kind, Link.target_id).where(
        Link.product_id == product_id
    )
    return [Edge(Ref(row[0], row[1]), row[2], Ref(row[3], row[4])) for row in session.execute(query)]


def reached(edges: Iterable[Edge], roots: Iterable[Ref]) -> set[Ref]:
    """Everything below ``roots``, themselves included.

    Example:
        >>> a, b, c = Ref("objective", "a"), Ref("idea", "b"), Ref("canvas", "c")
        >>> sorted(reached([Edge(a, "x", b), Edge(b, "x", a)], [a])) == sorted([a, b])
        True
    """
    below: dict[Ref, list[Ref]] = defaultdict(list)
    for edge in edges:
        below[edge.source].append(edge.target)
    seen = set(roots)
    waiting = list(seen)
    while waiting:
        for target in below[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _leaving(session: Session, refs: Iterable[Ref], direction: Direction) -> Iterator[Edge]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for ref in refs:
        by_kind[ref.kind].append(ref.id)
    kind_column, id_column = (
        (Link.source_kind, Link.source_id) if direction == "down" else (Link.target_kind, Link.target_id)
    )
    for kind, ids in by_kind.items():
        for some in chunks(ids):
            query = (
                select(Link.source_kind, Link.source_id, Link.relation, Link.target_kind, Link.target_id)
                .where(kind_column == kind, id_column.in_(some))
                .order_by(Link.id)
            )
            for row in session.execute(query):
                yield Edge(Ref(row[0], row[1]), row[2], Ref(row[3], row[4]))
