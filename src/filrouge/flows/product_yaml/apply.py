"""Carrying a plan out: all or nothing, in the caller's transaction."""

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from filrouge.flows.product_yaml.document import Entry
from filrouge.flows.product_yaml.plan import Action, Plan
from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.scale.retirement import NotRetirable, checklist_answered
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed, now_of
from filrouge.storage.keeping import faults_of_keeping
from filrouge.storage.kinds import container_of, kinds
from filrouge.storage.product import Phase, Product
from filrouge.thread.links import link, unlink

__all__ = ["apply_plan"]


def apply_plan(session: Session, plan: Plan) -> None:
    """Make the workspace what the plan says.

    Every kind's own rules are asked once all is written, so that the order of the file does not matter.

    Raises:
        ImportConflict: the plan has conflicts; nothing is written.
        Faults: the whole would break a rule, such as two main indicators; the caller rolls back.
    """
    Faults.raise_if_any(plan.conflicts)
    product_id = plan.document.product.id
    served = _goes_on(session, product_id)
    written: list[tuple[Entry, Artefact]] = []
    faults: list[FilrougeError] = []
    by_kind: dict[str, list[tuple[Action, Entry]]] = defaultdict(list)
    for step in plan.steps:
        by_kind[step.entry.kind].append((step.action, step.entry))
    for name, kind in kinds().items():
        for action, entry in by_kind[name]:
            if action == Action.ARCHIVE:
                _archive(session, kind, entry)
            elif action not in (Action.UNCHANGED, Action.KEPT):
                faults += _placed(plan, entry, _kept(session, kind, entry))
                written.append((entry, _write(session, kind, entry, product_id)))
        session.flush()
    _order(session, plan)
    for entry, artefact in written:
        faults += _placed(plan, entry, artefact.faults(session))
        if served and isinstance(artefact, Product) and artefact.phase == Phase.RETIRED:
            faults += _placed(plan, entry, _retiring(session, artefact))
    Faults.raise_if_any(faults)
    for tie in plan.ties_added:
        link(session, product_id, tie.source, tie.relation, tie.target)
    for tie in plan.ties_removed:
        unlink(session, tie.source, tie.relation, tie.target)
    session.flush()


def _placed(plan: Plan, entry: Entry, faults: list[FilrougeError]) -> list[FilrougeError]:
    for fault in faults:
        fault.where = f"{plan.document.name}:{entry.line} ({entry.path})"
    return faults


def _goes_on(session: Session, product_id: str) -> bool:
    """Whether the workspace has the product, and it is not retired."""
    product = session.get(Product, product_id)
    return product is not None and product.phase != Phase.RETIRED


def _retiring(session: Session, product: Product) -> list[FilrougeError]:
    """What keeps a product from being retired by a file, once the points that the file holds are written."""
    try:
        checklist_answered(session, product)
    except NotRetirable as fault:
        return [fault]
    return []


def _kept(session: Session, kind: type[Artefact], entry: Entry) -> list[FilrougeError]:
    """What the file would change that is changed elsewhere; what it makes anew it may make as it wants."""
    artefact = session.get(kind, entry.id)
    if artefact is None:
        return []
    values = entry.values.items()
    changed = {name: value for name, value in values if getattr(artefact, name) != value}
    return faults_of_keeping(session, artefact, changed)


def _write(session: Session, kind: type[Artefact], entry: Entry, product_id: str) -> Artefact:
    artefact = session.get(kind, entry.id)
    new = artefact is None
    if artefact is None:
        artefact = kind(id=entry.id, product_id=None if kind is Product else product_id)
    values = dict(entry.values)
    container = container_of(kind) if kind is not Product else None
    if container is not None:
        values[container.field] = entry.container
    for name, value in values.items():
        if new or getattr(artefact, name) != value:
            setattr(artefact, name, value)
    artefact.archived_at = None
    if new:
        artefact.position = 0
        session.add(artefact)
        session.flush()  # a part names its container in the same table
    return artefact


def _archive(session: Session, kind: type[Artefact], entry: Entry) -> None:
    artefact = session.get(kind, entry.id)
    if artefact is not None:
        artefact.archived_at = artefact.archived_at or now_of(session)


def _order(session: Session, plan: Plan) -> None:
    """Siblings in the order of the file, then those that only the workspace has."""
    places: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for entry in plan.document.all():
        places[entry.kind, entry.container].append(entry.id)
    for (name, container), order in places.items():
        kind = kinds()[name]
        held_by = container_of(kind)
        within: dict[str, Any] = {held_by.field: container} if held_by else {}
        siblings = listed(session, kind, plan.document.product.id, **within)
        rank = {identifier: place for place, identifier in enumerate(order)}
        wanted = sorted(siblings, key=lambda item: rank.get(item.id, len(rank)))
        if [item.id for item in siblings] != [item.id for item in wanted] or _ties_in(wanted):
            for place, item in enumerate(wanted):
                if item.position != place:
                    item.position = place
    session.flush()


def _ties_in(siblings: list[Artefact]) -> bool:
    """Whether two siblings share a position, so that only chance orders them."""
    return len({item.position for item in siblings}) < len(siblings)
