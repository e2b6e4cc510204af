"""Where a thing of the thread is seen and mended: its page, at the thing itself."""

from sqlalchemy.orm import Session

from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import find
from filrouge.storage.kinds import container_of, kind_named
from filrouge.storage.product import Product
from filrouge.thread.kinds import KINDS, page_of
from filrouge.thread.ref import Ref

__all__ = ["place_of", "place_of_artefact", "words_of"]


def place_of(ref: Ref, product_id: str) -> str:
    """The page of a thing, with its anchor.

    Example:
        >>> place_of(Ref("canvas", "c1"), "nyc-departures")
        '/products/nyc-departures/canvas?show=c1#canvas-c1'
    """
    return f"{page_of(ref, product_id)}#{ref.kind}-{ref.id}"


def place_of_artefact(session: Session, artefact: Artefact) -> str:
    """The page of an artefact, with its anchor; a part without a page stands on what contains it."""
    if isinstance(artefact, Product):
        return f"/products/{artefact.id}"
    own, whole = Ref(artefact.kind, artefact.id), artefact
    while whole.kind not in KINDS and (container := container_of(type(whole))) is not None:
        whole = find(session, kind_named(container.kind), getattr(whole, container.field))
    page = page_of(Ref(whole.kind, whole.id), str(artefact.product_id))
    return f"{page}#{own.kind}-{own.id}"


def words_of(artefact: Artefact) -> str:
    """What people call the kind of an artefact."""
    known = KINDS.get(artefact.kind)
    return _(known.label if known else artefact.kind.replace("_", " "))
