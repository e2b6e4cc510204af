"""What a notebook opens: ``filrouge.open()``, its products, and their artefacts kind by kind."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import archive, create, edit, find, listed, restore
from filrouge.storage.history import Change, changes_of, undo
from filrouge.storage.kinds import kinds
from filrouge.storage.product import Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import Link
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect

if TYPE_CHECKING:
    from filrouge.explore.feasibility import Study
    from filrouge.flows.checking import Checker
    from filrouge.thread.check.report import Report

__all__ = ["Collection", "NoTable", "NotebookWorkspace", "ProductView", "UnknownCollection"]

Data = str | Path | Sequence[str | Path] | Mapping[str, Any]
"""Files, folders, patterns or ``URL#table``; or tables by name: data frames, or places as before."""


class UnknownCollection(FilrougeError, AttributeError):
    """A product has no artefacts of this name."""

    code = "notebook.unknown-collection"
    status = 404


class NoTable(FilrougeError):
    """What was given is neither a place nor a data frame."""

    code = "notebook.no-table"
    status = 422


class NotebookWorkspace:
    """A workspace as one person sees it; every call is a transaction of its own."""

    def __init__(self, workspace: Workspace, actor: str, checker: "Checker") -> None:
        self.workspace, self.actor, self.checker = workspace, actor, checker

    def __repr__(self) -> str:
        return f"<filrouge workspace {self.workspace.root}, as {self.actor}>"

    def product(self, product_id: str) -> "ProductView":
        """The product with this id.

        Raises:
            UnknownProduct: there is none.
        """
        with self.workspace.reading() as session:
            product_named(session, product_id)
        return ProductView(self, product_id)

    def add_product(self, product_id: str, title: str, **fields: Any) -> "ProductView":
        """A new product."""
        with self.workspace.transaction(self.actor) as session:
            session.add(Product(id=product_id, title=title, **fields))
        return ProductView(self, product_id)


