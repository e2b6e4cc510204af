"""Ideas, edited where they stand, by state, workshop and words (EXP-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.decisions import Decision, decisions_of
from filrouge.explore.decisions.words import CHOICES
from filrouge.explore.ideas import Criterion, Idea, IdeaState, ranked
from filrouge.explore.workshops import Workshop
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import listed
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref
from filrouge.web.explore.ties import Named, Ties, ties_of
from filrouge.web.overview import head_of
from filrouge.web.places import place_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

IDEA_STATES = {
    "proposed": N_("proposed"),
    "kept": N_("kept"),
    "dropped": N_("dropped"),
    "combined": N_("combined"),
}


_PAST = (IdeaState.COMBINED, IdeaState.DROPPED)


@dataclass(frozen=True)
class Filters:
    """What the reader asked to see."""

    state: str = ""
    workshop: str = ""
    q: str = ""

    def show(self, idea: Idea) -> bool:
        """Whether an idea is among what was asked for."""
        words = f"{idea.title} {idea.description} {idea.author} {idea.group}".casefold()
        return (
            self.state in ("", idea.state)
            and self.workshop in ("", idea.workshop_id)
            and all(word in words for word in self.q.casefold().split())
        )

    @property
    def query(self) -> str:
        """What an address carries of them."""
        said = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(said)}" if said else ""


@dataclass(frozen=True)
class IdeasPage:
    """The ideas, best first, and the criteria that rank them.

    Args:
        open: what is still in play among what is shown.
        past: what was combined or dropped, which is folded away unless it was asked for.
        total: how many there are in all.
        made_of: by idea, those that it was combined of.
        made_into: by idea, those that it was combined into.
    """

    open: tuple[tuple[Idea, float | None], ...]
    past: tuple[tuple[Idea, float | None], ...]
    total: int
    filters: Filters
    workshops: dict[str, str]
    made_of: Mapping[str, tuple[Named, ...]]
    made_into: Mapping[str, tuple[Named, ...]]
    criteria: tuple[Criterion, ...]
    states: dict[str, str]
    decisions: dict[str, Decision]
    choices: dict[str, str]
    ties: Ties
    """The objectives that each pursues, the pain points that it relieves."""


@router.get("/ideas")
def ideas(visit: Visiting, product_id: str, state: str = "", workshop: str = "", q: str = "") -> Response:
    """The ideas, filtered by state, workshop and words."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, Filters(state, workshop, q.strip()[:200]))
        return visit.render("explore/ideas.html", page, title=_("Ideas"), product=head)


def _page(session: Session, product_id: str, filters: Filters) -> IdeasPage:
    every = ranked(session, product_id)
    shown = [pair for pair in every if filters.show(pair[0])]
    folded = _PAST if not filters.state else ()
    made_of, made_into = _family(session, product_id, [idea for idea, _score in every])
    return IdeasPage(
        open=tuple(pair for pair in shown if pair[0].state not in folded),
        past=tuple(pair for pair in shown if pair[0].state in folded),
        total=len(every),
        filters=filters,
        workshops={one.id: one.title for one in listed(session, Workshop, product_id)},
        made_of=made_of,
        made_into=made_into,
        criteria=tuple(listed(session, Criterion, product_id)),
        states=IDEA_STATES,
        decisions=decisions_of(session, product_id),
        choices=CHOICES,
        ties=ties_of(session, product_id, "idea", ["objective", "pain_point"]),
    )


def _family(
    session: Session, product_id: str, ideas: list[Idea]
) -> tuple[dict[str, tuple[Named, ...]], dict[str, tuple[Named, ...]]]:
    """What each idea was combined of, and into."""
    names = {
        one.id: Named(Ref("idea", one.id), one.title, place_of(Ref("idea", one.id), product_id))
        for one in ideas
    }
    of: dict[str, tuple[Named, ...]] = {}
    into: dict[str, tuple[Named, ...]] = {}
    for tie in links_of(session, product_id, ["idea"]):
        if tie.relation == "combined_into" and tie.source_id in names and tie.target_id in names:
            of[tie.target_id] = (*of.get(tie.target_id, ()), names[tie.source_id])
            into[tie.source_id] = (*into.get(tie.source_id, ()), names[tie.target_id])
    return of, into
