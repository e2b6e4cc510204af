"""Which canvas of a product is meant when nobody says."""

from collections.abc import Sequence

from filrouge.explore.canvas.model import Canvas
from filrouge.explore.ideas import Decision, Idea

__all__ = ["main_canvas"]


def main_canvas(ideas: Sequence[Idea], canvases: Sequence[Canvas]) -> Canvas | None:
    """The canvas of the idea that is built; where none is yet, the first one."""
    built = {one.id for one in ideas if one.decision == Decision.BUILD}
    return next((one for one in canvases if one.idea_id in built), next(iter(canvases), None))
