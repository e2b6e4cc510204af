"""Who may be in a workshop: members of the product, and the guests of this workshop alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from filrouge.explore.workshops import Workshop
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.sessions import WORKSHOP
from filrouge.storage.editing import UnknownArtefact, find
from filrouge.storage.product import UnknownProduct
from filrouge.web.errors import NotAllowed, NotSignedIn
from filrouge.web.visit import Needs, Visit, session_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DatabaseSession

__all__ = [
    "Attending",
    "TakingPart",
    "guest_seat",
    "is_guest",
    "own_room",
    "room_of",
    "still_attends",
    "who_is",
]


_REFUSALS = (NotSignedIn, NotAllowed, UnknownProduct, UnknownArtefact)


@dataclass(frozen=True)
class _Attends(Needs):
    """A role in the product, or a guest's session of the very workshop of the address, unless archived."""

    async def __call__(self, request: Request) -> Visit:
        """The visit, when it is allowed."""
        session = await session_of(request)
        workshop_id = str(request.path_params["workshop_id"])
        if session is None or session.scope != WORKSHOP + workshop_id:
            return await super().__call__(request)
        product_id = str(request.path_params["product_id"])
        await run_in_threadpool(_is_open, request, product_id, workshop_id)
        return Visit(request, session, product_id)


def _is_open(request: Request, product_id: str, workshop_id: str) -> None:
    with request.app.state.workspace.reading() as session:
        workshop = find(session, Workshop, workshop_id, product_id=product_id)
        if workshop.archived_at is not None:
            raise UnknownArtefact(
                _("The workshop “{title}” was archived.").format(title=workshop.title),
                action=_("Ask whoever invited you."),
            )


Attending = Annotated[Visit, Depends(_Attends(Role.VIEWER))]
"""Reads the room."""
TakingPart = Annotated[Visit, Depends(_Attends(Role.CONTRIBUTOR))]
"""Takes a seat, writes, votes, scores."""


async def still_attends(visit: Visit) -> bool:
    """Whether who was let into the room still may be there: asked of the database, for answers that last."""
    await session_of(visit.request, anew=True)
    try:
        await _Attends(Role.VIEWER)(visit.request)
    except _REFUSALS:
        return False
    return True


def is_guest(visit: Visit) -> bool:
    """Whether the session opens this workshop and nothing else."""
    return visit.session.at_workshop


def room_of(workshop: Workshop) -> str:
    """The address of a workshop's room."""
    return f"/products/{workshop.product_id}/workshops/{workshop.id}"


def own_room(session: "DatabaseSession", visit: Visit) -> str:
    """The room of the workshop that a guest takes part in."""
    return room_of(find(session, Workshop, visit.session.scope.removeprefix(WORKSHOP)))


def guest_seat(session_id: str) -> str:
    """What names a guest's session in a seat."""
    return f"guest:{session_id}"


def who_is(visit: Visit) -> str:
    """What names a session in a seat: an account keeps its seat from one browser to the next."""
    if visit.session.account_id:
        return f"account:{visit.session.account_id}"
    return guest_seat(visit.session.id) if is_guest(visit) else f"name:{visit.session.name}"
