"""Bringing an old version back: as a new state, through ordinary edits, so that the history holds."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from filrouge.explore.canvas.content import ACTIVATION_BOXES, SOURCE_FIELDS, Content, content_of
from filrouge.explore.canvas.data_sources import DataSource
from filrouge.explore.canvas.model import Canvas, CanvasNote
from filrouge.explore.canvas.versions import CanvasVersion, content_at
from filrouge.storage.editing import archive, create, edit, listed, restore
from filrouge.storage.kinds import kind_named
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect

__all__ = ["go_back"]


def go_back(session: Session, canvas: Canvas, version: CanvasVersion) -> tuple[str, ...]:
    """Make the canvas say what a version says.

    Notes and sources are brought back with their ids. A source that the version does not know is no longer
    tied to the canvas, and stays where it is. An indicator is tied again, not changed: it has another page.

    Returns:
        The titles of indicators that were archived meanwhile, so cannot come back by this.
    """
    wanted, now = content_at(version), content_of(session, canvas)
    fields: dict[str, Any] = {field: wanted.activation.get(field) or None for field in ACTIVATION_BOXES}
    edit(session, canvas, title=wanted.title, **fields)
    _notes(session, canvas, wanted)
    _sources(session, canvas, wanted)
    own = Ref("canvas", canvas.id)
    _untie(session, own, "needs", "data_source", _gone(now.sources, wanted.sources))
    _untie(session, own, "measured_by", "indicator", _gone(now.indicators, wanted.indicators))
    missing = []
    for indicator in wanted.indicators:
        found = session.get(kind_named("indicator"), indicator.id)
        if found is None or found.archived_at is not None:
            missing.append(indicator.title)
        else:
            connect(session, str(canvas.product_id), own, "measured_by", Ref("indicator", indicator.id))
    return tuple(missing)


def _notes(session: Session, canvas: Canvas, wanted: Content) -> None:
    product = str(canvas.product_id)
    kept = {note.id for note in wanted.notes}
    for note in listed(session, CanvasNote, product, canvas_id=canvas.id):
        if note.id not in kept:
            archive(session, note)
    for place, content in enumerate(wanted.notes):
        fields: dict[str, Any] = {"box": content.box, "text": content.text, "position": place}
        found = session.get(CanvasNote, content.id)
        if found is None:
            create(session, CanvasNote, product, id=content.id, canvas_id=canvas.id, **fields)
            continue
        if found.archived_at is not None:
            restore(session, found)
        edit(session, found, **fields)


def _sources(session: Session, canvas: Canvas, wanted: Content) -> None:
    product = str(canvas.product_id)
    for content in wanted.sources:
        fields: dict[str, Any] = {field: getattr(content, field) for field in ("name", *SOURCE_FIELDS)}
        fields |= {field: fields[field] or None for field in ("necessity", "availability")}
        found = session.get(DataSource, content.id)
        if found is None:
            found = create(session, DataSource, product, id=content.id, **fields)
        else:
            if found.archived_at is not None:
                restore(session, found)
            edit(session, found, **fields)
        connect(session, product, Ref("canvas", canvas.id), "needs", Ref("data_source", found.id))


def _gone(now: Iterable[object], wanted: Iterable[object]) -> list[str]:
    kept = {getattr(one, "id", "") for one in wanted}
    return [identifier for one in now if (identifier := getattr(one, "id", "")) not in kept]


def _untie(session: Session, own: Ref, relation: str, kind: str, identifiers: Iterable[str]) -> None:
    for identifier in identifiers:
        disconnect(session, own, relation, Ref(kind, identifier))
