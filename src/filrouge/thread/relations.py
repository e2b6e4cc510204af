"""The relations between method artefacts: which kind leads to which, and what the link says.

The table is published in ``docs/reference/thread.md``; a test holds both equal.
"""

from typing import NamedTuple

from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import find
from filrouge.storage.kinds import kind_named, kind_words
from filrouge.thread.links import Link, link, unlink
from filrouge.thread.ref import Ref

__all__ = ["RELATIONS", "Relation", "UnknownRelation", "connect", "disconnect"]


class Relation(NamedTuple):
    """``source`` is why ``target`` exists."""

    source: str
    name: str
    target: str
    meaning: str


RELATIONS = (
    Relation("objective", "mapped_by", "journey", N_("the map that shows where the objective is lost")),
    Relation("objective", "hindered_by", "pain_point", N_("what stands in the way of the objective")),
    Relation("objective", "pursued_by", "idea", N_("an idea that would serve the objective (EXP-1)")),
    Relation("objective", "measured_by", "indicator", N_("how one sees that it is reached (ORG-16, THR-3)")),
    Relation("pain_point", "addressed_by", "idea", N_("an idea that would relieve it (EXP-4)")),
    Relation("idea", "combined_into", "idea", N_("the parents of a combined idea (EXP-4)")),
    Relation("canvas", "needs", "data_source", N_("the data it lives on (EXP-7)")),
    Relation(
        "canvas", "examined_by", "feasibility_study", N_("whether its data allows it, measured (EXP-12)")
    ),
    Relation("data_source", "examined_by", "feasibility_study", N_("what was measured on it (EXP-12)")),
    Relation("canvas", "measured_by", "indicator", N_("its KPI (EXP-6)")),
    Relation("canvas", "raises", "uncertainty", N_("what is not known yet (EXP-10)")),
    Relation("canvas", "built_as", "version", N_("the versions that build it (ORG-10)")),
    Relation("uncertainty", "tested_by", "hypothesis", N_("the hypothesis whose answer lifts it (EXP-10)")),
    Relation("uncertainty", "tested_by", "prototype", N_("the prototype that tries it (EXP-14)")),
    Relation("hypothesis", "tested_by", "prototype", N_("the prototype that tries it (EXP-14)")),
    Relation("uncertainty", "tested_by", "user_test", N_("the user test that answers it (EXP-11)")),
    Relation("data_source", "ingested_by", "epic", N_("the epic that brings it in (FND-2)")),
    Relation("story", "rests_on", "hypothesis", N_("what must hold for the story to be worth it (ORG-15)")),
)


class UnknownRelation(FilrougeError):
    """These two kinds are not tied in this way."""

    code = "thread.unknown-relation"
    status = 422


def connect(session: Session, product_id: str, source: Ref, relation: str, target: Ref) -> Link:
    """Tie two artefacts of a product by one of the ``RELATIONS``.

    Raises:
        UnknownRelation: the relation does not lead from the one kind to the other.
        UnknownArtefact: one end does not exist in this product.
        UnknownKind: an end is of no known kind.
    """
    allowed = [row.name for row in RELATIONS if (row.source, row.target) == (source.kind, target.kind)]
    if relation not in allowed:
        raise UnknownRelation(
            _("No '{relation}' leads from {source} to {target}.").format(
                relation=relation, source=kind_words(source.kind), target=kind_words(target.kind)
            ),
            where=f"{source} → {target}",
            action=did_you_mean(relation, allowed) or _("See docs/reference/thread.md for the relations."),
        )
    for end in (source, target):
        find(session, kind_named(end.kind), end.id, product_id=product_id)
    return link(session, product_id, source, relation, target)


def disconnect(
    session: Session, source: Ref, relation: str, target: Ref, *, product_id: str | None = None
) -> None:
    """Take such a tie away, of one product when it is given; nothing happens when there is none."""
    unlink(session, source, relation, target, product_id=product_id)
