"""Preparing a workshop, leading it through its phases, its timer, and who is in the room."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.workshops.model import (
    AgendaItem,
    Participant,
    Profile,
    Room,
    Seat,
    Workshop,
    WorkshopPhase,
)
from filrouge.explore.workshops.phases import Act, require
from filrouge.kernel.clock import SystemClock
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import BadField, create, edit, find, listed

__all__ = [
    "AGENDA",
    "beat",
    "beat_of",
    "code_of",
    "enter_phase",
    "hold",
    "missing_profiles",
    "prepare",
    "remaining_s",
    "renew_code",
    "room_of",
    "say_aligned",
    "seated",
    "seats_of",
    "sit_down",
    "start_timer",
    "stop_timer",
    "unaligned",
    "workshop_behind",
]

AGENDA = (
    (WorkshopPhase.ALIGN, N_("Objective, journey and pain points: do we all see the same?"), 15),
    (WorkshopPhase.DIVERGE, N_("Each writes ideas, quantity first"), 20),
    (WorkshopPhase.COMBINE, N_("Group the ideas, combine those that gain by it"), 20),
    (WorkshopPhase.SELECT, N_("Vote, score by the criteria, keep the best"), 35),
)
"""The agenda that a workshop starts with."""
_LONGEST_NAME = 80
_SYSTEM = SystemClock()


def prepare(session: Session, product_id: str, title: str, **fields: Any) -> Workshop:
    """A workshop with the usual agenda."""
    made = create(session, Workshop, product_id, title=title, **fields)
    for phase, words, minutes in AGENDA:
        create(
            session,
            AgendaItem,
            product_id,
            workshop_id=made.id,
            title=_(words),
            phase=phase,
            minutes=minutes,
        )
    session.add(Room(workshop_id=made.id, product_id=product_id, beat=0, code=_code()))
    session.flush()
    return made


def room_of(session: Session, workshop: Workshop) -> Room:
    """The live state; made anew where an imported workshop has none."""
    found = session.get(Room, workshop.id)
    if found is None:
        found = Room(workshop_id=workshop.id, product_id=str(workshop.product_id), beat=0, code=_code())
        session.add(found)
        session.flush()
    return found


def _code() -> str:
    return secrets.token_urlsafe(18)


def workshop_behind(session: Session, code: str) -> Workshop | None:
    """The workshop that a door's code opens; none when it was renewed, or the workshop is closed or gone."""
    workshop_id = session.scalar(select(Room.workshop_id).where(Room.code == code))
    found = session.get(Workshop, workshop_id) if workshop_id else None
    if found is None or found.archived_at is not None or found.phase == WorkshopPhase.CLOSED:
        return None
    return found


def code_of(session: Session, workshop: Workshop) -> str:
    """The code of the door; empty for a workshop that nobody opened here (an imported one)."""
    return session.scalar(select(Room.code).where(Room.workshop_id == workshop.id)) or ""


def renew_code(session: Session, workshop: Workshop) -> str:
    """Another code for the door: the old link lets nobody in any more. Who is in stays in."""
    room = room_of(session, workshop)
    code = room.code = _code()
    beat(session, workshop)
    return code


def beat(session: Session, workshop: Workshop) -> None:
    """Tell the others that something changed. The database counts, so that two writers both count."""
    room = room_of(session, workshop)
    room.beat = Room.beat + 1
    session.flush()


def hold(session: Session, workshop: Workshop) -> None:
    """Let nobody else act in the room before this transaction ends, and read the workshop as it is then.

    Without it, what is written while the facilitator shares or counts would be neither shared nor counted.
    """
    room_of(session, workshop)
    session.execute(select(Room.workshop_id).where(Room.workshop_id == workshop.id).with_for_update())
    session.refresh(workshop)


def beat_of(session: Session, workshop_id: str) -> int:
    """How often the room changed so far."""
    return session.scalar(select(Room.beat).where(Room.workshop_id == workshop_id)) or 0


def remaining_s(session: Session, workshop: Workshop) -> float | None:
    """Seconds until the timer rings, negative once it rang; ``None`` without a timer."""
    ends_at = session.scalar(select(Room.ends_at).where(Room.workshop_id == workshop.id))
    return None if ends_at is None else (ends_at - _SYSTEM.now()).total_seconds()


def enter_phase(session: Session, workshop: Workshop, phase: WorkshopPhase) -> Workshop:
    """Go to a phase; the timer stops. Ideas that are still drafts are not lost: they wait to be shared.

    Where writing begins before all share objective and pain points, the minutes will say so (EXP-3). Where a
    workshop that kept ideas closes, the others are dropped (EXP-4).
    """
    hold(session, workshop)
    early = (WorkshopPhase.PREPARED, WorkshopPhase.ALIGN)
    if workshop.phase in early and phase not in (*early, WorkshopPhase.CLOSED):
        workshop.unaligned = ", ".join(person.name for person in unaligned(session, workshop))
    if phase == WorkshopPhase.CLOSED and workshop.revealed:
        _drop_the_others(session, workshop)
    workshop.phase = phase
    room_of(session, workshop).ends_at = None
    beat(session, workshop)
    return workshop


