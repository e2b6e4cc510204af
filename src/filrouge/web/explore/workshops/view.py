"""The room as one person sees it: what all share, and what is this person's alone."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.journeys import PainPoint
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import (
    Act,
    AgendaItem,
    Grid,
    MatrixPoint,
    Participant,
    Profile,
    Workshop,
    WorkshopPhase,
    allowed,
    candidates,
    drafts_of,
    grid_of,
    matrix_of,
    missing_profiles,
    own_dots,
    parents_of,
    relieved_by,
    remaining_s,
    seats_of,
    shared_ideas,
    voters,
    waiting_drafts,
    with_dots_left,
)
from filrouge.kernel.i18n import N_
from filrouge.storage.editing import listed

__all__ = ["PHASES", "RoomView", "Shared", "Viewer", "room_view", "shared_view"]

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
class Shared:
    """What everybody in the room sees alike, as of one beat.

    Args:
        missing: how many profiles are missing to three, and which of those that matter most.
        groups: the wall, by the name of the group; the empty name holds what stands in none.
        parents: titles of the ideas that a combined one was made of.
        relieves: by idea, the pain points that it would relieve.
        ballot: what is voted on; once the dots are revealed, most dots first.
        undecided: who has dots left while one votes.
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
    relieves: dict[str, tuple[PainPoint, ...]]
    ballot: tuple[Idea, ...]
    voted: int
    undecided: tuple[Participant, ...]

    @property
    def doubting(self) -> tuple[Participant, ...]:
        """Who has not said that they share objective and pain points."""
        return tuple(person for person in self.people if not person.aligned)


@dataclass(frozen=True)
class OwnDraft:
    """A note that its author alone sees, and the pain point that it would relieve."""

    id: str
    text: str
    relieves: str


@dataclass(frozen=True)
class RoomView:
    """The context of the room.

    Args:
        remaining_s: seconds until the timer rings; ``None`` without one.
        drafts: what this person wrote silently.
        mine: this person's own dots by idea.
        wanted: how many ideas are kept here.
    """

    shared: Shared
    phases: dict[WorkshopPhase, str]
    remaining_s: float | None
    viewer: Viewer
    drafts: tuple[OwnDraft, ...]
    mine: dict[str, int]
    grid: Grid | None
    matrix: tuple[MatrixPoint, ...]
    wanted: int

    @property
    def workshop(self) -> Workshop:
        """The workshop."""
        return self.shared.workshop

    @property
    def left(self) -> int:
        """Dots that are not placed yet."""
        return self.workshop.dots - sum(self.mine.values())

    def hurries(self, phase: WorkshopPhase) -> bool:
        """Whether a phase would begin the ideas before all share objective and pain points (EXP-3)."""
        begun = (WorkshopPhase.PREPARED, WorkshopPhase.ALIGN)
        later = phase not in (*begun, WorkshopPhase.CLOSED)
        return self.workshop.phase in begun and later and bool(self.shared.doubting)

    @property
    def aligned(self) -> int:
        """How many participants share objective and pain points."""
        return sum(person.aligned for person in self.shared.people)

    @property
    def kept(self) -> int:
        """How many ideas are kept."""
        return sum(idea.state == IdeaState.KEPT for idea in self.shared.ballot)

    @property
    def dropping(self) -> int:
        """How many ideas the closing will drop, where one is kept."""
        return sum(idea.state == IdeaState.PROPOSED for idea in self.shared.ballot)

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
    pains = _pains(session, workshop)
    voting = workshop.phase == WorkshopPhase.SELECT and not workshop.revealed
    return Shared(
        workshop=workshop,
        people=people,
        seats=seats_of(session, workshop),
        missing=missing_profiles(people),
        agenda=tuple(listed(session, AgendaItem, product_id, workshop_id=workshop.id)),
        objective=next((one for one in objectives if one.id == workshop.objective_id), None),
        objectives={one.id: one.statement for one in objectives},
        pains=pains,
        waiting=waiting_drafts(session, workshop),
        groups=_groups(ideas),
        parents=parents_of(session, ideas),
        relieves=_relieves(session, workshop, ideas, pains),
        ballot=tuple(ballot),
        voted=voters(session, workshop),
        undecided=tuple(with_dots_left(session, workshop)) if voting else (),
    )


def room_view(session: Session, shared: Shared, viewer: Viewer, wanted: int) -> RoomView:
    """The room as one person sees it."""
    workshop, me = shared.workshop, viewer.me
    grid = grid_of(session, workshop, me) if workshop.revealed else None
    return RoomView(
        shared=shared,
        phases=PHASES,
        remaining_s=remaining_s(session, workshop),
        viewer=viewer,
        drafts=_drafts(session, shared, me),
        mine=own_dots(session, workshop, me) if me else {},
        grid=grid,
        matrix=matrix_of(grid) if grid else (),
        wanted=wanted,
    )


def _pains(session: Session, workshop: Workshop) -> tuple[PainPoint, ...]:
    if workshop.phase not in (WorkshopPhase.ALIGN, WorkshopPhase.DIVERGE, WorkshopPhase.COMBINE):
        return ()
    pains = listed(session, PainPoint, str(workshop.product_id))
    return tuple(sorted(pains, key=lambda pain: -pain.weight))


def _relieves(
    session: Session, workshop: Workshop, ideas: list[Idea], pains: tuple[PainPoint, ...]
) -> dict[str, tuple[PainPoint, ...]]:
    if not pains:
        return {}
    by_id = {pain.id: pain for pain in pains}
    found = relieved_by(session, workshop, ideas)
    return {idea: tuple(by_id[one] for one in held if one in by_id) for idea, held in found.items()}


def _drafts(session: Session, shared: Shared, me: Participant | None) -> tuple[OwnDraft, ...]:
    pains = {pain.id: pain.statement for pain in shared.pains}
    held = drafts_of(session, shared.workshop, me) if me else ()
    return tuple(OwnDraft(one.id, one.text, pains.get(one.pain_point_id, "")) for one in held)


def _groups(ideas: list[Idea]) -> dict[str, tuple[Idea, ...]]:
    held: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas:
        if idea.state != IdeaState.COMBINED:
            held[idea.group].append(idea)
    return {name: tuple(held[name]) for name in sorted(held, key=lambda name: (name == "", name.lower()))}
