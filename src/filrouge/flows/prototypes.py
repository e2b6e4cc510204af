"""A prototype and the models that it tried: they are tied, so that none of them ever serves (EXP-15)."""

from sqlalchemy.orm import Session

from filrouge.explore.prototypes.model import Prototype
from filrouge.kernel.i18n import _
from filrouge.streamline.registry.version import ModelVersion, UnknownVersion, version_named
from filrouge.thread.links import link, links_from, unlink
from filrouge.thread.ref import Ref

__all__ = ["MADE", "tie_version", "untie_version", "versions_made"]

MADE = "made"


def tie_version(session: Session, prototype: Prototype, version_id: str) -> None:
    """Say that a model version was made by a prototype.

    Raises:
        UnknownVersion: the product has no such version.
    """
    product_id = str(prototype.product_id)
    version = version_named(session, version_id)
    if version.product_id != product_id:
        raise UnknownVersion(
            _("'{version}' is a version of another product.").format(version=version_id),
            where=product_id,
            action=_("See those of this one: filrouge models list {product}").format(product=product_id),
        )
    link(session, product_id, Ref("prototype", prototype.id), MADE, version.ref)


def untie_version(session: Session, prototype: Prototype, version_id: str) -> None:
    """Take such a tie away; nothing happens when there is none."""
    unlink(session, Ref("prototype", prototype.id), MADE, Ref("model_version", version_id))


def versions_made(session: Session, prototype: Prototype) -> list[ModelVersion]:
    """The versions that a prototype made, as far as they were tied to it."""
    ties = links_from(session, Ref("prototype", prototype.id))
    found = (session.get(ModelVersion, tie.target_id) for tie in ties if tie.relation == MADE)
    return [version for version in found if version is not None]
