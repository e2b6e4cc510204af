"""What stands on a canvas, as plain content: what a version keeps, a comparison reads and paper shows."""

import hashlib
from collections.abc import Iterable

import msgspec
from sqlalchemy.orm import Session

from filrouge.explore.canvas.board import canvas_board
from filrouge.explore.canvas.boxes import BOXES, Box, BoxSpec
from filrouge.explore.canvas.data_sources import DataSource
from filrouge.explore.canvas.model import Canvas
from filrouge.storage.kinds import kind_named

__all__ = [
    "ACTIVATION_BOXES",
    "SOURCE_FIELDS",
    "BoxContent",
    "Content",
    "IndicatorContent",
    "NoteContent",
    "SourceContent",
    "boxes_of",
    "content_of",
    "digest_of",
]

ACTIVATION_BOXES = {
    "vector": Box.INTEGRATION_OF_RESULTS,
    "frequency": Box.FREQUENCY,
    "environment_differences": Box.OPERATING_ENVIRONMENT,
    "constraints": Box.OPERATING_ENVIRONMENT,
    "adaptations": Box.OPERATING_ENVIRONMENT,
}
"""Fields of the activation (EXP-8), and the box that each belongs to."""


class NoteContent(msgspec.Struct, frozen=True):
    """A note."""

    id: str
    box: str
    text: str


class SourceContent(msgspec.Struct, frozen=True):
    """A data source with everything that EXP-7 asks about it."""

    id: str
    name: str
    meaning: str = ""
    necessity: str = ""
    availability: str = ""
    fallback: str = ""
    access_owner: str = ""
    refresh: str = ""
    personal_data: bool | None = None


class IndicatorContent(msgspec.Struct, frozen=True):
    """An indicator that the canvas names as its KPI."""

    id: str
    title: str


class Content(msgspec.Struct, frozen=True):
    """Everything that a reader of the canvas sees."""

    title: str
    activation: dict[str, str] = {}
    notes: tuple[NoteContent, ...] = ()
    sources: tuple[SourceContent, ...] = ()
    indicators: tuple[IndicatorContent, ...] = ()


class BoxContent(msgspec.Struct, frozen=True):
    """What of it stands in one box."""

    spec: BoxSpec
    notes: tuple[NoteContent, ...] = ()
    sources: tuple[SourceContent, ...] = ()
    indicators: tuple[IndicatorContent, ...] = ()
    activation: dict[str, str] = {}

    @property
    def filled(self) -> bool:
        """Whether anything that fills the box stands in it; the activation is a question of its own."""
        return bool(self.notes or self.sources or self.indicators)


SOURCE_FIELDS = tuple(field for field in SourceContent.__struct_fields__ if field not in ("id", "name"))
"""What is said of a source, in the order of its form."""


def content_of(session: Session, canvas: Canvas) -> Content:
    """The canvas as it stands."""
    board = canvas_board(session, canvas)
    return Content(
        title=canvas.title,
        activation={field: str(getattr(canvas, field) or "") for field in ACTIVATION_BOXES},
        notes=tuple(NoteContent(note.id, note.box.value, note.text) for view in board for note in view.notes),
        sources=tuple(_source(source) for view in board for source in view.sources),
        indicators=tuple(_indicators(session, (ref.id for view in board for ref in view.indicators))),
    )


def boxes_of(content: Content) -> tuple[BoxContent, ...]:
    """The content by box, in the published order."""
    return tuple(
        BoxContent(
            spec,
            tuple(note for note in content.notes if note.box == spec.box.value),
            content.sources if spec.box == Box.DATA_SOURCES else (),
            content.indicators if spec.box == Box.KPI else (),
            {
                field: content.activation.get(field, "")
                for field, box in ACTIVATION_BOXES.items()
                if box == spec.box
            },
        )
        for spec in BOXES
    )


def digest_of(content: Content) -> str:
    """A short hash of what is read: two canvases with the same words have the same, whatever their ids.

    Example:
        >>> one = Content("Warn", notes=(NoteContent("n1", "users", "Desk"),))
        >>> digest_of(one) == digest_of(Content("Warn", notes=(NoteContent("n2", "users", "Desk"),)))
        True
    """
    plain = msgspec.to_builtins(content)
    for part in ("notes", "sources", "indicators"):
        plain[part] = [{key: value for key, value in item.items() if key != "id"} for item in plain[part]]
    # Sources and indicators are shared with other pages, which may order them anew.
    plain["sources"].sort(key=lambda source: str(sorted(source.items(), key=str)))
    plain["indicators"].sort(key=lambda indicator: str(indicator["title"]))
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:16]


def _source(source: DataSource) -> SourceContent:
    words = {field: str(getattr(source, field) or "") for field in SOURCE_FIELDS if field != "personal_data"}
    return SourceContent(source.id, source.name, personal_data=source.personal_data, **words)


def _indicators(session: Session, identifiers: Iterable[str]) -> Iterable[IndicatorContent]:
    """Indicators belong to another chapter; what they are called is known to the storage."""
    kind = kind_named("indicator")
    for identifier in identifiers:
        found = session.get(kind, identifier)
        if found is not None and found.archived_at is None:
            yield IndicatorContent(found.id, found.label)
