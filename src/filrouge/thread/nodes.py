"""Where the things of the thread are kept: their titles, their existence, and search over all tables."""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, Base
from filrouge.storage.kinds import kind_words
from filrouge.thread.kinds import KINDS
from filrouge.thread.ref import BadReference, Ref

__all__ = ["CHUNK", "Node", "NodeTable", "Nodes", "Tally", "UnknownReference", "artefact_tables", "chunks"]

CHUNK = 500
"""Identifiers in one query: below the parameter limits of both databases."""
_SEARCHED = 2_000
_TELLING = 4
"""Letters of a word that says something of a title: not "the", not "of"."""


class UnknownReference(BadReference):
    """A reference has the right form, and nothing answers to it."""

    code = "thread.unknown"


class Node(NamedTuple):
    """Something that exists, with the title that people know it by."""

    ref: Ref
    title: str
    archived: bool = False


class Tally(NamedTuple):
    """How many things of a kind a product has, and the title of the latest."""

    number: int
    latest: str


@dataclass(frozen=True)
class NodeTable:
    """The columns that say what a table holds for the thread.

    Args:
        kind: the word in references.
        id: the column with the reference's id.
        title: the column people know the row by.
        product: the column with the product's id.
        archived: the column that is set when the row is archived; none when rows are never archived.
        words: how people call what the title's column holds.
    """

    kind: str
    id: Any
    title: Any
    product: Any
    archived: Any = None
    words: Callable[[str], str] = str


def artefact_tables() -> list[NodeTable]:
    """One table for each kind of artefact that was imported (``bootstrap.metadata`` imports all)."""
    tables = []
    for mapper in Base.registry.mappers:
        model = mapper.class_
        if issubclass(model, Artefact):
            title = getattr(model, model.title_field)
            tables.append(NodeTable(model.kind, model.id, title, model.product_id, model.archived_at))
    return sorted(tables, key=lambda table: table.kind)


