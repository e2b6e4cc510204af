"""The room as one person sees it: what all share, and what is this person's alone."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.journeys import PainPoint
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import (
    KEPT,
    Act,
    AgendaItem,
    Grid,
    Participant,
    Profile,
    Workshop,
    WorkshopPhase,
    allowed,
    candidates,
    drafts_of,
    grid_of,
    missing_profiles,
    own_dots,
    parents_of,
    remaining_s,
    seats_of,
    shared_ideas,
    voters,
    waiting_drafts,
)
from filrouge.kernel.i18n import N_
from filrouge.storage.editing import listed

__all__ = ["PHASES", "MatrixPoint", "RoomView", "Shared", "Viewer", "room_view", "shared_view"]

PHASES = {
    WorkshopPhase.PREPARED: N_("Prepare"),
    WorkshopPhase.ALIGN: N_("Align"),
    WorkshopPhase.DIVERGE: N_("Diverge"),
    WorkshopPhase.COMBINE: N_("Combine"),
    WorkshopPhase.SELECT: N_("Select"),
    WorkshopPhase.CLOSED: N_("Closed"),
}


@dataclass(frozen=True)
class Viewer:
    """Who looks: the participant that the session is, whether it leads, and who else is there now."""

    me: Participant | None
    leads: bool
    present: frozenset[str]


@dataclass(frozen=True)
class MatrixPoint:
    """An idea in the matrix of the first two criteria: its place from left and top, in per cent."""

    number: int
    title: str
    left: float
    top: float
    kept: bool


@dataclass(frozen=True)
class Shared:
    """What everybody in the room sees alike, as of one beat.

    Args:
        missing: how many profiles are missing to three, and which of those that matter most.
        groups: the wall, by the name of the group; the empty name holds what stands in none.
        parents: titles of the ideas that a combined one was made of.
        ballot: what is voted on; once the dots are revealed, most dots first.
    """

    workshop: Workshop
    people: tuple[Participant, ...]
    seats: dict[str, str]
    missing: tuple[int, tuple[Profile, ...]]
    agenda: tuple[AgendaItem, ...]
    objective: Objective | None
    objectives: dict[str, str]
    pains: tuple[PainPoint, ...]
    waiting: int
    groups: dict[str, tuple[Idea, ...]]
    parents: dict[str, tuple[str, ...]]
    ballot: tuple[Idea, ...]
    voted: int


@dataclass(frozen=True)
class RoomView:
    """The context of the room.

    Args:
        remaining_s: seconds until the timer rings; ``None`` without one.
        drafts: what this person wrote silently, by id.
        mine: this person's own dots by idea.
    """

    shared: Shared
    phases: dict[WorkshopPhase, str]
    remaining_s: float | None
    viewer: Viewer
    drafts: tuple[tuple[str, str], ...]
    mine: dict[str, int]
    grid: Grid | None
    matrix: tuple[MatrixPoint, ...]

    @property
    def workshop(self) -> Workshop:
        """The workshop."""
        return self.shared.workshop

    @property
    def left(self) -> int:
        """Dots that are not placed yet."""
        return self.workshop.dots - sum(self.mine.values())

    @property
    def aligned(self) -> int:
        """How many participants share objective and pain points."""
        return sum(person.aligned for person in self.shared.people)

    @property
    def kept(self) -> int:
        """How many ideas are kept."""
        return sum(idea.state == IdeaState.KEPT for idea in self.shared.ballot)

    @property
    def wanted(self) -> int:
        """How many the method keeps."""
        return KEPT

    @property
    def ideas(self) -> int:
        """How many ideas stand on the wall."""
        return sum(len(held) for held in self.shared.groups.values())

    def may(self, act: str) -> bool:
        """Whether the phase allows an act to somebody who sits here."""
        return self.viewer.me is not None and allowed(self.workshop, Act(act))


def shared_view(session: Session, workshop: Workshop) -> Shared:
    """What all see alike."""
    product_id = str(workshop.product_id)
    ideas = shared_ideas(session, workshop)
    people = tuple(listed(session, Participant, product_id, workshop_id=workshop.id))
    ballot = candidates(session, workshop)
    if workshop.revealed:
        ballot = sorted(ballot, key=lambda idea: -idea.votes)
    objectives = listed(session, Objective, product_id)
    return Shared(
        workshop=workshop,
        people=people,
        seats=seats_of(session, workshop),
        missing=missing_profiles(people),
        agenda=tuple(listed(session, AgendaItem, product_id, workshop_id=workshop.id)),
        objective=next((one for one in objectives if one.id == workshop.objective_id), None),
        objectives={one.id: one.statement for one in objectives},
        pains=_pains(session, workshop),
        waiting=waiting_drafts(session, workshop),
        groups=_groups(ideas),
        parents=parents_of(session, ideas),
        ballot=tuple(ballot),
        voted=voters(session, workshop),
    )


def room_view(session: Session, shared: Shared, viewer: Viewer) -> RoomView:
    """The room as one person sees it."""
    workshop, me = shared.workshop, viewer.me
    grid = grid_of(session, workshop, me) if workshop.revealed else None
    return RoomView(
        shared=shared,
        phases=PHASES,
        remaining_s=remaining_s(session, workshop),
        viewer=viewer,
        drafts=_drafts(session, workshop, me),
        mine=own_dots(session, workshop, me) if me else {},
        grid=grid,
        matrix=_matrix(grid) if grid else (),
    )


def _pains(session: Session, workshop: Workshop) -> tuple[PainPoint, ...]:
    if workshop.phase not in (WorkshopPhase.ALIGN, WorkshopPhase.DIVERGE):
        return ()
    pains = listed(session, PainPoint, str(workshop.product_id))
    return tuple(sorted(pains, key=lambda pain: -pain.intensity))


def _drafts(session: Session, workshop: Workshop, me: Participant | None) -> tuple[tuple[str, str], ...]:
    return tuple((draft.id, draft.text) for draft in drafts_of(session, workshop, me)) if me else ()


def _groups(ideas: list[Idea]) -> dict[str, tuple[Idea, ...]]:
    held: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas:
        if idea.state != IdeaState.COMBINED:
            held[idea.group].append(idea)
    return {name: tuple(held[name]) for name in sorted(held, key=lambda name: (name == "", name.lower()))}


def _matrix(grid: Grid) -> tuple[MatrixPoint, ...]:
    if len(grid.criteria) < 2:
        return ()
    points = []
    for number, line in enumerate(grid.lines, 1):
        across, up = line.cells[0].mean, line.cells[1].mean
        if across is not None and up is not None:
            kept = line.idea.state == IdeaState.KEPT
            points.append(MatrixPoint(number, line.idea.title, across * 20, 100 - up * 20, kept))
    return tuple(points)
