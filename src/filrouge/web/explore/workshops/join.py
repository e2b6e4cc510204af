"""The door of a workshop: a link, or its QR code, behind which one says who one is and is a guest."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from filrouge.explore.workshops import PROFILES, Profile, Workshop, sit_down, workshop_behind
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.secrets import digest_of
from filrouge.storage.accounts.sessions import WORKSHOP, guest_named, open_session
from filrouge.storage.editing import BadField, find
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.errors import NotSignedIn
from filrouge.web.explore.workshops.attend import guest_seat, room_of
from filrouge.web.pulse import pulses_of
from filrouge.web.sessions import Session
from filrouge.web.visit import Everybody, session_of, shown

__all__ = ["door_of", "router"]

router = APIRouter()


@dataclass(frozen=True)
class DoorPage:
    """The context of the page.

    Args:
        here: the address of the door.
        name: what was written before it was refused.
    """

    title: str
    here: str
    profiles: dict[Profile, str]
    name: str = ""
    faults: tuple[FilrougeError, ...] = ()


@dataclass(frozen=True)
class Door:
    """The link that lets guests in, and the picture of it."""

    url: str
    picture: str


def door_of(request: Request, code: str) -> Door:
    """The link of a door's code, as this server is reached, and its QR code as SVG."""
    import segno

    url = str(request.url_for("join", code=code))
    return Door(url, segno.make(url, error="m").svg_inline(scale=4, border=1, svgclass="qr", lineclass=None))


@router.get("/join/{code}", dependencies=[Everybody])
async def join(request: Request, code: str) -> Response:
    """Ask who is there; whoever is let in already goes on to the room.

    Programs that draw a preview of a link ask for it too: nothing is opened before the form is sent.
    """
    workshop = await run_in_threadpool(_behind, request, code)
    if _inside(await session_of(request), workshop):
        return RedirectResponse(room_of(workshop), 303)
    page = DoorPage(workshop.title, request.url.path, PROFILES)
    return await shown(request, "explore/workshops/door.html", page, title=workshop.title)


@router.post("/join/{code}", dependencies=[Everybody])
async def enter(
    request: Request, code: str, name: Annotated[str, Form()] = "", profile: Annotated[str, Form()] = ""
) -> Response:
    """Let somebody in, with a seat: as a guest of this workshop alone.

    Who contributes to the product stays who they are. So whoever holds the link may write and vote,
    viewers of the product too.
    """
    workshop = await run_in_threadpool(_behind, request, code)
    response = RedirectResponse(room_of(workshop), 303)
    if _inside(await session_of(request), workshop):
        return response
    try:
        cookie = await run_in_threadpool(_seated, request, workshop, name, profile)
    except BadField as fault:
        page = DoorPage(workshop.title, request.url.path, PROFILES, name, (fault,))
        return await shown(request, "explore/workshops/door.html", page, title=workshop.title, status=422)
    pulses_of(request).ring(workshop.id)
    keep(request, response, cookie)
    return response


def _inside(known: Session | None, workshop: Workshop) -> bool:
    if known is None:
        return False
    contributes = known.access.may(Role.CONTRIBUTOR, str(workshop.product_id))
    return contributes or known.scope == WORKSHOP + workshop.id


def _behind(request: Request, code: str) -> Workshop:
    with request.app.state.workspace.reading() as session:
        found = workshop_behind(session, code)
    if found is None:
        raise NotSignedIn(
            _("This link opens no workshop: it was renewed, or the workshop is closed."),
            action=_("Ask the facilitator for the present link."),
        )
    return found


def _seated(request: Request, workshop: Workshop, name: str, profile: str) -> str:
    """A guest's session and seat, together or not at all; gives what the browser keeps."""
    if profile not in set(Profile):
        raise BadField(_("As what do you come?"), where="profile", action=_("Choose one below."))
    browser = browser_of(request)
    guest = guest_named(name)
    with request.app.state.workspace.transaction(guest) as session:
        session.info["address"] = browser.address
        secret = open_session(session, guest, WORKSHOP + workshop.id, browser=browser)
        seat = guest_seat(digest_of(secret))
        sit_down(session, find(session, Workshop, workshop.id), seat, name, Profile(profile))
        record(session, "share.used", workshop.title, product_id=workshop.product_id, how="workshop")
        return secret
