"""The relations between method artefacts: which kind leads to which, and what the link says.

The table is published in ``docs/reference/thread.md``; a test holds both equal.
"""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import N_, _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import edit, find
from filrouge.storage.kinds import kind_named, kind_words, kinds, references
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
    """Tie two artefacts of a product by one of the ``RELATIONS``, or by a field of one of them.

    Raises:
        UnknownRelation: the relation does not lead from the one kind to the other.
        UnknownArtefact: one end does not exist in this product.
        UnknownKind: an end is of no known kind.
    """
    allowed = [row.name for row in RELATIONS if (row.source, row.target) == (source.kind, target.kind)]
    held = _field_of(source, relation, target)
    if held is None and relation not in allowed:
        raise UnknownRelation(
            _("No '{relation}' leads from {source} to {target}.").format(
                relation=relation, source=kind_words(source.kind), target=kind_words(target.kind)
            ),
            where=f"{source} → {target}",
            action=did_you_mean(relation, allowed) or _("See docs/reference/thread.md for the relations."),
        )
    for end in (source, target):
        find(session, kind_named(end.kind), end.id, product_id=product_id)
    if held is not None:
        _set(session, held, product_id, held.other.id)
    return link(session, product_id, source, relation, target)


def disconnect(
    session: Session, source: Ref, relation: str, target: Ref, *, product_id: str | None = None
) -> None:
    """Take such a tie away, of one product when it is given; nothing happens when there is none."""
    held = _field_of(source, relation, target)
    if held is not None:
        _set(session, held, product_id, None)
        return
    unlink(session, source, relation, target, product_id=product_id)


class _Held(NamedTuple):
    """A tie that a field of one end keeps: changing the field makes the link, and the history."""

    own: Ref
    field: str
    other: Ref


def _field_of(source: Ref, relation: str, target: Ref) -> _Held | None:
    known = kinds()
    for own, other, inward in ((target, source, True), (source, target, False)):
        for reference in references(known[own.kind]) if own.kind in known else ():
            if (reference.relation, reference.kind, reference.inward) == (relation, other.kind, inward):
                return _Held(own, reference.field, other)
    return None


def _set(session: Session, held: _Held, product_id: str | None, value: str | None) -> None:
    artefact: Artefact = find(session, kind_named(held.own.kind), held.own.id, product_id=product_id)
    now: Any = getattr(artefact, held.field)
    if value is not None or now == held.other.id:
        fields: dict[str, Any] = {held.field: value}
        edit(session, artefact, **fields)
