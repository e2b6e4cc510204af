"""Typed links between references: the red thread itself.

A link points from *why* to *what came of it*: from the objective towards the indicator.

A foreign key from one artefact to another is a link too: the session itself writes it, as
``container contains part``, or, when the column says ``info={"relation": …}``, from the artefact to
what it names (with ``"inward": True``, from what it names to the artefact). So neither an operation,
an import nor an undo can forget it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Index, String, UniqueConstraint, delete, event, or_, select
from sqlalchemy.orm import Mapped, Session, attributes, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.ids import new_id
from filrouge.storage.base import Artefact, Base
from filrouge.storage.kinds import Reference, references
from filrouge.thread.ref import Ref

__all__ = ["CONTAINS", "Link", "link", "links_from", "links_of", "links_to", "unlink"]

CONTAINS = "contains"
"""The relation of a container to its parts: journey and step, version and epic."""


class Link(Base):
    """``source`` is why ``target`` exists; ``relation`` says how (``addresses``, ``trained``, …)."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "relation", "target_kind", "target_id"),
        Index("ix_link_target", "target_kind", "target_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    source_kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(40))
    target_kind: Mapped[str] = mapped_column(String(40))
    target_id: Mapped[str] = mapped_column(String(120))
    made_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @property
    def source(self) -> Ref:
        """Why."""
        return Ref(self.source_kind, self.source_id)

    @property
    def target(self) -> Ref:
        """What came of it."""
        return Ref(self.target_kind, self.target_id)


def link(session: Session, product_id: str, source: Ref, relation: str, target: Ref) -> Link:
    """Tie ``target`` to its reason ``source``; a link that exists already is given back as it is."""
    ends = _Ends(source, relation, target)
    found = session.scalars(select(Link).where(*_where(ends))).first()
    if found is not None:
        return found
    made = _new(session, product_id, ends)
    session.flush()
    return made


def unlink(
    session: Session, source: Ref, relation: str, target: Ref, *, product_id: str | None = None
) -> None:
    """Remove a link, of one product when it is given; nothing happens when there is none."""
    for found in links_from(session, source):
        if found.relation == relation and found.target == target and product_id in {None, found.product_id}:
            session.delete(found)
    session.flush()


def links_from(session: Session, ref: Ref) -> list[Link]:
    """The links downward: what came of ``ref``."""
    query = select(Link).where(Link.source_kind == ref.kind, Link.source_id == ref.id).order_by(Link.id)
    return list(session.scalars(query))


def links_to(session: Session, ref: Ref) -> list[Link]:
    """The links upward: why ``ref`` exists."""
    query = select(Link).where(Link.target_kind == ref.kind, Link.target_id == ref.id).order_by(Link.id)
    return list(session.scalars(query))


def links_of(session: Session, product_id: str, kinds: Iterable[str] | None = None) -> list[Link]:
    """All links of a product; with ``kinds``, those that touch one of these kinds."""
    query = select(Link).where(Link.product_id == product_id).order_by(Link.id)
    if kinds is not None:
        wanted = list(kinds)
        query = query.where(or_(Link.source_kind.in_(wanted), Link.target_kind.in_(wanted)))
    return list(session.scalars(query))


class _Ends(NamedTuple):
    source: Ref
    relation: str
    target: Ref


def _new(session: Session, product_id: str, ends: _Ends) -> Link:
    system = SystemClock()
    made = Link(
        product_id=product_id,
        source_kind=ends.source.kind,
        source_id=ends.source.id,
        relation=ends.relation,
        target_kind=ends.target.kind,
        target_id=ends.target.id,
        made_by=session.info.get("actor", "system"),
        at=session.info.get("clock", system).now(),
        recorded_at=system.now(),
    )
    session.add(made)
    return made


def _ends(artefact: Artefact, reference: Reference, other: str | None) -> _Ends | None:
    if not other:
        return None
    own, there = Ref(artefact.kind, artefact.id), Ref(reference.kind, other)
    if reference.relation and not reference.inward:
        return _Ends(own, reference.relation, there)
    return _Ends(there, reference.relation or CONTAINS, own)


def _implied(artefact: Artefact) -> Iterator[tuple[_Ends | None, _Ends | None]]:
    """For each foreign key that changed: the link before, and the link now."""
    for reference in references(type(artefact)):
        past = attributes.get_history(artefact, reference.field)
        if past.has_changes():
            sides = (next(iter(side or ()), None) for side in (past.deleted, past.added))
            before, now = (_ends(artefact, reference, other) for other in sides)
            yield before, now


def _where(ends: _Ends) -> list[ColumnElement[bool]]:
    return [
        Link.source_kind == ends.source.kind,
        Link.source_id == ends.source.id,
        Link.relation == ends.relation,
        Link.target_kind == ends.target.kind,
        Link.target_id == ends.target.id,
    ]


@event.listens_for(Session, "before_flush")
def _tie_references(session: Session, _context: Any, _instances: Any) -> None:
    edited = [item for item in (*session.new, *session.dirty) if isinstance(item, Artefact)]
    for item in edited:
        item.id = item.id or new_id()
        for before, now in _implied(item):
            if before is not None:
                with session.no_autoflush:
                    session.execute(delete(Link).where(*_where(before)))
            if now is not None:
                _new(session, str(item.product_id), now)
