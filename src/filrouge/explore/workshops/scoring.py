"""The scoring grid: each marks the ideas by the team's criteria; the means choose the few to keep (EXP-4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.explore.ideas import KEPT, Criterion, Idea, IdeaState
from filrouge.explore.ideas.selection import weighted_score
from filrouge.explore.workshops.model import Mark, Participant, Room, Workshop
from filrouge.explore.workshops.phases import Act, require
from filrouge.explore.workshops.room import beat, hold, room_of
from filrouge.explore.workshops.votes import candidates
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import BadField, UnknownArtefact, find, listed

__all__ = [
    "Cell",
    "Grid",
    "Line",
    "MatrixPoint",
    "grid_of",
    "keep",
    "mark",
    "matrix_of",
    "settle",
    "sort_grid",
]


@dataclass(frozen=True)
class Cell:
    """An idea by one criterion: the mean of the marks, how many, how far apart they lie, and one's own."""

    criterion: Criterion
    mean: float | None
    marks: int
    spread: int
    own: int | None


@dataclass(frozen=True)
class Line:
    """An idea with its cells and its weighted score."""

    idea: Idea
    cells: tuple[Cell, ...]
    score: float | None


@dataclass(frozen=True)
class Grid:
    """The ideas, in the order of the room, or best first."""

    criteria: tuple[Criterion, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MatrixPoint:
    """Ideas with the same means in the first two criteria, from 0 to 5: the numbers of their lines."""

    numbers: tuple[int, ...]
    across: float
    up: float
    kept: bool

    @property
    def left(self) -> float:
        """Its place from the left, in per cent."""
        return self.across * 20

    @property
    def top(self) -> float:
        """Its place from the top, in per cent."""
        return 100 - self.up * 20

    @property
    def words(self) -> str:
        """What stands in it."""
        return ", ".join(str(number) for number in self.numbers)

    @property
    def radius(self) -> float:
        """How wide it is, in per cent, so that its words have room."""
        return 2.6 + max(1.0, len(self.words) * 0.8)


def mark(
    session: Session,
    workshop: Workshop,
    participant: Participant,
    idea_id: str,
    *,
    criterion_id: str,
    value: int | None,
) -> None:
    """Give an idea a mark from 0 to 5 by a criterion; ``None`` takes it back.

    Raises:
        WorkshopLocked: the dots are not revealed yet.
        BadField: not a mark.
        UnknownArtefact: no such idea on this wall, or no such criterion.
    """
    hold(session, workshop)
    require(workshop, Act.SCORE)
    if value is not None and not 0 <= value <= 5:
        what = _("{value} is not a mark.").format(value=value)
        raise BadField(what, where=f"idea:{idea_id}", action=_("Give a number from 0 to 5."))
    if idea_id not in {idea.id for idea in candidates(session, workshop)}:
        what = _("One does not score the idea '{id}'.").format(id=idea_id)
        raise UnknownArtefact(what, action=_("Reload the page."))
    criterion = find(session, Criterion, criterion_id, product_id=workshop.product_id)
    query = select(Mark).where(
        Mark.workshop_id == workshop.id,
        Mark.idea_id == idea_id,
        Mark.criterion_id == criterion.id,
        Mark.participant_id == participant.id,
    )
    found = session.scalar(query)
    if value is None:
        if found is not None:
            session.delete(found)
    elif found is not None:
        found.value = value
    else:
        session.add(
            Mark(
                workshop_id=workshop.id,
                idea_id=idea_id,
                criterion_id=criterion.id,
                participant_id=participant.id,
                value=value,
            )
        )
    session.flush()
    beat(session, workshop)


def grid_of(
    session: Session, workshop: Workshop, participant: Participant | None, *, best_first: bool = False
) -> Grid:
    """The grid as one participant sees it. Others' marks show as means only.

    Args:
        session: any session.
        workshop: the workshop.
        participant: whose own marks stand in it; nobody's without one.
        best_first: whether the best scores come first; else the ideas stand as the room last sorted them, so
            that no line moves while people mark.
    """
    criteria = tuple(listed(session, Criterion, str(workshop.product_id)))
    held: dict[tuple[str, str], list[int]] = defaultdict(list)
    own: dict[tuple[str, str], int] = {}
    for one in session.scalars(select(Mark).where(Mark.workshop_id == workshop.id)):
        held[one.idea_id, one.criterion_id].append(one.value)
        if participant is not None and one.participant_id == participant.id:
            own[one.idea_id, one.criterion_id] = one.value
    lines = [_line(idea, criteria, held, own) for idea in candidates(session, workshop)]
    lines.sort(key=lambda line: -line.idea.votes)
    if best_first:
        lines.sort(key=lambda line: (line.score is None, -(line.score or 0)))
    else:
        room = session.get(Room, workshop.id)
        places = {idea_id: place for place, idea_id in enumerate(room.order if room else ())}
        lines.sort(key=lambda line: places.get(line.idea.id, len(places)))
    return Grid(criteria, tuple(lines))


def sort_grid(session: Session, workshop: Workshop) -> None:
    """Put the best scores first, for all in the room.

    Raises:
        WorkshopLocked: the dots are not revealed yet.
    """
    hold(session, workshop)
    require(workshop, Act.SCORE)
    grid = grid_of(session, workshop, None, best_first=True)
    room_of(session, workshop).order = [line.idea.id for line in grid.lines]
    beat(session, workshop)


def matrix_of(grid: Grid) -> tuple[MatrixPoint, ...]:
    """The ideas by their means in the first two criteria; nothing with fewer criteria."""
    if len(grid.criteria) < 2:
        return ()
    held: dict[tuple[float, float], list[tuple[int, bool]]] = defaultdict(list)
    for number, line in enumerate(grid.lines, 1):
        across, up = line.cells[0].mean, line.cells[1].mean
        if across is not None and up is not None:
            held[round(across, 1), round(up, 1)].append((number, line.idea.state == IdeaState.KEPT))
    return tuple(
        MatrixPoint(
            tuple(number for number, _kept in ideas), across, up, any(kept for _number, kept in ideas)
        )
        for (across, up), ideas in held.items()
    )


def _line(
    idea: Idea,
    criteria: Sequence[Criterion],
    held: Mapping[tuple[str, str], list[int]],
    own: Mapping[tuple[str, str], int],
) -> Line:
    cells = []
    for criterion in criteria:
        marks = held.get((idea.id, criterion.id), [])
        mean = fmean(marks) if marks else idea.scores.get(criterion.title)
        spread = max(marks) - min(marks) if marks else 0
        cells.append(Cell(criterion, mean, len(marks), spread, own.get((idea.id, criterion.id))))
    means = {cell.criterion.title: cell.mean for cell in cells if cell.mean is not None}
    weights = {criterion.title: criterion.weight for criterion in criteria}
    return Line(idea, tuple(cells), weighted_score(means, weights))


def settle(session: Session, workshop: Workshop) -> None:
    """Write the means on the ideas, where the check and the later chapters read them."""
    for line in grid_of(session, workshop, None).lines:
        means = {cell.criterion.title: round(cell.mean, 2) for cell in line.cells if cell.mean is not None}
        if means:
            line.idea.scores = {**line.idea.scores, **means}
    session.flush()


def keep(session: Session, workshop: Workshop, idea_id: str, *, kept: bool, most: int = KEPT) -> None:
    """Keep an idea, or let it go; so many are kept.

    Raises:
        WorkshopLocked: the dots are not revealed yet.
        BadField: as many are kept already.
    """
    hold(session, workshop)
    require(workshop, Act.KEEP)
    ideas = {idea.id: idea for idea in candidates(session, workshop)}
    if idea_id not in ideas:
        what = _("The idea '{id}' is not on this wall.").format(id=idea_id)
        raise UnknownArtefact(what, action=_("Reload the page."))
    chosen = [idea for idea in ideas.values() if idea.state == IdeaState.KEPT and idea.id != idea_id]
    if kept and len(chosen) >= most:
        raise BadField(
            ngettext("{n} idea is kept already.", "{n} ideas are kept already.", most).format(n=most),
            where=f"idea:{idea_id}",
            action=_("Let one go first."),
        )
    ideas[idea_id].state = IdeaState.KEPT if kept else IdeaState.PROPOSED
    settle(session, workshop)
    beat(session, workshop)
