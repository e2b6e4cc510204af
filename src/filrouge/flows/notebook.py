"""What a notebook opens: ``filrouge.open()``, its products, and their artefacts kind by kind."""

from typing import Any

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import archive, create, edit, find, listed
from filrouge.storage.kinds import kinds
from filrouge.storage.product import Product, product_named
from filrouge.storage.workspace import Workspace

__all__ = ["Collection", "NotebookWorkspace", "ProductView", "UnknownCollection"]


class UnknownCollection(FilrougeError, AttributeError):
    """A product has no artefacts of this name."""

    code = "notebook.unknown-collection"
    status = 404


class NotebookWorkspace:
    """A workspace as one person sees it; every call is a transaction of its own."""

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self.workspace, self.actor = workspace, actor

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
