"""The canvas as a page draws it, and what is still missing on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.explore.canvas.boxes import BOXES, Box, BoxSpec
from filrouge.explore.canvas.data_sources import DataSource
from filrouge.explore.canvas.model import Canvas, CanvasNote
from filrouge.storage.editing import listed
from filrouge.storage.kinds import kind_named
from filrouge.thread.links import links_from
from filrouge.thread.ref import Ref

__all__ = ["ACTIVATION", "BoxView", "CanvasState", "canvas_board", "canvas_state"]


@dataclass(frozen=True)
class BoxView:
    """A box with what stands in it: notes, and for three boxes what the canvas is linked to."""

    spec: BoxSpec
    notes: tuple[CanvasNote, ...]
    sources: tuple[DataSource, ...] = ()
    indicators: tuple[Ref, ...] = ()

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.notes or self.sources or self.indicators)


@dataclass(frozen=True)
class CanvasState:
    """How far a canvas is: empty boxes (EXP-6), missing activation (EXP-8), signature (EXP-9)."""

    missing: tuple[Box, ...]
    extensions_missing: tuple[Box, ...]
    activation_missing: tuple[str, ...]
    signed: bool

    @property
    def complete(self) -> bool:
        """Whether the eight boxes and the activation are filled; extensions may wait."""
        return not self.missing and not self.activation_missing


ACTIVATION = ("vector", "frequency", "environment_differences", "constraints", "adaptations")
"""What EXP-8 asks for; where there is nothing to say, somebody says so."""


def canvas_board(session: Session, canvas: Canvas) -> list[BoxView]:
    """The eleven boxes in their published order."""
    notes = listed(session, CanvasNote, str(canvas.product_id), canvas_id=canvas.id)
    ends = links_from(session, Ref("canvas", canvas.id))
    needed = [end.target_id for end in ends if end.target_kind == "data_source"]
    query = select(DataSource).where(DataSource.id.in_(needed), DataSource.archived_at.is_(None))
    sources = tuple(session.scalars(query.order_by(DataSource.position, DataSource.id)))
    indicators = _standing(session, [end.target for end in ends if end.target_kind == "indicator"])
    return [
        BoxView(
            spec,
            tuple(note for note in notes if note.box == spec.box),
            sources if spec.box == Box.DATA_SOURCES else (),
            indicators if spec.box == Box.KPI else (),
        )
        for spec in BOXES
    ]


def _standing(session: Session, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    """Those that are not archived. Their class is another chapter's, but the storage knows it."""
    if not refs:
        return ()
    kind = kind_named(refs[0].kind)
    query = select(kind.id).where(kind.id.in_([ref.id for ref in refs]), kind.archived_at.is_(None))
    there = set(session.scalars(query))
    return tuple(ref for ref in refs if ref.id in there)


def canvas_state(canvas: Canvas, board: Iterable[BoxView]) -> CanvasState:
    """What is missing on a canvas, from its board."""
    empty = [view.spec.box for view in board if not view.filled]
    return CanvasState(
        missing=tuple(box for box in empty if not box.extension),
        extensions_missing=tuple(box for box in empty if box.extension),
        activation_missing=tuple(field for field in ACTIVATION if not getattr(canvas, field)),
        signed=bool(canvas.signed_by and canvas.signed_at),
    )
