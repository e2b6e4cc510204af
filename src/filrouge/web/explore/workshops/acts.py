"""What people do in the room. Each act is one operation; then the others are told."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from filrouge.explore.workshops import (
    Participant,
    Profile,
    Workshop,
    WorkshopPhase,
    add_dots,
    combine_ideas,
    drop_draft,
    enter_phase,
    group_ideas,
    keep,
    mark,
    propose,
    relieve,
    renew_code,
    reveal,
    say_aligned,
    seated,
    share_drafts,
    sit_down,
    sort_grid,
    start_timer,
    stop_timer,
    take_idea_back,
)
from filrouge.explore.workshops import beat as tell
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.sessions import guest_named, name_guest
from filrouge.storage.editing import edit, find
from filrouge.web.explore.workshops.attend import TakingPart, is_guest, who_is
from filrouge.web.explore.workshops.pages import fragment, kept_at_most
from filrouge.web.pulse import pulses_of
from filrouge.web.visit import Editing, Visit

__all__ = ["NoSeat", "router"]

router = APIRouter(prefix="/products/{product_id}/workshops/{workshop_id}")


class NoSeat(FilrougeError):
    """Who acts has not taken a seat in this workshop."""

    code = "workshop.no-seat"
    status = 409


Sitting = Callable[[Session, Workshop, Participant], object]
Leading = Callable[[Session, Workshop], object]


def _sitting(visit: Visit, product_id: str, workshop_id: str, act: Sitting) -> Response:
    """An act of a participant."""

    def led(session: Session, workshop: Workshop) -> None:
        me = seated(session, workshop, who_is(visit))
        if me is None:
            raise NoSeat(
                _("You have no seat in this workshop yet."),
                where=f"workshop:{workshop.id}",
                action=_("Give your name and profile first."),
            )
        act(session, workshop, me)

    return _leading(visit, product_id, workshop_id, led)


def _leading(visit: Visit, product_id: str, workshop_id: str, act: Leading, *, actor: str = "") -> Response:
    """An act on the workshop; the answer is the room, or the page where scripts do not run.

    Args:
        visit: the visit.
        product_id: the product.
        workshop_id: the workshop.
        act: what is done.
        actor: whom the history names, where it is not who the session is called so far.
    """
    with visit.workspace.transaction(actor or visit.session.name) as session:
        act(session, find(session, Workshop, workshop_id, product_id=product_id))
    pulses_of(visit.request).ring(workshop_id)
    if "x-room" in visit.request.headers:
        return fragment(visit, product_id, workshop_id)
    return visit.see(f"/products/{product_id}/workshops/{workshop_id}")


@router.post("/seat")
def seat(
    visit: TakingPart,
    product_id: str,
    workshop_id: str,
    name: Annotated[str, Form()],
    profile: Annotated[Profile, Form()],
) -> Response:
    """Take a seat, or change one's name and profile; the history names a guest from the first act on."""
    actor = guest_named(name) if is_guest(visit) else ""

    def act(session: Session, workshop: Workshop) -> None:
        sit_down(session, workshop, who_is(visit), name, profile)
        if actor:
            name_guest(session, visit.session.id, actor)

    return _leading(visit, product_id, workshop_id, act, actor=actor)


