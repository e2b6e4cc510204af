"""The minutes of a workshop, from what the room recorded: nobody types them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops.model import AgendaItem, Participant, Profile, Workshop, WorkshopPhase
from filrouge.explore.workshops.scoring import Grid, MatrixPoint, grid_of, matrix_of
from filrouge.explore.workshops.wall import parents_of, shared_ideas
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import listed

__all__ = ["PROFILES", "Minutes", "TimedItem", "minutes_of", "to_markdown"]

PROFILES = {
    Profile.MANAGER: N_("manager"),
    Profile.BUSINESS_EXPERT: N_("business expert"),
    Profile.DATA_SCIENTIST: N_("data scientist"),
    Profile.DATA_PRODUCT_MANAGER: N_("data product manager"),
    Profile.DATA_ENGINEER: N_("data engineer"),
    Profile.END_USER: N_("end user"),
    Profile.OTHER: N_("other"),
}
_MIDDLE = 2.5
"""Half of the marks, from 0 to 5."""


@dataclass(frozen=True)
class TimedItem:
    """A point of the agenda, and the time at which it was to begin, where the workshop has one."""

    item: AgendaItem
    at: datetime | None


@dataclass(frozen=True)
class Minutes:
    """What happened.

    Args:
        groups: the ideas on the wall by the name of their group; the empty name, last, holds the others.
        parents: the titles of the ideas that a combined one was made of, by its id.
        grid: the ideas with their marks, best first.
        matrix: the same by the first two criteria.
    """

    workshop: Workshop
    objective: str
    people: tuple[Participant, ...]
    agenda: tuple[TimedItem, ...]
    groups: dict[str, tuple[Idea, ...]]
    parents: dict[str, tuple[str, ...]]
    grid: Grid
    matrix: tuple[MatrixPoint, ...]

    @property
    def kept(self) -> tuple[Idea, ...]:
        """The ideas that were kept, best first."""
        return tuple(line.idea for line in self.grid.lines if line.idea.state == IdeaState.KEPT)

    @property
    def grouped(self) -> bool:
        """Whether ideas were grouped, so that those in no group need a heading of their own."""
        return any(self.groups)

    @property
    def scored(self) -> bool:
        """Whether anybody gave a mark."""
        return any(cell.mean is not None for line in self.grid.lines for cell in line.cells)

    @property
    def timed(self) -> bool:
        """Whether the workshop has a time of day, not a day alone."""
        return _has_hour(self.workshop)


def minutes_of(session: Session, workshop: Workshop) -> Minutes:
    """The minutes as they stand now; final once the workshop is closed."""
    product_id = str(workshop.product_id)
    ideas = shared_ideas(session, workshop)
    groups: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas:
        if idea.state != IdeaState.COMBINED:
            groups[idea.group].append(idea)
    objective = session.get(Objective, workshop.objective_id) if workshop.objective_id else None
    grid = grid_of(session, workshop, None, best_first=True)
    return Minutes(
        workshop=workshop,
        objective=objective.statement if objective else "",
        people=tuple(listed(session, Participant, product_id, workshop_id=workshop.id)),
        agenda=_timed(workshop, listed(session, AgendaItem, product_id, workshop_id=workshop.id)),
        groups={name: tuple(groups[name]) for name in sorted(groups, key=lambda name: (name == "", name))},
        parents=parents_of(session, ideas),
        grid=grid,
        matrix=matrix_of(grid),
    )


def _has_hour(workshop: Workshop) -> bool:
    return workshop.starts_at is not None and workshop.starts_at.time() != time()


def _timed(workshop: Workshop, items: Iterable[AgendaItem]) -> tuple[TimedItem, ...]:
    at = workshop.starts_at if _has_hour(workshop) else None
    found = []
    for item in items:
        found.append(TimedItem(item, at))
        at = at and at + timedelta(minutes=item.minutes)
    return tuple(found)


def to_markdown(minutes: Minutes) -> str:
    """The minutes as Markdown; what people wrote is escaped, so that it shows as they wrote it."""
    workshop = minutes.workshop
    lines = [f"# {_plain(workshop.title)}", "", *_facts(minutes), ""]
    if minutes.kept:
        lines += [f"## {_('Kept')}", ""]
        lines += [f"{number}. {_plain(idea.title)}" for number, idea in enumerate(minutes.kept, 1)]
        lines.append("")
    lines += [f"## {_('Participants')}", "", *_people(minutes), ""]
    if minutes.agenda:
        lines += [f"## {_('Agenda')}", "", *(_point(timed) for timed in minutes.agenda), ""]
    lines += [f"## {_('Ideas')}", ""]
    for name, ideas in minutes.groups.items():
        if name or minutes.grouped:
            lines += [f"### {_plain(name) or _('In no group')}", ""]
        lines += [*(_idea(minutes, idea) for idea in ideas), ""]
    if workshop.revealed and minutes.grid.criteria:
        lines += [f"## {_('Scores')}", "", *_table(minutes), ""]
        if minutes.matrix:
            lines += [*_matrix(minutes), ""]
    if workshop.notes.strip():
        lines += [f"## {_('Notes')}", "", workshop.notes.strip(), ""]
    if workshop.phase != WorkshopPhase.CLOSED:
        lines += [f"*{_('The workshop is not closed: these minutes may change.')}*", ""]
    return "\n".join(lines)


def _facts(minutes: Minutes) -> list[str]:
    workshop = minutes.workshop
    facts = []
    if workshop.starts_at:
        form = "%Y-%m-%d %H:%M UTC" if minutes.timed else "%Y-%m-%d"
        facts.append(f"- **{_('Day')}**: {workshop.starts_at:{form}}")
    if workshop.facilitator:
        facts.append(f"- **{_('Led by')}**: {_plain(workshop.facilitator)}")
    if minutes.objective:
        facts.append(f"- **{_('Objective')}**: {_plain(minutes.objective)}")
    return facts


def _people(minutes: Minutes) -> list[str]:
    told = []
    for one in minutes.people:
        shares = _("shares objective and pain points") if one.aligned else _("did not say so")
        told.append(f"- {_plain(one.name)}, {_(PROFILES[one.profile])} · {shares}")
    if minutes.workshop.unaligned:
        words = _("Ideas were begun before these shared objective and pain points: {names}.")
        told += ["", words.format(names=_plain(minutes.workshop.unaligned))]
    return told or [_("Nobody.")]


def _point(timed: TimedItem) -> str:
    hour = f"{timed.at:%H:%M} " if timed.at else ""
    return f"- {hour}{_plain(timed.item.title)} ({timed.item.minutes} min)"


def _idea(minutes: Minutes, idea: Idea) -> str:
    told = f"- {_plain(idea.title)}"
    parents = minutes.parents.get(idea.id)
    if parents:
        told += " " + _("(made of: {titles})").format(titles="; ".join(_plain(title) for title in parents))
    if minutes.workshop.revealed:
        told += f" · {idea.votes} ●"
    return told


def _table(minutes: Minutes) -> list[str]:
    criteria = minutes.grid.criteria
    head = ["", *(f"{_plain(one.title)} ×{one.weight:g}" for one in criteria), _("Score")]
    rows = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(criteria) + 1)}"]
    for number, line in enumerate(minutes.grid.lines, 1):
        cells = [f"{cell.mean:.1f}" if cell.mean is not None else "" for cell in line.cells]
        score = f"{line.score:.1f}" if line.score is not None else ""
        rows.append(f"| {number}. {_plain(line.idea.title)} | {' | '.join([*cells, score])} |")
    return rows


def _matrix(minutes: Minutes) -> list[str]:
    """The matrix in four fields: the numbers are those of the table."""
    across, up = (_plain(one.title) for one in minutes.grid.criteria[:2])
    fields: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    for point in minutes.matrix:
        fields[point.up >= _MIDDLE, point.across >= _MIDDLE].append(point.words)
    rows = [f"| | {across} < {_MIDDLE:g} | {across} ≥ {_MIDDLE:g} |", "|---|---|---|"]
    for high in (True, False):
        cells = [", ".join(fields[high, right]) for right in (False, True)]
        rows.append(f"| **{up} {'≥' if high else '<'} {_MIDDLE:g}** | {' | '.join(cells)} |")
    return rows


def _plain(text: str) -> str:
    """A text on one line that Markdown does not read as its own signs."""
    words = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        words = words.replace(sign, f"\\{sign}")
    return words
