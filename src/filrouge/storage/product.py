"""The product: what every artefact, run and record belongs to."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import slugify
from filrouge.storage.base import Artefact

__all__ = ["Phase", "Product", "UnknownProduct", "UntitledProduct", "create_product", "product_named"]


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

    def asked(self, of: "Phase") -> bool:
        """Whether a rule that begins in the phase ``of`` is asked in this one.

        Example:
            >>> Phase.LIVE.asked(Phase.BUILD), Phase.RETIRED.asked(Phase.BUILD)
            (True, False)
        """
        return self is of if self is Phase.RETIRED else self.reached(of)


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
            _("There is no product '{id}'.").format(id=product_id),
            action=did_you_mean(product_id, [row[0] for row in known]) or _("Create one with: filrouge new"),
        )
    return product


class UntitledProduct(FilrougeError):
    """A product needs a title that people can say."""

    code = "product.untitled"
    status = 422


def create_product(session: Session, title: str, *, id: str | None = None, **fields: str) -> Product:
    """Start a product; its id is made of its title unless one is given.

    Raises:
        UntitledProduct: the title is empty, too long, or has no letter.
    """
    title = " ".join(title.split())
    slug = (id or slugify(title))[:36].strip("-")
    if not slug or len(title) > 200:
        raise UntitledProduct(
            _("A product needs a title of at most 200 characters."),
            action=_("Say what becomes possible: Know two hours ahead which departures will fail."),
        )
    free, number = slug, 1
    while session.get(Product, free) is not None:
        number += 1
        free = f"{slug}-{number}"
    product = Product(id=free, title=title, **fields)
    session.add(product)
    session.flush()
    return product
