"""Typed links between references: the red thread itself.

A link points from *why* to *what came of it*: from the objective towards the indicator.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.storage.base import Base
from filrouge.thread.ref import Ref

__all__ = ["Link", "link", "links_from", "links_of", "links_to", "unlink"]


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
    found = session.scalars(
        select(Link).where(
            Link.source_kind == source.kind,
            Link.source_id == source.id,
            Link.relation == relation,
            Link.target_kind == target.kind,
            Link.target_id == target.id,
        )
    ).first()
    if found is not None:
        return found
    system = SystemClock()
    made = Link(
        product_id=product_id,
        source_kind=source.kind,
        source_id=source.id,
        relation=relation,
        target_kind=target.kind,
        target_id=target.id,
        made_by=session.info.get("actor", "system"),
        at=session.info.get("clock", system).now(),
        recorded_at=system.now(),
    )
    session.add(made)
    session.flush()
    return made


def unlink(session: Session, source: Ref, relation: str, target: Ref) -> None:
    """Remove a link; nothing happens when there is none."""
    for found in links_from(session, source):
        if found.relation == relation and found.target == target:
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
