"""The door of a workshop: a link, or its QR code, that makes a guest of whoever opens it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from filrouge.explore.workshops import Workshop, workshop_behind
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.sessions import WORKSHOP, open_session
from filrouge.web.accounts.cookies import browser_of, keep
from filrouge.web.errors import NotSignedIn
from filrouge.web.explore.workshops.attend import room_of
from filrouge.web.render import environment
from filrouge.web.visit import Everybody, Frame, session_of

__all__ = ["door_of", "router"]

router = APIRouter()


@dataclass(frozen=True)
class DoorPage:
    """The context of the page: where to go on, and the title of the workshop."""

    path: str
    title: str


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
    """Let somebody in: who contributes to the product as they are, others as guests of this workshop alone.

    So whoever holds the link may write and vote, viewers of the product too.

    The cookie comes with a page, not with a redirect: browsers send a strict cookie only where the way
    began on our own pages.
    """
    workshop = await run_in_threadpool(_behind, request, code)
    known = await session_of(request)
    path = room_of(workshop)
    page = DoorPage(path, workshop.title)
    frame = Frame(title=workshop.title, path="/join", guest=True)
    response = HTMLResponse(
        environment().get_template("explore/workshops/door.html").render(page=page, frame=frame)
    )
    contributes = known is not None and known.access.may(Role.CONTRIBUTOR, str(workshop.product_id))
    if not contributes and (known is None or known.scope != WORKSHOP + workshop.id):
        cookie = await run_in_threadpool(_guest, request, workshop)
        keep(request, response, cookie)
    return response


def _behind(request: Request, code: str) -> Workshop:
    with request.app.state.workspace.reading() as session:
        found = workshop_behind(session, code)
    if found is None:
        raise NotSignedIn(
            _("This link opens no workshop: it was renewed, or the workshop is closed."),
            action=_("Ask the facilitator for the present link."),
        )
    return found


def _guest(request: Request, workshop: Workshop) -> str:
    with request.app.state.workspace.transaction(_("guest")) as session:
        session.info["address"] = browser_of(request).address
        record(session, "share.used", workshop.title, product_id=workshop.product_id, how="workshop")
        return open_session(session, _("guest"), WORKSHOP + workshop.id, browser=browser_of(request))
