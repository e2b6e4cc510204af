"""What is tied to the things of a page, and what could be: named, with the place where it is seen."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge import bootstrap
from filrouge.storage.base import Artefact
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref
from filrouge.web.places import place_of

__all__ = ["Named", "Ties", "choices_of", "neighbours", "ties_of"]


@dataclass(frozen=True)
class Named:
    """A thing of the thread as a link shows it, and the relation by which it is tied."""

    ref: Ref
    title: str
    path: str
    relation: str = ""


@dataclass(frozen=True)
class Ties:
    """What the things of a page are tied to, and what else they could be tied to."""

    known: dict[str, dict[str, tuple[Named, ...]]]
    choices: dict[str, tuple[Named, ...]]

    def of(self, one: Artefact, kind: str) -> tuple[Named, ...]:
        """What of a kind a thing is tied to."""
        return self.known.get(one.id, {}).get(kind, ())

    def all(self, kind: str) -> dict[str, tuple[Named, ...]]:
        """Everything of a kind, in the form that a field to choose from takes."""
        return {kind: self.choices.get(kind, ())}


def ties_of(session: Session, product_id: str, kind: str, others: Iterable[str]) -> Ties:
    """The ties between the things of ``kind`` and those of the ``others``."""
    return Ties(neighbours(session, product_id, kind), choices_of(session, product_id, others))


def neighbours(session: Session, product_id: str, kind: str) -> dict[str, dict[str, tuple[Named, ...]]]:
    """By the id of each thing of ``kind``: what one link joins to it, by kind; archived things left out."""
    pairs = []
    for tie in links_of(session, product_id, [kind]):
        pairs += [(tie.source, tie.target, tie.relation)] if tie.source_kind == kind else []
        pairs += [(tie.target, tie.source, tie.relation)] if tie.target_kind == kind else []
    nodes = bootstrap.nodes().named(session, {far for _near, far, _relation in pairs})
    found: dict[str, dict[str, tuple[Named, ...]]] = {}
    for near, far, relation in pairs:
        node = nodes.get(far)
        if node is not None and not node.archived:
            beside = found.setdefault(near.id, {})
            named = Named(far, node.title, place_of(far, product_id), relation)
            beside[far.kind] = (*beside.get(far.kind, ()), named)
    return found


def choices_of(session: Session, product_id: str, kinds: Iterable[str]) -> dict[str, tuple[Named, ...]]:
    """By kind: everything of the product that a tie may lead to; kinds without any are left out."""
    known = bootstrap.nodes()
    found = {
        kind: tuple(
            Named(node.ref, node.title, place_of(node.ref, product_id))
            for node in known.of_kind(session, product_id, kind)
        )
        for kind in kinds
    }
    return {kind: named for kind, named in found.items() if named}
