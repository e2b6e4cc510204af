"""The minutes of a workshop, from what the room recorded: nobody types them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops.model import AgendaItem, Participant, Profile, Workshop, WorkshopPhase
from filrouge.explore.workshops.scoring import Grid, grid_of
from filrouge.explore.workshops.wall import parents_of, shared_ideas
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import listed

__all__ = ["PROFILES", "Minutes", "minutes_of", "to_markdown"]

PROFILES = {
    Profile.MANAGER: N_("manager"),
    Profile.BUSINESS_EXPERT: N_("business expert"),
    Profile.DATA_SCIENTIST: N_("data scientist"),
    Profile.DATA_PRODUCT_MANAGER: N_("data product manager"),
    Profile.DATA_ENGINEER: N_("data engineer"),
    Profile.END_USER: N_("end user"),
    Profile.OTHER: N_("other"),
}


@dataclass(frozen=True)
class Minutes:
    """What happened.

    Args:
        groups: the ideas on the wall by the name of their group; the empty name holds the others.
        parents: the titles of the ideas that a combined one was made of, by its id.
    """

    workshop: Workshop
    objective: str
    people: tuple[Participant, ...]
    agenda: tuple[AgendaItem, ...]
    groups: dict[str, tuple[Idea, ...]]
    parents: dict[str, tuple[str, ...]]
    grid: Grid

    @property
    def kept(self) -> tuple[Idea, ...]:
        """The ideas that were kept, best first."""
        return tuple(line.idea for line in self.grid.lines if line.idea.state == IdeaState.KEPT)


def minutes_of(session: Session, workshop: Workshop) -> Minutes:
    """The minutes as they stand now; final once the workshop is closed."""
    product_id = str(workshop.product_id)
    ideas = shared_ideas(session, workshop)
    groups: dict[str, list[Idea]] = defaultdict(list)
    for idea in ideas:
        if idea.state != IdeaState.COMBINED:
            groups[idea.group].append(idea)
    objective = session.get(Objective, workshop.objective_id) if workshop.objective_id else None
    return Minutes(
        workshop=workshop,
        objective=objective.statement if objective else "",
        people=tuple(listed(session, Participant, product_id, workshop_id=workshop.id)),
        agenda=tuple(listed(session, AgendaItem, product_id, workshop_id=workshop.id)),
        groups={name: tuple(groups[name]) for name in sorted(groups, key=lambda name: (name == "", name))},
        parents=parents_of(session, ideas),
        grid=grid_of(session, workshop, None),
    )


def to_markdown(minutes: Minutes) -> str:
    """The minutes as Markdown; what people wrote is escaped, so that it shows as they wrote it."""
    workshop = minutes.workshop
    lines = [f"# {_plain(workshop.title)}", ""]
    if workshop.starts_at:
        lines += [f"{workshop.starts_at:%Y-%m-%d %H:%M} UTC", ""]
    if minutes.objective:
        lines += [f"**{_('Objective')}**: {_plain(minutes.objective)}", ""]
    lines += [f"## {_('Participants')}", ""]
    lines += [f"- {_plain(one.name)}, {_(PROFILES[one.profile])}" for one in minutes.people] or [_("Nobody.")]
    lines += ["", f"## {_('Ideas')}", ""]
    for name, ideas in minutes.groups.items():
        if name:
            lines += [f"### {_plain(name)}", ""]
        lines += [_idea(minutes, idea) for idea in ideas]
        lines.append("")
    if workshop.revealed and minutes.grid.criteria:
        lines += [f"## {_('Scores')}", "", *_table(minutes), ""]
    if minutes.kept:
        lines += [f"## {_('Kept')}", ""]
        lines += [f"{number}. {_plain(idea.title)}" for number, idea in enumerate(minutes.kept, 1)]
        lines.append("")
    if workshop.notes.strip():
        lines += [f"## {_('Notes')}", "", workshop.notes.strip(), ""]
    if workshop.phase != WorkshopPhase.CLOSED:
        lines += [f"*{_('The workshop is not closed: these minutes may change.')}*", ""]
    return "\n".join(lines)


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
    for line in minutes.grid.lines:
        cells = [f"{cell.mean:.1f}" if cell.mean is not None else "" for cell in line.cells]
        score = f"{line.score:.1f}" if line.score is not None else ""
        rows.append(f"| {_plain(line.idea.title)} | {' | '.join([*cells, score])} |")
    return rows


def _plain(text: str) -> str:
    """A text on one line that Markdown does not read as its own signs."""
    words = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        words = words.replace(sign, f"\\{sign}")
    return words
