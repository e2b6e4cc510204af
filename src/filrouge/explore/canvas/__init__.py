"""The Data Science Product Canvas, its data sources and its activation (EXP-6 … EXP-9)."""

from filrouge.explore.canvas.board import BoxView, CanvasState, canvas_board, canvas_state, sign
from filrouge.explore.canvas.boxes import BOXES, Box, BoxSpec
from filrouge.explore.canvas.data_sources import Availability, DataSource, Necessity
from filrouge.explore.canvas.model import Canvas, CanvasNote, Frequency, Vector

__all__ = [
    "BOXES",
    "Availability",
    "Box",
    "BoxSpec",
    "BoxView",
    "Canvas",
    "CanvasNote",
    "CanvasState",
    "DataSource",
    "Frequency",
    "Necessity",
    "Vector",
    "canvas_board",
    "canvas_state",
    "sign",
]
