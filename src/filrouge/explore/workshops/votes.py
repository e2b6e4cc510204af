"""Dot votes: nobody reads them before they are revealed; each has so many dots (EXP-4)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.workshops.model import Dots, Participant, Workshop
from filrouge.explore.workshops.phases import Act, WorkshopLocked, require
from filrouge.explore.workshops.room import beat, hold, room_of
from filrouge.explore.workshops.wall import shared_ideas
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import UnknownArtefact, listed

__all__ = [
    "NoDotsLeft",
    "add_dots",
    "candidates",
    "own_dots",
    "place_dots",
    "reveal",
    "voters",
    "with_dots_left",
]


class NoDotsLeft(FilrougeError):
    """A participant placed all dots already."""

    code = "workshop.no-dots-left"
    status = 409


def candidates(session: Session, workshop: Workshop) -> list[Idea]:
    """The ideas that one votes on: parents of a combined idea stand behind it."""
    return [idea for idea in shared_ideas(session, workshop) if idea.state != IdeaState.COMBINED]


def own_dots(session: Session, workshop: Workshop, participant: Participant) -> dict[str, int]:
    """A participant's own dots by idea."""
    query = select(Dots).where(Dots.workshop_id == workshop.id, Dots.participant_id == participant.id)
    return {held.idea_id: held.count for held in session.scalars(query) if held.count}


def place_dots(
    session: Session, workshop: Workshop, participant: Participant, idea_id: str, *, count: int
) -> int:
    """Have ``count`` dots on an idea; gives back how many are left to place.

    Raises:
        WorkshopLocked: one does not vote now, or the dots are revealed.
        NoDotsLeft: it would be more than the workshop gives.
        UnknownArtefact: one does not vote on this idea.
    """
    hold(session, workshop)
    require(workshop, Act.VOTE)
    if idea_id not in {idea.id for idea in candidates(session, workshop)}:
        what = _("One does not vote on the idea '{id}'.").format(id=idea_id)
        raise UnknownArtefact(what, action=_("Reload the page."))
    held = own_dots(session, workshop, participant)
    wanted = sum(held.values()) - held.get(idea_id, 0) + count
    if count < 0:
        raise NoDotsLeft(
            _("You have no dot there to take away."),
            where=f"workshop:{workshop.id}",
            action=_("Look at where yours are."),
        )
    if wanted > workshop.dots:
        raise _too_many(workshop, wanted)
    query = select(Dots).where(
        Dots.workshop_id == workshop.id, Dots.participant_id == participant.id, Dots.idea_id == idea_id
    )
    found = session.scalar(query)
    if found is None:
        found = Dots(workshop_id=workshop.id, participant_id=participant.id, idea_id=idea_id, count=count)
        session.add(found)
    found.count = count
    session.flush()
    beat(session, workshop)
    return workshop.dots - wanted


def _too_many(workshop: Workshop, wanted: int) -> NoDotsLeft:
    have = ngettext(
        "You have {n} dot; this would be {wanted}.",
        "You have {n} dots; this would be {wanted}.",
        workshop.dots,
    )
    return NoDotsLeft(
        have.format(n=workshop.dots, wanted=wanted),
        where=f"workshop:{workshop.id}",
        action=_("Take one from another idea first."),
    )


def add_dots(session: Session, workshop: Workshop, participant: Participant, idea_id: str, *, by: int) -> int:
    """Place so many dots more on an idea, or fewer; two clicks at once both count.

    Raises:
        WorkshopLocked, NoDotsLeft, UnknownArtefact: as ``place_dots``.
    """
    hold(session, workshop)
    held = own_dots(session, workshop, participant).get(idea_id, 0)
    return place_dots(session, workshop, participant, idea_id, count=held + by)


def voters(session: Session, workshop: Workshop) -> int:
    """How many participants placed a dot: that much may be known before the reveal."""
    query = select(func.count(Dots.participant_id.distinct())).where(
        Dots.workshop_id == workshop.id, Dots.count > 0
    )
    return session.scalar(query) or 0


def with_dots_left(session: Session, workshop: Workshop) -> list[Participant]:
    """Who has not placed all dots yet; where theirs are, nobody is told."""
    query = (
        select(Dots.participant_id, func.sum(Dots.count))
        .where(Dots.workshop_id == workshop.id)
        .group_by(Dots.participant_id)
    )
    placed = {person: int(count) for person, count in session.execute(query)}
    people = listed(session, Participant, str(workshop.product_id), workshop_id=workshop.id)
    return [person for person in people if placed.get(person.id, 0) < workshop.dots]


def reveal(session: Session, workshop: Workshop) -> Sequence[Idea]:
    """Count the dots, write them on the ideas, and close the vote; the ideas come back, most dots first.

    Raises:
        WorkshopLocked: one does not vote now.
    """
    hold(session, workshop)
    if workshop.revealed:
        raise WorkshopLocked(
            _("The dots are revealed already."),
            where=f"workshop:{workshop.id}",
            action=_("Go on to the scores."),
        )
    require(workshop, Act.VOTE)
    query = (
        select(Dots.idea_id, func.sum(Dots.count))
        .where(Dots.workshop_id == workshop.id)
        .group_by(Dots.idea_id)
    )
    counts = {idea_id: int(count) for idea_id, count in session.execute(query)}
    ideas = candidates(session, workshop)
    for idea in ideas:
        idea.votes = counts.get(idea.id, 0)
    workshop.revealed = True
    room = room_of(session, workshop)
    counted = sorted(ideas, key=lambda idea: -idea.votes)
    room.order = [idea.id for idea in counted]
    beat(session, workshop)
    return counted
