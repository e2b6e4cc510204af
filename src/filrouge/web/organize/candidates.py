"""Candidate stories: where each comes from, taken into an epic or left (ORG-14)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.flows.alert_to_story import accept, dismiss
from filrouge.kernel.i18n import N_
from filrouge.organize.backlog import Story
from filrouge.organize.story_map import StoryMap
from filrouge.storage.editing import find
from filrouge.thread.ref import BadReference, Ref
from filrouge.web.places import place_of
from filrouge.web.visit import Editing

__all__ = ["ORIGINS", "Tray", "router", "tray_of"]

router = APIRouter(prefix="/products/{product_id}/stories")

ORIGINS = {
    "user_feedback": N_("user feedback"),
    "data_analysis": N_("data analysis"),
    "monitoring": N_("monitoring"),
    "other": N_("origin not said"),
}


@dataclass(frozen=True)
class Seen:
    """A piece of evidence, and where it is seen; the path is empty when it names nothing."""

    text: str
    path: str


@dataclass(frozen=True)
class Candidate:
    """A story that waits, with its evidence; ``alert`` is where the first alert behind it is seen."""

    story: Story
    evidence: tuple[Seen, ...]
    alert: str


@dataclass(frozen=True)
class Tray:
    """The candidates, the epics that can take them, and what was just decided.

    Args:
        epics: by version's title, ``(id, title)`` of its epics.
        decided: the story that was just accepted or dismissed.
    """

    candidates: tuple[Candidate, ...]
    epics: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    origins: dict[str, str]
    decided: Story | None


def tray_of(session: Session, product_id: str, drawn: StoryMap, decided: str = "") -> Tray:
    """The candidates of a story map.

    Raises:
        UnknownArtefact: ``decided`` names no story of this product.
    """
    epics = tuple(
        (row.version.title, tuple((epic.id, epic.title) for cell in row.cells for epic, _held in cell.epics))
        for row in drawn.rows
    )
    return Tray(
        tuple(_candidate(story, product_id) for story in drawn.unplaced),
        tuple(group for group in epics if group[1]),
        ORIGINS,
        find(session, Story, decided, product_id=product_id) if decided else None,
    )


@router.post("/{story_id}/accept")
def take(visit: Editing, product_id: str, story_id: str, epic_id: Annotated[str, Form()]) -> Response:
    """Put a candidate into an epic."""
    with visit.workspace.transaction(visit.session.name) as session:
        accept(session, product_id, story_id, epic_id)
    return visit.see(f"/products/{product_id}/story-map?decided={story_id}")


@router.post("/{story_id}/dismiss")
def leave(visit: Editing, product_id: str, story_id: str) -> Response:
    """Leave a candidate."""
    with visit.workspace.transaction(visit.session.name) as session:
        dismiss(session, product_id, story_id)
    return visit.see(f"/products/{product_id}/story-map?decided={story_id}")


def _candidate(story: Story, product_id: str) -> Candidate:
    seen = [(piece.get("text", ""), _ref(piece.get("ref", ""))) for piece in story.evidence]
    alert = next((ref for _text, ref in seen if ref is not None and ref.kind == "alert"), None)
    return Candidate(
        story,
        tuple(Seen(text, place_of(ref, product_id) if ref else "") for text, ref in seen),
        place_of(alert, product_id) if alert else "",
    )


def _ref(text: str) -> Ref | None:
    try:
        return Ref.parse(text)
    except BadReference:
        return None
