"""Where a thing of the thread is seen and mended: its page, at the thing itself."""

from filrouge.thread.kinds import page_of
from filrouge.thread.ref import Ref

__all__ = ["own", "place_of"]


def own(path: str) -> str:
    """A path of these pages; an address elsewhere, however it is written, is not followed.

    Example:
        >>> own("/products/nyc?show=1#canvas"), own("//evil.example"), own("https://evil.example")
        ('/products/nyc?show=1#canvas', '', '')
    """
    plain = path.isprintable() and "\\" not in path and path.startswith("/") and not path.startswith("//")
    return path if plain else ""


def place_of(ref: Ref, product_id: str) -> str:
    """The page of a thing, with its anchor.

    Example:
        >>> place_of(Ref("canvas", "c1"), "nyc-departures")
        '/products/nyc-departures/canvas?show=c1#canvas-c1'
    """
    return f"{page_of(ref, product_id)}#{ref.kind}-{ref.id}"
