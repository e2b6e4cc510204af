"""The Data Science Product Canvas, its data sources and its activation (EXP-6 … EXP-9)."""

from filrouge.explore.canvas.board import BoxView, CanvasState, canvas_board, canvas_state
from filrouge.explore.canvas.boxes import BOXES, Box, BoxSpec
from filrouge.explore.canvas.content import BoxContent, Content, boxes_of, content_of, digest_of
from filrouge.explore.canvas.data_sources import Availability, DataSource, Necessity
from filrouge.explore.canvas.diff import BoxChanges, compare
from filrouge.explore.canvas.going_back import go_back
from filrouge.explore.canvas.model import Canvas, CanvasNote, Frequency, Mode, Vector
from filrouge.explore.canvas.notes import box_revision, box_text, place_note, write_box
from filrouge.explore.canvas.versions import (
    CanvasVersion,
    Capacity,
    Signature,
    content_at,
    freeze,
    sign,
    signature_of,
    signatures_of,
    version_numbered,
    versions_of,
)

__all__ = [
    "BOXES",
    "Availability",
    "Box",
    "BoxChanges",
    "BoxContent",
    "BoxSpec",
    "BoxView",
    "Canvas",
    "CanvasNote",
    "CanvasState",
    "CanvasVersion",
    "Capacity",
    "Content",
    "DataSource",
    "Frequency",
    "Mode",
    "Necessity",
    "Signature",
    "Vector",
    "box_revision",
    "box_text",
    "boxes_of",
    "canvas_board",
    "canvas_state",
    "compare",
    "content_at",
    "content_of",
    "digest_of",
    "freeze",
    "go_back",
    "place_note",
    "sign",
    "signature_of",
    "signatures_of",
    "version_numbered",
    "versions_of",
    "write_box",
]
