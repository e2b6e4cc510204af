"""Where a thing of the thread is seen and mended: its page, at the thing itself."""

from filrouge.thread.kinds import page_of
from filrouge.thread.ref import Ref

__all__ = ["place_of"]


def place_of(ref: Ref, product_id: str) -> str:
    """The page of a thing, with its anchor.

    Example:
        >>> place_of(Ref("canvas", "c1"), "nyc-departures")
        '/products/nyc-departures/canvas?show=c1#canvas-c1'
    """
    return f"{page_of(ref, product_id)}#{ref.kind}-{ref.id}"
