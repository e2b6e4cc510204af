"""Converging: the kept ideas side by side, and what becomes of each (EXP-16)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.canvas import Availability
from filrouge.explore.decisions import Choice, decide
from filrouge.explore.decisions.words import CHOICES
from filrouge.explore.feasibility.words import ANSWERED, SHORT, Question, Verdict
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.prototypes.words import VERDICTS
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.uncertainties.words import TYPES
from filrouge.explore.user_tests import Ipap
from filrouge.explore.user_tests.words import IPAP
from filrouge.flows.convergence import IdeaCase, convergence
from filrouge.kernel.i18n import N_, _
from filrouge.storage.editing import edit, find
from filrouge.storage.product import Phase, Product, product_named
from filrouge.thread.ref import Ref
from filrouge.web.explore.feasibility import TONES
from filrouge.web.overview import head_of
from filrouge.web.places import place_of
from filrouge.web.visit import Editing, Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/decision")

CHOOSING = {"build": N_("build it"), "wait": N_("let it wait"), "kill": N_("kill it")}


@dataclass(frozen=True)
class DecisionPage:
    """The context of the page.

    Args:
        offer: the idea that was just chosen, while the product has not begun its build.
    """

    cases: tuple[IdeaCase, ...]
    criteria: tuple[Criterion, ...]
    untied: tuple[Uncertainty, ...]
    offer: Idea | None
    me: str
    choices: dict[str, str]
    choosing: dict[str, str]
    verdicts: dict[str, str]
    types: dict[str, str]
    ipap: dict[Ipap, str]
    questions: dict[Question, str]
    answered: dict[Verdict, str]
    tones: dict[Verdict, str]
    product_id: str
    availability: type[Availability] = Availability

    @property
    def most_relief(self) -> int:
        """The most that one of the ideas relieves."""
        return max((case.relief for case in self.cases), default=0)

    def place(self, kind: str, identifier: str) -> str:
        """Where a thing is seen."""
        return place_of(Ref(kind, identifier), self.product_id)


@router.get("")
def decision(visit: Visiting, product_id: str, chosen: str = "") -> Response:
    """The comparison; ``chosen`` offers to begin the build of an idea, once it was decided."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        page = _page(session, product, chosen, visit.session.name)
        return visit.render("explore/decision.html", page, title=_("Decision"), product=head)


def _page(session: Session, product: Product, chosen: str, me: str) -> DecisionPage:
    cases, criteria, untied = convergence(session, product.id)
    before = not Phase(product.phase).reached(Phase.BUILD)
    offer = next((case.idea for case in cases if case.idea.id == chosen and before), None)
    return DecisionPage(
        cases=cases,
        criteria=criteria,
        untied=untied,
        offer=offer,
        me=me,
        choices=CHOICES,
        choosing=CHOOSING,
        verdicts=VERDICTS,
        types=TYPES,
        ipap=IPAP,
        questions=SHORT,
        answered=ANSWERED,
        tones=TONES,
        product_id=product.id,
    )


@router.post("/{idea_id}")
def decide_it(
    visit: Editing,
    product_id: str,
    idea_id: str,
    choice: Annotated[str, Form()],
    rationale: Annotated[str, Form()],
    owner: Annotated[str, Form()],
    decided_by: Annotated[str, Form()] = "",
) -> Response:
    """Decide on an idea; building one offers to begin."""
    with visit.workspace.transaction(visit.session.name) as session:
        idea = find(session, Idea, idea_id, product_id=product_id)
        by = decided_by or visit.session.name
        made = decide(session, idea, choice, rationale, owner=owner, decided_by=by)
        shown = f"?chosen={idea_id}" if made.choice == Choice.BUILD else f"#idea-{idea_id}"
    return visit.see(f"/products/{product_id}/decision{shown}")


@router.post("")
def begin(visit: Maintaining, product_id: str) -> Response:
    """The product goes on to its build."""
    with visit.workspace.transaction(visit.session.name) as session:
        product = product_named(session, product_id)
        if not Phase(product.phase).reached(Phase.BUILD):
            edit(session, product, phase=Phase.BUILD)
    return visit.see(f"/products/{product_id}")
