"""The product: what every artefact, run and record belongs to."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.storage.base import Artefact

__all__ = ["Phase", "Product", "UnknownProduct", "product_named"]


class Phase(StrEnum):
    """How far a product has come; the check reports only what its phase has reached."""

    EXPLORE = "explore"
    CONVERGE = "converge"
    BUILD = "build"
    LIVE = "live"
    RETIRED = "retired"

    def reached(self, other: "Phase") -> bool:
        """Whether this phase is ``other`` or later."""
        order = list(Phase)
        return order.index(self) >= order.index(other)


class Product(Artefact):
    """A data science product. Its id is its slug (``nyc-departures``)."""

    __tablename__ = "product"
    kind = "product"

    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(default="")
    phase: Mapped[Phase] = mapped_column(default=Phase.EXPLORE)
    code: Mapped[str] = mapped_column(default="")
    """Folder of its Python package, relative to the workspace; empty before there is code."""


class UnknownProduct(FilrougeError):
    """No product has this id."""

    code = "product.unknown"
    status = 404


def product_named(session: Session, product_id: str) -> Product:
    """The product with this id.

    Raises:
        UnknownProduct: there is none.
    """
    product = session.get(Product, product_id)
    if product is None:
        known = session.query(Product.id).filter(Product.archived_at.is_(None)).all()
        raise UnknownProduct(
            f"There is no product '{product_id}'.",
            action=did_you_mean(product_id, [row[0] for row in known]) or "Create one with: filrouge new",
        )
    return product