def unaligned(session: Session, workshop: Workshop) -> list[Participant]:
    """Who has not said yet that they share objective and pain points."""
    people = listed(session, Participant, str(workshop.product_id), workshop_id=workshop.id)
    return [person for person in people if not person.aligned]


def _drop_the_others(session: Session, workshop: Workshop) -> None:
    """Nothing is dropped where nothing was kept: another workshop may choose among the ideas."""
    ideas = listed(session, Idea, str(workshop.product_id), workshop_id=workshop.id)
    if any(idea.state == IdeaState.KEPT for idea in ideas):
        for idea in ideas:
            if idea.state == IdeaState.PROPOSED:
                idea.state = IdeaState.DROPPED


def start_timer(session: Session, workshop: Workshop, minutes: float) -> datetime:
    """Ring in so many minutes.

    Raises:
        BadField: not between 10 seconds and 8 hours.
    """
    if not 1 / 6 <= minutes <= 480:
        raise BadField(
            _("{minutes:g} minutes is no time for a timer.").format(minutes=minutes),
            where=f"workshop:{workshop.id}: timer",
            action=_("Give from 0.2 to 480 minutes."),
        )
    room = room_of(session, workshop)
    ends_at = room.ends_at = _SYSTEM.now() + timedelta(minutes=minutes)
    beat(session, workshop)
    return ends_at


def stop_timer(session: Session, workshop: Workshop) -> None:
    """Take the timer away."""
    room_of(session, workshop).ends_at = None
    beat(session, workshop)


def seated(session: Session, workshop: Workshop, who: str) -> Participant | None:
    """The participant that a session is, or none before it sat down."""
    query = select(Seat.participant_id).where(Seat.workshop_id == workshop.id, Seat.who == who)
    held = session.scalar(query)
    found = session.get(Participant, held) if held else None
    return found if found is not None and found.archived_at is None else None


def seats_of(session: Session, workshop: Workshop) -> dict[str, str]:
    """The participants by what the web knows of their sessions."""
    query = select(Seat.who, Seat.participant_id).where(Seat.workshop_id == workshop.id)
    return {row.who: row.participant_id for row in session.execute(query)}


def sit_down(session: Session, workshop: Workshop, who: str, name: str, profile: Profile) -> Participant:
    """Take a seat; who sits already changes name and profile, and the ideas with that name follow.

    Raises:
        WorkshopLocked: the workshop is closed.
        BadField: the name is empty, too long, or somebody else's here.
    """
    hold(session, workshop)
    require(workshop, Act.JOIN)
    found = seated(session, workshop, who)
    name = _free_name(session, workshop, name, found)
    if found is not None:
        for idea in _ideas_by(session, workshop, found.name) if found.name != name else ():
            idea.author = name
        edit(session, found, name=name, profile=profile)
    else:
        fields = {"workshop_id": workshop.id, "name": name, "profile": profile}
        found = create(session, Participant, str(workshop.product_id), **fields)
        old = session.scalar(select(Seat).where(Seat.workshop_id == workshop.id, Seat.who == who))
        if old is None:
            session.add(Seat(workshop_id=workshop.id, participant_id=found.id, who=who))
        else:
            old.participant_id = found.id
    beat(session, workshop)
    return found


def _free_name(session: Session, workshop: Workshop, name: str, mine: Participant | None) -> str:
    """A name that nobody else has in the room: ideas belong to names."""
    name = " ".join(name.split())
    where = f"workshop:{workshop.id}: name"
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise BadField(_("A name has 1 to 80 characters."), where=where, action=_("Say who you are."))
    people = listed(session, Participant, str(workshop.product_id), workshop_id=workshop.id)
    if any(one.name.casefold() == name.casefold() for one in people if one is not mine):
        raise BadField(
            _("Somebody is called “{name}” already.").format(name=name),
            where=where,
            action=_("Add a letter or the family name."),
        )
    return name


def _ideas_by(session: Session, workshop: Workshop, name: str) -> list[Idea]:
    return listed(session, Idea, str(workshop.product_id), workshop_id=workshop.id, author=name)


def say_aligned(session: Session, workshop: Workshop, participant: Participant, *, aligned: bool) -> None:
    """Say that one shares the objective and the pain points, or not any more.

    Raises:
        WorkshopLocked: ideas are already being combined.
    """
    require(workshop, Act.ALIGN)
    edit(session, find(session, Participant, participant.id), aligned=aligned)
    beat(session, workshop)


def missing_profiles(people: Iterable[Participant], *, least: int = 3) -> tuple[int, tuple[Profile, ...]]:
    """How many profiles are missing to ``least``, and which of the two that matter most (EXP-3)."""
    there = {person.profile for person in people if person.profile != Profile.OTHER}
    wanted = (Profile.DATA_SCIENTIST, Profile.BUSINESS_EXPERT)
    return max(0, least - len(there)), tuple(profile for profile in wanted if profile not in there)