class ProductView:
    """A product: ``product.hypotheses``, ``product.data_sources``, … are its ``Collection``s."""

    def __init__(self, opened: NotebookWorkspace, product_id: str) -> None:
        self._opened, self.id = opened, product_id

    def __repr__(self) -> str:
        with self._opened.workspace.reading() as session:
            product = product_named(session, self.id)
            return f"<{self.id}: {product.title}, {product.phase.value}>"

    def tie(self, above: Artefact, relation: str, below: Artefact) -> Link:
        """Tie two artefacts by a relation of the thread (``docs/reference/thread.md``), the reason first.

        Raises:
            UnknownRelation: the relation does not lead from the one kind to the other.
        """
        with self._opened.workspace.transaction(self._opened.actor) as session:
            return connect(session, self.id, _ref(above), relation, _ref(below))

    def untie(self, above: Artefact, relation: str, below: Artefact) -> None:
        """Take a tie away; nothing happens when there is none."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            disconnect(session, _ref(above), relation, _ref(below), product_id=self.id)

    def check(self) -> "Report":
        """What the check finds now; nothing is recorded."""
        with self._opened.workspace.reading() as session:
            return self._opened.checker.report(session, product_named(session, self.id))

    def measure(
        self, data: Data, target: str, *, time: str = "", without: Sequence[str] = (), kept: bool = True
    ) -> "Study":
        """Study whether data allows a prediction (EXP-12), as ``filrouge feasibility`` does.

        Args:
            data: where the tables are, or data frames by name.
            target: the column to predict.
            time: the column of time, or its pieces joined by ``+``.
            without: columns to leave out.
            kept: keep the study as evidence of the product.

        Raises:
            NoTable: something given is neither a place nor a data frame.
            FilrougeError: what ``study`` raises.
        """
        from filrouge.explore.feasibility import Asked, keep, other_sources, study

        with tempfile.TemporaryDirectory(prefix="filrouge-") as folder:
            places = _places(data, Path(folder))
            with self._opened.workspace.reading() as session:
                expected = other_sources(session, self.id, places)
            made = study(Asked(places, target, time, tuple(without), expected=expected))
        if kept:
            with self._opened.workspace.transaction(self._opened.actor) as session:
                keep(session, self.id, made)
        return made

    def __getattr__(self, name: str) -> "Collection":
        named = {kind.plural or f"{kind.kind}s": kind for kind in kinds().values() if kind is not Product}
        if name not in named:
            raise UnknownCollection(
                _("A product has no '{name}'.").format(name=name), action=did_you_mean(name, named)
            )
        return Collection(self._opened, self.id, named[name])

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *(kind.plural for kind in kinds().values() if kind.plural)])


class Collection:
    """The artefacts of one kind: listed, added, changed by id, archived."""

    def __init__(self, opened: NotebookWorkspace, product_id: str, kind: type[Artefact]) -> None:
        self._opened, self._product_id, self._kind = opened, product_id, kind

    def __iter__(self) -> Iterator[Artefact]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def __repr__(self) -> str:
        lines = [f"{one.id}  {one.label}" for one in self.all()]
        return "\n".join(lines) or f"<no {self._kind.plural or self._kind.kind} yet>"

    def all(self, **equal: Any) -> list[Artefact]:
        """All of them in order, or those whose fields equal what is given."""
        with self._opened.workspace.reading() as session:
            return listed(session, self._kind, self._product_id, **equal)

    def get(self, identifier: str) -> Artefact:
        """The one with this id."""
        with self._opened.workspace.reading() as session:
            return find(session, self._kind, identifier, product_id=self._product_id)

    def add(self, **fields: Any) -> Artefact:
        """A new one, last in order."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            return create(session, self._kind, self._product_id, **fields)

    def edit(self, identifier: str, *, revision: int | None = None, **fields: Any) -> Artefact:
        """Change fields of one; with ``revision``, only if nobody else has changed it since."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            found = find(session, self._kind, identifier, product_id=self._product_id)
            return edit(session, found, revision=revision, **fields)

    def archive(self, identifier: str) -> Artefact:
        """Put one away, with what it contains."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            return archive(session, find(session, self._kind, identifier, product_id=self._product_id))

    def restore(self, identifier: str) -> Artefact:
        """Bring an archived one back, with what went with it."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            return restore(session, find(session, self._kind, identifier, product_id=self._product_id))

    def undo(self, identifier: str) -> Artefact:
        """Take back the latest change of one."""
        with self._opened.workspace.transaction(self._opened.actor) as session:
            found = find(session, self._kind, identifier, product_id=self._product_id)
            undo(session, found)
            return found

    def history(self, identifier: str) -> list[Change]:
        """Who changed one, when, and from what to what; the latest first."""
        with self._opened.workspace.reading() as session:
            found = find(session, self._kind, identifier, product_id=self._product_id)
            return changes_of(session, found.id)


def _ref(artefact: Artefact) -> Ref:
    return Ref(artefact.kind, artefact.id)


def _places(data: Data, folder: Path) -> tuple[str, ...]:
    """Where the tables can be read; data frames are written into ``folder`` under their name."""
    if isinstance(data, str | Path):
        return (str(data),)
    if isinstance(data, Mapping):
        return tuple(_place(name, table, folder) for name, table in data.items())
    if isinstance(data, list | tuple) and all(isinstance(one, str | Path) for one in data):
        return tuple(map(str, data))
    raise NoTable(_("A data frame needs a name."), action=_("Give a dictionary of tables by name."))


def _place(name: str, table: Any, folder: Path) -> str:
    if isinstance(table, str | Path):
        return str(table)
    path = folder / Path(name).name
    if hasattr(table, "write_parquet"):  # Polars
        table.write_parquet(path.with_suffix(".parquet"))
        return str(path.with_suffix(".parquet"))
    if hasattr(table, "to_csv"):  # pandas, which needs more than itself to write Parquet
        table.to_csv(path.with_suffix(".csv"), index=False)
        return str(path.with_suffix(".csv"))
    raise NoTable(
        _("“{name}” is no table.").format(name=name),
        action=_("Give a Polars or pandas data frame, or the place of a file."),
    )
