"""The steering dossier: the thread of a product so far, on a few pages, for those who decide on it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from filrouge.flows.convergence import convergence
from filrouge.flows.dossier import explored, settled
from filrouge.flows.dossier.markdown import as_markdown
from filrouge.flows.dossier.paper import typeset_dossier
from filrouge.flows.dossier.parts import Block, Chapter, Dossier, Listing, Missing, Table, Text
from filrouge.kernel.i18n import _
from filrouge.storage.editing import now_of
from filrouge.storage.product import product_named

__all__ = [
    "Block",
    "Chapter",
    "Dossier",
    "Listing",
    "Missing",
    "Table",
    "Text",
    "as_markdown",
    "dossier",
    "typeset_dossier",
]


def dossier(session: Session, product_id: str) -> Dossier:
    """Read the dossier of a product from the workspace; what is not there is said to be missing.

    Raises:
        UnknownProduct: there is no such product.
    """
    product = product_named(session, product_id)
    cases = convergence(session, product_id).cases

    def chapter(title: str, page: str, blocks: Iterable[Block]) -> Chapter:
        return Chapter(title, tuple(blocks), f"/products/{product_id}/{page}")

    return Dossier(
        product_id=product_id,
        title=product.title,
        summary=product.summary,
        phase=str(product.phase),
        at=now_of(session),
        chapters=(
            chapter(
                _("What is asked of the committee"), "decision", settled.asked(session, product_id, cases)
            ),
            chapter(_("Objective"), "objectives", explored.objectives(session, product_id)),
            chapter(_("The work today, and afterwards"), "journeys", explored.journeys(session, product_id)),
            chapter(_("The ideas, and how they were chosen"), "ideas", explored.ideas(session, product_id)),
            chapter(_("Canvas"), "canvas", explored.canvas(session, cases)),
            chapter(_("Data sources"), "canvas", explored.data_sources(session, product_id)),
            chapter(_("Uncertainties"), "uncertainties", settled.uncertainties(session, product_id)),
            chapter(_("Prototypes"), "prototypes", settled.prototypes(session, product_id, cases)),
            chapter(_("User tests"), "user-tests", settled.user_tests(session, product_id)),
            chapter(_("Feasibility"), "decision", settled.feasibility(session, product_id, cases)),
            chapter(_("Decision"), "decision", settled.decision(cases)),
        ),
    )
