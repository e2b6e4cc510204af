"""The list of workshops, the room, its live parts, and the minutes."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from filrouge.explore.ideas import KEPT
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import (
    PROFILES,
    Minutes,
    Participant,
    Profile,
    Workshop,
    WorkshopPhase,
    beat_of,
    code_of,
    minutes_of,
    prepare,
    to_markdown,
)
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import slugify
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.roles import Role
from filrouge.storage.editing import find, listed
from filrouge.web.explore.workshops.attend import Attending, is_guest, still_attends, who_is
from filrouge.web.explore.workshops.join import Door, door_of
from filrouge.web.explore.workshops.view import PHASES, RoomView, Shared, Viewer, room_view, shared_view
from filrouge.web.overview import head_of
from filrouge.web.pulse import pulses_of
from filrouge.web.render import environment
from filrouge.web.visit import Editing, Frame, Visit, Visiting

__all__ = ["fragment", "kept_at_most", "router"]

_AT_ONCE = BoundedSemaphore(2)
"""Rooms that are drawn at a time: thirty threads that read rows would take turns at each row, writers too."""
_ASK_S = 5.0
"""How long somebody who follows a room is taken for who they were."""

router = APIRouter(prefix="/products/{product_id}/workshops")


@dataclass(frozen=True)
class WorkshopsPage:
    """The workshops of a product, with how many took part in each."""

    workshops: tuple[tuple[Workshop, int], ...]
    objectives: dict[str, str]
    phases: dict[WorkshopPhase, str]


@dataclass(frozen=True)
class RoomPage:
    """The room, and for a closed workshop its minutes."""

    room: RoomView
    profiles: dict[Profile, str]
    minutes: Minutes | None
    door: Door | None
    guest: bool

    @property
    def here(self) -> str:
        """The address of the room."""
        workshop = self.room.workshop
        return f"/products/{workshop.product_id}/workshops/{workshop.id}"


def _viewer(visit: Visit, shared: Shared) -> Viewer:
    """Who looks at a workshop."""
    there = pulses_of(visit.request).present(shared.workshop.id)
    mine = shared.seats.get(who_is(visit))
    me = next((one for one in shared.people if one.id == mine), None)
    present = frozenset(seat for who, seat in shared.seats.items() if who in there)
    leads = visit.session.access.may(Role.CONTRIBUTOR, str(shared.workshop.product_id))
    return Viewer(me, leads=leads, present=present)


def _shared(visit: Visit, session: Session, product_id: str, workshop_id: str) -> Shared:
    """What all see alike: read once for each change, however many ask, while people work together.

    A text edited elsewhere without the room being told is at most a second old.
    """
    held: dict[str, tuple[tuple[int, int], Shared]] = visit.request.app.state.rooms
    now = (beat_of(session, workshop_id), int(time.monotonic()))
    known = held.get(workshop_id)
    if known is not None and known[0] == now and known[1].workshop.product_id == product_id:
        return known[1]
    found = shared_view(session, find(session, Workshop, workshop_id, product_id=product_id))
    if found.workshop.phase not in (WorkshopPhase.PREPARED, WorkshopPhase.CLOSED):
        held[workshop_id] = (now, found)
    return found


@router.get("")
def workshops(visit: Visiting, product_id: str) -> Response:
    """The workshops, the newest first."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        people = listed(session, Participant, product_id)
        rows = [
            (one, sum(person.workshop_id == one.id for person in people))
            for one in listed(session, Workshop, product_id)
        ]
        goals = {one.id: one.statement for one in listed(session, Objective, product_id)}
        page = WorkshopsPage(tuple(reversed(rows)), goals, PHASES)
        return visit.render("explore/workshops/list.html", page, title=_("Workshops"), product=head)


