"""Objectives, journeys, ideas and uncertainties, edited where they stand (EXP-1, EXP-2, EXP-4, EXP-10)."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.explore.ideas import Criterion, Idea, ranked
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.objectives import Objective
from filrouge.explore.uncertainties import Uncertainty, register_of
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import listed
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

PAINS = {
    "time_consuming": N_("time-consuming"),
    "under_performing": N_("under-performing"),
    "frustrating": N_("frustrating"),
}
IDEA_STATES = {
    "proposed": N_("proposed"),
    "kept": N_("kept"),
    "dropped": N_("dropped"),
    "combined": N_("combined"),
}
DECISIONS = {"none": N_("undecided"), "build": N_("to build"), "kill": N_("killed")}
UNCERTAINTY_TYPES = {
    "user_experience": N_("user experience"),
    "data": N_("data"),
    "infrastructure": N_("infrastructure"),
}
CRITICALITIES = {"critical": N_("critical"), "major": N_("major"), "minor": N_("minor")}
UNCERTAINTY_STATES = {"open": N_("open"), "lifted": N_("lifted"), "waived": N_("waived")}


@dataclass(frozen=True)
class ObjectivesPage:
    """The tree of objectives, as lines with their depth."""

    lines: tuple[tuple[int, Objective], ...]


@router.get("/objectives")
def objectives(visit: Visiting, product_id: str) -> Response:
    """The objectives, sub-objectives under their parent."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = ObjectivesPage(tuple(_tree(listed(session, Objective, product_id), None, 0)))
        return visit.render("explore/objectives.html", page, title=_("Objectives"), product=head)


def _tree(known: list[Objective], parent: str | None, depth: int) -> list[tuple[int, Objective]]:
    lines = []
    for one in known:
        if one.parent_id == parent:
            lines += [(depth, one), *_tree(known, one.id, depth + 1)]
    return lines


@dataclass(frozen=True)
class JourneysPage:
    """The maps, each with its steps and their pain points."""

    maps: tuple[tuple[Journey, tuple[tuple[Step, tuple[PainPoint, ...]], ...]], ...]
    pains: dict[str, str]


@router.get("/journeys")
def journeys(visit: Visiting, product_id: str) -> Response:
    """The journeys, steps from left to right."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        steps, pains = listed(session, Step, product_id), listed(session, PainPoint, product_id)
        maps = tuple(
            (
                journey,
                tuple(
                    (step, tuple(pain for pain in pains if pain.step_id == step.id))
                    for step in steps
                    if step.journey_id == journey.id
                ),
            )
            for journey in listed(session, Journey, product_id)
        )
        page = JourneysPage(maps, PAINS)
        return visit.render("explore/journeys.html", page, title=_("Journeys"), product=head)


@dataclass(frozen=True)
class IdeasPage:
    """The ideas, best first, and the criteria that rank them."""

    ideas: tuple[tuple[Idea, float | None], ...]
    criteria: tuple[Criterion, ...]
    states: dict[str, str]
    decisions: dict[str, str]


@router.get("/ideas")
def ideas(visit: Visiting, product_id: str) -> Response:
    """The ideas."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        criteria = tuple(listed(session, Criterion, product_id))
        page = IdeasPage(tuple(ranked(session, product_id)), criteria, IDEA_STATES, DECISIONS)
        return visit.render("explore/ideas.html", page, title=_("Ideas"), product=head)


@dataclass(frozen=True)
class UncertaintiesPage:
    """The register, riskiest first."""

    register: tuple[Uncertainty, ...]
    types: dict[str, str]
    criticalities: dict[str, str]
    states: dict[str, str]


@router.get("/uncertainties")
def uncertainties(visit: Visiting, product_id: str) -> Response:
    """The register of uncertainties."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        register = tuple(register_of(session, product_id))
        page = UncertaintiesPage(register, UNCERTAINTY_TYPES, CRITICALITIES, UNCERTAINTY_STATES)
        return visit.render("explore/uncertainties.html", page, title=_("Uncertainties"), product=head)
