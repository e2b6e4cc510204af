"""The maps: steps from left to right, where they hurt, today and after (EXP-2, EXP-5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.decisions import Choice, decisions_of
from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.journeys import Journey, JourneyMap, PainPoint, draw_after, journey_maps
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import find, listed
from filrouge.thread.links import links_of
from filrouge.web.explore.ties import Ties, ties_of
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visiting

__all__ = ["PAINS", "router"]

router = APIRouter(prefix="/products/{product_id}/journeys")

PAINS = {
    "time_consuming": N_("time-consuming"),
    "under_performing": N_("under-performing"),
    "frustrating": N_("frustrating"),
}
TYPES = {"internal_process": N_("internal process"), "customer_journey": N_("customer journey")}
INTENSITIES = {number: "●" * number + "○" * (5 - number) for number in range(1, 6)}


@dataclass(frozen=True)
class Curve:
    """The worst intensity at one step, drawn from its left edge to its right one."""

    line: str
    area: str
    worst: int


@dataclass(frozen=True)
class MapView:
    """A map as it is drawn; one curve a column."""

    map: JourneyMap
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class JourneysPage:
    """The maps.

    Args:
        chosen: the map after that was asked for.
        ideas: those that are pursued, and those that a map after names.
        relief: by pain point, the ideas that address it and whether one of them is kept.
        map_ties: the objectives that each map shows.
        pain_ties: the objectives that each pain point hinders.
    """

    maps: tuple[MapView, ...]
    chosen: str
    ideas: tuple[Idea, ...]
    relief: dict[str, tuple[Idea, ...]]
    pains: dict[str, str]
    types: dict[str, str]
    intensities: dict[int, str]
    map_ties: Ties
    pain_ties: Ties

    def relieved(self, pain: PainPoint, after: Journey | None = None) -> bool:
        """Whether the idea of a map after takes this pain away; a kept one, where it names none."""
        ideas = self.relief.get(pain.id, ())
        if after is not None and after.idea_id:
            return any(idea.id == after.idea_id for idea in ideas)
        return any(idea.state == IdeaState.KEPT for idea in ideas)

    def wanted(self, drawn: JourneyMap) -> list[Idea]:
        """The ideas that have no map after this one yet."""
        there = {one.idea_id for one in drawn.afters}
        return [idea for idea in self.ideas if idea.id not in there]

    def choices(self, after: Journey) -> list[Idea]:
        """The ideas that a map after may name: none twice beside one map of today."""
        there = {one.idea_id for view in self.maps for one in view.map.afters if after in view.map.afters}
        return [idea for idea in self.ideas if idea.id == after.idea_id or idea.id not in there]

    def named(self, after: Journey) -> str:
        """What a map after is called among its like: by its idea."""
        return next((idea.title for idea in self.ideas if idea.id == after.idea_id), after.title)


@router.get("")
def journeys(visit: Visiting, product_id: str, after: str = "") -> Response:
    """The journeys, steps from left to right; ``after`` chooses among the maps after one."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        maps = journey_maps(session, product_id, after)
        page = JourneysPage(
            tuple(MapView(one, _curves(one.hurts)) for one in maps),
            after if any(one.after and one.after.id == after for one in maps) else "",
            _pictured(session, product_id, maps),
            _relief(session, product_id),
            PAINS,
            TYPES,
            INTENSITIES,
            ties_of(session, product_id, "journey", ["objective"]),
            ties_of(session, product_id, "pain_point", ["objective"]),
        )
        return visit.render("explore/journeys.html", page, title=_("Journeys"), product=head)


@router.post("/{journey_id}/after")
def draw(visit: Editing, product_id: str, journey_id: str, idea: Annotated[str, Form()] = "") -> Response:
    """Start the map after for an idea, from today's steps."""
    with visit.workspace.transaction(visit.session.name) as session:
        pictured = find(session, Idea, idea, product_id=product_id) if idea else None
        made = draw_after(session, find(session, Journey, journey_id, product_id=product_id), pictured)
    return visit.see(f"/products/{product_id}/journeys?after={made.id}#journey-{journey_id}")


def _pictured(session: Session, product_id: str, maps: Iterable[JourneyMap]) -> tuple[Idea, ...]:
    """The kept ideas that no decision killed, and those that a map after names."""
    over = {key for key, one in decisions_of(session, product_id).items() if one.choice == Choice.KILL}
    named = {after.idea_id for one in maps for after in one.afters}
    return tuple(
        idea
        for idea in listed(session, Idea, product_id)
        if idea.id in named or (idea.state == IdeaState.KEPT and idea.id not in over)
    )


def _relief(session: Session, product_id: str) -> dict[str, tuple[Idea, ...]]:
    ideas = {idea.id: idea for idea in listed(session, Idea, product_id)}
    found: dict[str, tuple[Idea, ...]] = {}
    for tie in links_of(session, product_id, ["pain_point"]):
        if tie.relation == "addressed_by" and tie.target_id in ideas:
            found[tie.source_id] = (*found.get(tie.source_id, ()), ideas[tie.target_id])
    return found


def _curves(hurts: tuple[int, ...]) -> tuple[Curve, ...]:
    curves = []
    for place, worst in enumerate(hurts):
        left = (hurts[place - 1] + worst) / 2 if place else worst
        right = (worst + hurts[place + 1]) / 2 if place + 1 < len(hurts) else worst
        ends = [f"{40 - 7 * height:g}" for height in (left, worst, right)]
        line = f"M0 {ends[0]}Q25 {ends[1]} 50 {ends[1]}T100 {ends[2]}"
        curves.append(Curve(line, f"{line}V40H0Z", worst))
    return tuple(curves)