@router.post("/aligned")
def aligned(
    visit: TakingPart, product_id: str, workshop_id: str, yes: Annotated[bool, Form()] = False
) -> Response:
    """Share objective and pain points, or not."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, me: say_aligned(session, workshop, me, aligned=yes),
    )


@router.post("/phase")
def phase(
    visit: Editing, product_id: str, workshop_id: str, to: Annotated[WorkshopPhase, Form()]
) -> Response:
    """Lead the room into a phase."""
    return _leading(
        visit, product_id, workshop_id, lambda session, workshop: enter_phase(session, workshop, to)
    )


@router.post("/timer")
def timer(
    visit: Editing, product_id: str, workshop_id: str, minutes: Annotated[float, Form()] = 0
) -> Response:
    """Start the timer; 0 stops it."""

    def act(session: Session, workshop: Workshop) -> None:
        if minutes:
            start_timer(session, workshop, minutes)
        else:
            stop_timer(session, workshop)

    return _leading(visit, product_id, workshop_id, act)


@router.post("/silent")
def silent(
    visit: Editing, product_id: str, workshop_id: str, yes: Annotated[bool, Form()] = False
) -> Response:
    """Write silently, or in the open: what was written silently is shared then."""

    def act(session: Session, workshop: Workshop) -> None:
        if yes:
            edit(session, workshop, silent=True)
            tell(session, workshop)
        else:
            share_drafts(session, workshop)

    return _leading(visit, product_id, workshop_id, act)


@router.post("/dots-each")
def dots_each(visit: Editing, product_id: str, workshop_id: str, count: Annotated[int, Form()]) -> Response:
    """How many dots each may place."""

    def act(session: Session, workshop: Workshop) -> None:
        edit(session, workshop, dots=count)
        tell(session, workshop)

    return _leading(visit, product_id, workshop_id, act)


@router.post("/door")
def another_door(visit: Editing, product_id: str, workshop_id: str) -> Response:
    """Another link for guests."""
    return _leading(visit, product_id, workshop_id, renew_code)


@router.post("/reveal")
def show_dots(visit: Editing, product_id: str, workshop_id: str) -> Response:
    """Count the dots for all to see."""
    return _leading(visit, product_id, workshop_id, reveal)


@router.post("/sort")
def sort(visit: Editing, product_id: str, workshop_id: str) -> Response:
    """Put the best scores first, for all in the room."""
    return _leading(visit, product_id, workshop_id, sort_grid)


@router.post("/ideas")
def write(
    visit: TakingPart,
    product_id: str,
    workshop_id: str,
    text: Annotated[str, Form()],
    pain: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Write an idea; with the pain point that it would relieve, where that is known already."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, me: propose(session, workshop, me, text, pain_point_id=pain),
    )


@router.post("/ideas/{idea_id}/pain")
def tie_pain(
    visit: TakingPart,
    product_id: str,
    workshop_id: str,
    idea_id: str,
    pain: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Say which pain point an idea on the wall would relieve."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, _me: relieve(session, workshop, idea_id, pain),
    )


@router.post("/ideas/{idea_id}/back")
def take_back(visit: TakingPart, product_id: str, workshop_id: str, idea_id: str) -> Response:
    """Take one's own idea from the wall."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, me: take_idea_back(session, workshop, me, idea_id),
    )


@router.post("/drafts/{draft_id}/back")
def tear_up(visit: TakingPart, product_id: str, workshop_id: str, draft_id: str) -> Response:
    """Take one's own draft back."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, me: drop_draft(session, workshop, me, draft_id),
    )


@router.post("/group")
async def group(visit: TakingPart, product_id: str, workshop_id: str, request: Request) -> Response:
    """Group the ticked ideas by a name, or combine them into one that keeps them as parents."""
    form = await request.form()
    ticked = [str(one) for one in form.getlist("idea")]
    name, title = str(form.get("group", "")), str(form.get("title", "")).strip()

    def act(session: Session, workshop: Workshop, me: Participant) -> None:
        if title:
            combine_ideas(session, workshop, ticked, title=title, author=me.name)
        else:
            group_ideas(session, workshop, ticked, name)

    return await run_in_threadpool(_sitting, visit, product_id, workshop_id, act)


@router.post("/dots/{idea_id}")
def vote(
    visit: TakingPart, product_id: str, workshop_id: str, idea_id: str, by: Annotated[int, Form()]
) -> Response:
    """Place so many dots more on an idea, or fewer."""
    return _sitting(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop, me: add_dots(session, workshop, me, idea_id, by=by),
    )


@router.post("/marks/{idea_id}/{criterion_id}")
def score(
    visit: TakingPart,
    product_id: str,
    workshop_id: str,
    idea_id: str,
    criterion_id: str,
    value: Annotated[int | None, Form()] = None,
) -> Response:
    """Give a mark from 0 to 5; nothing takes it back."""

    def act(session: Session, workshop: Workshop, me: Participant) -> None:
        mark(session, workshop, me, idea_id, criterion_id=criterion_id, value=value)

    return _sitting(visit, product_id, workshop_id, act)


@router.post("/keep/{idea_id}")
def choose(
    visit: Editing,
    product_id: str,
    workshop_id: str,
    idea_id: str,
    yes: Annotated[bool, Form()] = False,
) -> Response:
    """Keep an idea, or let it go."""
    return _leading(
        visit,
        product_id,
        workshop_id,
        lambda session, workshop: keep(
            session, workshop, idea_id, kept=yes, most=kept_at_most(visit, product_id)
        ),
    )