class Nodes:
    """All that a reference may name, whatever chapter keeps it."""

    def __init__(self, tables: Iterable[NodeTable]) -> None:
        self._tables = {table.kind: table for table in tables}

    @property
    def kinds(self) -> list[str]:
        """The kinds that have a table."""
        return list(self._tables)

    def named(
        self, session: Session, refs: Iterable[Ref], *, product_id: str | None = None
    ) -> dict[Ref, Node]:
        """The nodes that exist among ``refs``, in one product when it is given.

        A kind of the thread without a table (predictions live in the event log) is taken at its word.
        """
        by_kind: dict[str, set[str]] = defaultdict(set)
        found: dict[Ref, Node] = {}
        for ref in refs:
            if ref.kind in self._tables:
                by_kind[ref.kind].add(ref.id)
            elif ref.kind in KINDS:
                found[ref] = Node(ref, ref.id)
        for kind, ids in by_kind.items():
            table = self._tables[kind]
            for some in chunks(sorted(ids)):
                here = [] if product_id is None else [self._within(table, product_id)]
                for node in self._read(session, table, table.id.in_(some), *here):
                    found[node.ref] = node
        return found

    def of_kind(self, session: Session, product_id: str, kind: str) -> list[Node]:
        """The nodes of a kind that a product has, without archived ones."""
        table = self._tables.get(kind)
        if table is None:
            return []
        here = table.product == product_id
        return [node for node in self._read(session, table, here) if not node.archived]

    def tally(self, session: Session, product_id: str) -> dict[str, Tally]:
        """By kind: how many there are and the latest; kinds without any are left out."""
        tallies = {}
        for kind, count in self.counts(session, product_id).items():
            table = self._tables[kind]
            here = _present(table, product_id)
            latest = select(table.title).where(*here).order_by(_newest(table).desc()).limit(1)
            tallies[kind] = Tally(count, table.words(str(session.scalar(latest))))
        return tallies

    def counts(self, session: Session, product_id: str) -> dict[str, int]:
        """By kind: how many there are; kinds without any are left out. One query."""
        counted = dict(session.execute(self._counting, {"product": product_id}).all())
        return {kind: counted[kind] for kind in self._tables if counted.get(kind)}

    @cached_property
    def _counting(self) -> Any:
        product: Any = bindparam("product")
        return union_all(
            *(
                select(literal(kind), func.count())
                .select_from(table.id.class_)
                .where(*_present(table, product))
                for kind, table in self._tables.items()
            )
        )

    def find(self, session: Session, text: str, kind: str = "", *, product_id: str | None = None) -> Node:
        """The node that a person means: by reference, by id, or by its title.

        Args:
            session: an open session.
            text: what the person wrote.
            kind: look only among these.
            product_id: look only in this product.

        Raises:
            UnknownReference: nothing, or more than one thing, answers to it.
        """
        wanted = text.strip()
        if ":" in wanted:
            ref = Ref.parse(wanted)
            node = self.named(session, [ref], product_id=product_id).get(ref)
            if node is not None and kind in ("", ref.kind):
                return node
        every = list(self._sample(session, product_id))
        known = [node for node in every if kind in ("", node.ref.kind)]
        same = [
            node for node in known if wanted.casefold() in (node.ref.id.casefold(), node.title.casefold())
        ]
        if len(same) == 1:
            return same[0]
        what = (
            _("No {kind} is called '{wanted}'.") if kind else _("Nothing on the thread is called '{wanted}'.")
        )
        raise UnknownReference(
            what.format(kind=kind_words(kind), wanted=wanted),
            action=_hint(wanted, same or known) or _way_in(every),
        )

    def _sample(self, session: Session, product_id: str | None) -> Iterator[Node]:
        for table in self._tables.values():
            here = [] if product_id is None else [self._within(table, product_id)]
            yield from self._read(session, table, *here, limit=_SEARCHED)

    @staticmethod
    def _within(table: NodeTable, product_id: str) -> Any:
        """The rows of a product, and the product itself."""
        return (table.id if table.kind == "product" else table.product) == product_id

    def _read(self, session: Session, table: NodeTable, *where: Any, limit: int | None = None) -> list[Node]:
        columns = [table.id, table.title]
        if table.archived is not None:
            columns.append(table.archived)
        query = select(*columns).where(*where).order_by(_newest(table)).limit(limit)
        return [
            Node(Ref(table.kind, str(row[0])), table.words(str(row[1])), len(row) > 2 and row[2] is not None)
            for row in session.execute(query)
        ]


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """``ids`` in runs that fit in one query."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _present(table: NodeTable, product: Any) -> list[Any]:
    here = [table.product == product]
    return here if table.archived is None else [*here, table.archived.is_(None)]


def _newest(table: NodeTable) -> Any:
    model = table.id.class_
    return getattr(model, "created_at", None) or getattr(model, "recorded_at", None) or table.id


def _hint(wanted: str, known: Sequence[Node]) -> str:
    by_name: dict[str, Node] = {}
    for node in known:
        by_name.setdefault(node.title.casefold(), node)
        by_name.setdefault(str(node.ref), node)
    word = wanted.casefold()
    close = [by_name[name] for name in difflib.get_close_matches(word, by_name, n=3, cutoff=0.5)]
    within = [node for name, node in by_name.items() if word in name][:3]
    words = {one for one in re.findall(r"\w+", word) if len(one) >= _TELLING}
    sharing = [node for name, node in by_name.items() if words.intersection(re.findall(r"\w+", name))][:3]
    shown = list(dict.fromkeys([*close, *within, *sharing]))[:3]
    if not shown:
        return ""
    names = _(" or ").join(f"{node.ref} ({node.title})" for node in shown)
    return _("Did you mean {names}?").format(names=names)


def _way_in(every: Sequence[Node]) -> str:
    """How to see what there is: the walk from the first objective, where the threads begin."""
    first = next((node for node in every if node.ref.kind == "objective" and not node.archived), None)
    if first is None:
        return _("Begin a thread: write the product's first objective on its pages (filrouge web).")
    return _("See what there is from the first objective, “{title}”: filrouge thread {ref}").format(
        title=first.title, ref=first.ref
    )
