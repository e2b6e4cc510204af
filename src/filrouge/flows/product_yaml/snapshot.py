"""What a workspace holds of a product, as a document."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.flows.product_yaml.document import Document, Entry, Tie, fields_in_file, sections
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed
from filrouge.storage.kinds import container_of, kinds, references
from filrouge.storage.product import Product, product_named
from filrouge.thread.links import CONTAINS, Link
from filrouge.thread.ref import Ref

__all__ = ["entry_of", "snapshot"]


def snapshot(session: Session, product_id: str) -> Document:
    """The current artefacts and links of a product; archived ones are left out.

    Raises:
        UnknownProduct: there is no such product.
    """
    product = product_named(session, product_id)
    held: dict[tuple[str, str | None], list[Artefact]] = defaultdict(list)
    for name, kind in kinds().items():
        if name == "product":
            continue
        container = container_of(kind)
        for artefact in listed(session, kind, product_id):
            held[name, getattr(artefact, container.field) if container else None].append(artefact)
    entries = tuple(
        _tree(artefact, held) for section in sections() for artefact in held.get((section.kind, None), [])
    )
    document = Document(entry_of(product), entries, ())
    everything = [document.product, *document.all()]
    return Document(
        document.product,
        entries,
        _ties(session, product_id, {entry.ref for entry in everything}),
        {str(entry.ref): entry.digest for entry in everything},
    )


def entry_of(artefact: Artefact, parts: tuple[Entry, ...] = ()) -> Entry:
    """One artefact as an entry."""
    kind = type(artefact)
    container = container_of(kind) if kind is not Product else None
    values: dict[str, Any] = {name: getattr(artefact, name) for name in fields_in_file(kind)}
    held_by = getattr(artefact, container.field) if container else None
    return Entry(kind.kind, artefact.id, values, parts, held_by)


def _tree(artefact: Artefact, held: dict[tuple[str, str | None], list[Artefact]]) -> Entry:
    parts = []
    for name, kind in kinds().items():
        container = container_of(kind)
        if container is not None and container.kind == artefact.kind:
            parts += [_tree(part, held) for part in held.get((name, artefact.id), [])]
    return entry_of(artefact, tuple(parts))


def _ties(session: Session, product_id: str, known: set[Ref]) -> tuple[Tie, ...]:
    """Links between what is exported; those that a foreign key says already are left out."""
    implied = {
        (reference.kind, reference.relation, kind.kind)
        if reference.inward
        else (kind.kind, reference.relation, reference.kind)
        for kind in kinds().values()
        for reference in references(kind)
        if reference.relation
    }
    ties = []
    for link in session.scalars(select(Link).where(Link.product_id == product_id)):
        if link.relation == CONTAINS or (link.source_kind, link.relation, link.target_kind) in implied:
            continue
        if link.source in known and link.target in known:
            ties.append(Tie(link.source, link.relation, link.target))
    return tuple(sorted(ties, key=str))