@router.post("")
def start(
    visit: Editing, product_id: str, title: Annotated[str, Form()], objective_id: Annotated[str, Form()] = ""
) -> Response:
    """Prepare a workshop."""
    with visit.workspace.transaction(visit.session.name) as session:
        made = prepare(
            session,
            product_id,
            title,
            objective_id=objective_id or None,
            facilitator=visit.session.name,
        )
    return visit.see(f"/products/{product_id}/workshops/{made.id}")


@router.get("/{workshop_id}")
def room(visit: Attending, product_id: str, workshop_id: str) -> Response:
    """The room."""
    with visit.workspace.reading() as session:
        page = _page(visit, session, _shared(visit, session, product_id, workshop_id))
        workshop = page.room.workshop
        head = None if is_guest(visit) else head_of(session, product_id)[1]
        return visit.render(
            "explore/workshops/room.html", page, title=workshop.title, product=head, guest=is_guest(visit)
        )


@router.get("/{workshop_id}/room")
def live(visit: Attending, product_id: str, workshop_id: str) -> Response:
    """The part of the page that changes while people work."""
    return fragment(visit, product_id, workshop_id)


@router.get("/{workshop_id}/events")
async def events(visit: Attending, product_id: str, workshop_id: str) -> Response:
    """A line for every change, as long as the page is open (server-sent events).

    Who signed out meanwhile, was disabled or lost the role hears no more: who they are is asked again at the
    first change after some seconds, or when nothing changes.
    """
    await run_in_threadpool(_known, visit, product_id, workshop_id)
    follow = pulses_of(visit.request).follow(workshop_id, who_is(visit))

    async def told() -> AsyncIterator[str]:
        asked = time.monotonic()
        async with aclosing(follow):
            async for beat in follow:
                if beat is None or time.monotonic() - asked > _ASK_S:
                    if not await still_attends(visit):
                        return
                    asked = time.monotonic()
                yield ": quiet\n\n" if beat is None else f"id: {beat}\ndata: {beat}\n\n"

    return StreamingResponse(told(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/{workshop_id}/minutes.md")
def minutes(visit: Attending, product_id: str, workshop_id: str) -> Response:
    """The minutes as Markdown."""
    with visit.workspace.reading() as session:
        workshop = find(session, Workshop, workshop_id, product_id=product_id)
        text = to_markdown(minutes_of(session, workshop))
        name = f"{slugify(workshop.title) or 'workshop'}.md"
    with visit.writing() as session:
        record(session, "export.taken", workshop.title, product_id=product_id, form="minutes")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8", headers=headers)


def fragment(visit: Visit, product_id: str, workshop_id: str) -> Response:
    """The room alone, as it stands now."""
    with _AT_ONCE, visit.workspace.reading() as session:
        page = _page(visit, session, _shared(visit, session, product_id, workshop_id))
        role = visit.role_in(product_id)
        frame = Frame(title="", path="", csrf=visit.session.csrf, name=visit.session.name, role=role)
        template = environment().get_template("explore/workshops/_room.html")
        return HTMLResponse(template.render(page=page, frame=frame))


def _page(visit: Visit, session: Session, shared: Shared) -> RoomPage:
    workshop, viewer = shared.workshop, _viewer(visit, shared)
    closed = workshop.phase == WorkshopPhase.CLOSED
    code = "" if closed or not viewer.leads else code_of(session, workshop)
    return RoomPage(
        room_view(session, shared, viewer, kept_at_most(visit, str(workshop.product_id))),
        PROFILES,
        minutes_of(session, workshop) if closed else None,
        door_of(visit.request, code) if code else None,
        is_guest(visit),
    )


def kept_at_most(visit: Visit, product_id: str) -> int:
    """How many ideas are kept in a product: the number that the check asks for (EXP004.2)."""
    return int(visit.workspace.settings.check.threshold("kept_ideas", product_id, KEPT))


def _known(visit: Visit, product_id: str, workshop_id: str) -> None:
    with visit.workspace.reading() as session:
        find(session, Workshop, workshop_id, product_id=product_id)
