"""Which canvas of a product is meant when nobody says."""

from sqlalchemy.orm import Session

from filrouge.explore.canvas.model import Canvas
from filrouge.explore.decisions import Choice, decisions_of
from filrouge.storage.editing import listed

__all__ = ["main_canvas"]


def main_canvas(session: Session, product_id: str) -> Canvas | None:
    """The canvas of the idea that is built; where none is yet, the first one."""
    decided = decisions_of(session, product_id)
    built = {idea_id for idea_id, one in decided.items() if one.choice == Choice.BUILD}
    canvases = listed(session, Canvas, product_id)
    return next((one for one in canvases if one.idea_id in built), next(iter(canvases), None))
