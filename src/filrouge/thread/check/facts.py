"""What rules read: one product's artefacts and links, each read once, and the thresholds in force."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.storage.base import Artefact, Base
from filrouge.storage.product import Product
from filrouge.thread.check.records import NeedsRecords, holds_all, holds_records
from filrouge.thread.graph import Edge, edges_of
from filrouge.thread.nodes import Node, Nodes
from filrouge.thread.ref import Ref

__all__ = ["Facts"]

Row = TypeVar("Row", bound=Base)
Made = TypeVar("Made")


class Facts:
    """One product as the check sees it at one moment.

    Args:
        session: a reading session.
        product: the product that is checked.
        nodes: everything that a reference may name.
        now: the time in the world (``workspace.clock``).
        thresholds: numbers by name, those of the workspace over those of the rules.
    """

    def __init__(
        self, session: Session, product: Product, nodes: Nodes, now: datetime, thresholds: Mapping[str, float]
    ) -> None:
        self.session = session
        self.product = product
        self.nodes = nodes
        self.now = now
        self._thresholds = thresholds
        self._rows: dict[type[Base], list[Any]] = {}
        self._made: dict[Any, Any] = {}

    @property
    def subject(self) -> Ref:
        """The product itself, for a fact that concerns all of it."""
        return Ref("product", self.product.id)

    def at(self, place: str) -> str:
        """A place on the product's pages: ``/journeys#add-journey``."""
        return f"/products/{self.product.id}{place}"

    def tying(self, ref: Ref) -> str:
        """The place where a thing is tied by hand."""
        return self.at(f"/thread?ref={ref}#tie")

    def threshold(self, name: str) -> float:
        """A number that the workspace may set in ``[check] thresholds``."""
        return self._thresholds[name]

    def all(self, model: type[Row]) -> list[Row]:
        """The product's rows of a table, archived ones left out, in their order."""
        if issubclass(model, Artefact) and not self._has(model.kind):
            return []
        if model not in self._rows:
            columns: Any = model
            query = select(model).where(columns.product_id == self.product.id)
            if issubclass(model, Artefact):
                query = query.where(model.archived_at.is_(None)).order_by(model.position, model.created_at)
            self._rows[model] = list(self.session.scalars(query))
        return self._rows[model]

    def of_kind(self, kind: str) -> list[Node]:
        """The product's nodes of a kind of the thread."""
        if not self._has(kind):
            return []
        return self.nodes.of_kind(self.session, self.product.id, kind)

    def once(self, make: Callable[[Session, Row], Made], row: Row) -> Made:
        """What ``make`` gives for a row, made once in a check however many rules ask for it."""
        key = (make, id(row))
        if key not in self._made:
            self._made[key] = make(self.session, row)
        made: Made = self._made[key]
        return made

    def _has(self, kind: str) -> bool:
        """Whether there is any of a kind; one query answers for all kinds."""
        return not holds_all(self.session) or kind in self._counts

    @cached_property
    def _counts(self) -> dict[str, int]:
        return self.nodes.counts(self.session, self.product.id)

    @cached_property
    def edges(self) -> list[Edge]:
        """The product's links."""
        return edges_of(self.session, self.product.id)

    @cached_property
    def _above(self) -> dict[Ref, list[Ref]]:
        above: dict[Ref, list[Ref]] = defaultdict(list)
        for edge in self.edges:
            above[edge.target].append(edge.source)
        return above

    @cached_property
    def _below(self) -> dict[Ref, list[Ref]]:
        below: dict[Ref, list[Ref]] = defaultdict(list)
        for edge in self.edges:
            below[edge.source].append(edge.target)
        return below

    def is_linked(self, ref: Ref) -> bool:
        """Whether any link touches ``ref``."""
        return ref in self._above or ref in self._below

    def beside(self, ref: Ref, kind: str) -> list[Ref]:
        """The things of a kind that one link joins to ``ref``, above or below."""
        self._need(kind)
        near = [*self._above.get(ref, ()), *self._below.get(ref, ())]
        return [other for other in near if other.kind == kind]

    def above(self, ref: Ref, kind: str, *, not_by: str = "") -> list[Ref]:
        """The things of a kind from which some chain of links leads down to ``ref``.

        Args:
            not_by: a kind that the chain may not pass through.

        Raises:
            NeedsRecords: only a file is known, and it holds none of this kind.
        """
        self._need(kind)
        met = {ref}
        waiting = [] if ref.kind == not_by else [ref]
        while waiting:
            for other in self._above.get(waiting.pop(), ()):
                if other not in met and other.kind != not_by:
                    met.add(other)
                    waiting.append(other)
        return [other for other in met if other.kind == kind]

    def _need(self, kind: str) -> None:
        if not holds_records(self.session, kind):
            raise NeedsRecords
