"""Ideas, edited where they stand (EXP-4)."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.explore.decisions import Decision, decisions_of
from filrouge.explore.decisions.words import CHOICES
from filrouge.explore.ideas import Criterion, Idea, ranked
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import listed
from filrouge.web.explore.ties import Ties, ties_of
from filrouge.web.overview import head_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

IDEA_STATES = {
    "proposed": N_("proposed"),
    "kept": N_("kept"),
    "dropped": N_("dropped"),
    "combined": N_("combined"),
}


@dataclass(frozen=True)
class IdeasPage:
    """The ideas, best first, and the criteria that rank them."""

    ideas: tuple[tuple[Idea, float | None], ...]
    criteria: tuple[Criterion, ...]
    states: dict[str, str]
    decisions: dict[str, Decision]
    choices: dict[str, str]
    ties: Ties
    """The objectives that each pursues, the pain points that it relieves."""


@router.get("/ideas")
def ideas(visit: Visiting, product_id: str) -> Response:
    """The ideas."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        criteria = tuple(listed(session, Criterion, product_id))
        page = IdeasPage(
            tuple(ranked(session, product_id)),
            criteria,
            IDEA_STATES,
            decisions_of(session, product_id),
            CHOICES,
            ties_of(session, product_id, "idea", ["objective", "pain_point"]),
        )
        return visit.render("explore/ideas.html", page, title=_("Ideas"), product=head)
