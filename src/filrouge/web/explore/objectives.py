"""The objectives: a tree, 5-Whys sessions upwards, sub-objectives downwards (EXP-1)."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.objectives import (
    WHYS,
    LevelHint,
    Objective,
    ObjectiveNode,
    answer_why,
    change_why,
    drop_why,
    next_question,
    objective_tree,
    raise_above,
)
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import find, listed
from filrouge.thread.links import links_of
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/objectives")

LEVELS = {
    "unjudged": N_("level not judged"),
    "too_broad": N_("too broad"),
    "right": N_("right level"),
    "too_narrow": N_("too narrow"),
}
HINTS = {
    LevelHint.NAMES_A_MEANS: N_("It names a means. What would the means be for?"),
    LevelHint.SAYS_EVERYTHING: N_("Everything serves this. Which part of it, for whom?"),
    LevelHint.STANDS_ALONE: N_("It stands alone. Ask why, or split it, to see its level."),
}
_TIES = ("hindered_by", "pursued_by", "measured_by", "mapped_by")


@dataclass(frozen=True)
class ObjectivesPage:
    """The tree, and what each objective is tied to.

    Args:
        ties: how many ends each relation has, by objective.
        above: the objectives that one can be put under, by id.
        open: the objective whose 5-Whys session is unfolded.
    """

    tree: tuple[ObjectiveNode, ...]
    ties: dict[str, Counter[str]]
    above: dict[str, str]
    questions: dict[str, str]
    open: str
    raised: str
    """The objective that an answer has just become; the cursor goes into it."""
    levels: dict[str, str]
    hints: dict[LevelHint, str]
    whys: int = WHYS


@router.get("")
def objectives(visit: Visiting, product_id: str, why: str = "", raised: str = "") -> Response:
    """The objectives, sub-objectives under their parent; ``why`` unfolds the session of one."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, why, raised)
        return visit.render("explore/objectives.html", page, title=_("Objectives"), product=head)


def _page(session: Session, product_id: str, why: str, raised: str) -> ObjectivesPage:
    known = listed(session, Objective, product_id)
    ties: dict[str, Counter[str]] = {one.id: Counter() for one in known}
    for tie in links_of(session, product_id, ["objective"]):
        if tie.source_id in ties and tie.relation in _TIES:
            ties[tie.source_id][tie.relation] += 1
    return ObjectivesPage(
        tree=objective_tree(session, product_id),
        ties=ties,
        above={one.id: one.statement for one in known},
        questions={one.id: next_question(one) for one in known},
        open=why,
        raised=raised,
        levels=LEVELS,
        hints=HINTS,
    )


@router.post("/{objective_id}/why")
def ask(visit: Editing, product_id: str, objective_id: str, answer: Annotated[str, Form()]) -> Response:
    """Answer the next why."""
    with visit.workspace.transaction(visit.session.name) as session:
        answer_why(session, find(session, Objective, objective_id, product_id=product_id), answer)
    return visit.see(f"/products/{product_id}/objectives?why={objective_id}#objective-{objective_id}")


@router.post("/{objective_id}/why/{place}")
def answer_again(
    visit: Editing,
    product_id: str,
    objective_id: str,
    place: int,
    answer: Annotated[str | None, Form()] = None,
    question: Annotated[str | None, Form()] = None,
) -> Response:
    """Write another answer, or ask in other words."""
    with visit.workspace.transaction(visit.session.name) as session:
        objective = find(session, Objective, objective_id, product_id=product_id)
        change_why(session, objective, place, answer=answer, question=question)
    return visit.see(f"/products/{product_id}/objectives?why={objective_id}")


@router.post("/{objective_id}/why/{place}/raise")
def put_above(visit: Editing, product_id: str, objective_id: str, place: int) -> Response:
    """Make an answer the objective above."""
    with visit.workspace.transaction(visit.session.name) as session:
        above = raise_above(session, find(session, Objective, objective_id, product_id=product_id), place)
    return visit.see(f"/products/{product_id}/objectives?raised={above.id}")


@router.post("/{objective_id}/why/{place}/drop")
def take_away(visit: Editing, product_id: str, objective_id: str, place: int) -> Response:
    """Take an answer, and those that rest on it, away."""
    with visit.workspace.transaction(visit.session.name) as session:
        drop_why(session, find(session, Objective, objective_id, product_id=product_id), place)
    return visit.see(f"/products/{product_id}/objectives?why={objective_id}")
