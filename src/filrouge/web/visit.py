"""A visit: one request, who makes it, the workspace, and how its page is rendered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from filrouge.kernel.i18n import _
from filrouge.storage.accounts.roles import Role
from filrouge.storage.comments import unread
from filrouge.web.accounts.cookies import browser_of
from filrouge.web.allowed import allow, concerned
from filrouge.web.errors import BadForgery, NotAllowed, SignInFirst
from filrouge.web.figures import Figure
from filrouge.web.navigation import CHAPTERS, Chapter, PageLink
from filrouge.web.put_away import PutAway, put_away
from filrouge.web.render import environment
from filrouge.web.sessions import COOKIE, Session

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DatabaseSession

    from filrouge.storage.workspace import Workspace

__all__ = [
    "Administering",
    "Editing",
    "Everybody",
    "Frame",
    "Maintaining",
    "Needs",
    "ProductHead",
    "Visit",
    "Visiting",
    "everybody",
    "not_signed_in",
    "require_csrf",
    "session_of",
    "shown",
]


@dataclass(frozen=True)
class ProductHead:
    """What every page of a product shows of it."""

    id: str
    title: str
    phase: str
    indicator: str = ""
    """Name of the main indicator; empty when none was chosen."""
    figure: Figure = field(default_factory=Figure)
    """What it reached."""
    alerts: int = 0
    """How many alerts need somebody."""
    said: Mapping[str, int] = field(default_factory=dict)
    """How many comments stand in open threads, by the id of what they are about."""


@dataclass(frozen=True)
class Frame:
    """What surrounds a page."""

    title: str
    path: str
    csrf: str = ""
    name: str = ""
    product: ProductHead | None = None
    chapters: tuple[Chapter, ...] = CHAPTERS
    signed_in: bool = False
    guest: bool = False
    """Whether this page is all that who looks may see."""
    administrator: bool = False
    """Whether people and settings of the workspace are theirs to change."""
    role: Role | None = None
    """What who looks may do in the product, or in the workspace on its pages; none for a stranger."""
    mentions: int = 0
    """How many comments mention who is there, and wait to be read."""
    put_away: PutAway | None = None
    """What this page was asked to put away, just before."""

    @property
    def edits(self) -> bool:
        """Whether what is shown may be changed."""
        return self.role is not None and self.role.reaches(Role.CONTRIBUTOR)

    @property
    def maintains(self) -> bool:
        """Whether they promote, roll back, sign and set monitors."""
        return self.role is not None and self.role.reaches(Role.MAINTAINER)

    @property
    def administers(self) -> bool:
        """Whether they say who may do what."""
        return self.role is Role.ADMIN

    def current(self, chapter: Chapter) -> PageLink | None:
        """The page of this chapter that is shown, or holds the page that is."""
        rest = self.path.removeprefix(f"/products/{self.product.id}") if self.product else self.path
        for link in chapter.pages:
            if rest == link.path or (link.path and rest.startswith(f"{link.path}/")):
                return link
        return None


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in person.

    Args:
        product_id: the product that it concerns; none on the pages of the workspace.
    """

    request: Request
    session: Session
    product_id: str | None = None

    @contextmanager
    def writing(self) -> "Iterator[DatabaseSession]":
        """A transaction in the name of who is there, which knows where the request came from."""
        with self.workspace.transaction(self.session.name) as session:
            session.info["address"] = browser_of(self.request).address
            yield session

    @property
    def workspace(self) -> "Workspace":
        """The workspace that the application shows."""
        found: Workspace = self.request.app.state.workspace
        return found

    def render(
        self,
        template: str,
        page: Any,
        *,
        title: str,
        product: ProductHead | None = None,
        guest: bool = False,
        status: int = 200,
    ) -> Response:
        """A page: its template with one typed context."""
        frame = Frame(
            title=title,
            path=self.request.url.path,
            csrf=self.session.csrf,
            name=self.session.name,
            product=product,
            signed_in=True,
            guest=guest,
            administrator=self.session.access.may(Role.ADMIN),
            role=self.role_in(product.id if product else self.product_id),
            mentions=0 if guest else self._mentions(),
            put_away=put_away(self.workspace, product.id, self.request) if product else None,
        )
        return HTMLResponse(environment().get_template(template).render(page=page, frame=frame), status)

    def require(self, need: Role, product_id: str | None = None) -> None:
        """Refuse what the route's own need does not cover.

        Raises:
            NotAllowed: the role does not suffice.
        """
        allow(self.session.access, need, product_id or self.product_id)

    def require_person(self) -> None:
        """Refuse a token: passwords, sessions and access are for people at their browser."""
        if self.session.bearer:
            raise NotAllowed(_("This is for people, not for tokens."), action=_("Do it on the pages."))

    def _mentions(self) -> int:
        with self.workspace.reading() as session:
            waiting = unread(session, self.session.name)
        return sum(self.session.access.may(Role.VIEWER, one.product_id) for one in waiting)

    def role_in(self, product_id: str | None) -> Role | None:
        """What who asks may do in a product, or on the pages of the workspace."""
        access = self.session.access
        return next((role for role in reversed(Role) if access.may(role, product_id)), None)

    @staticmethod
    def see(path: str) -> Response:
        """Go on to a page after a form was taken."""
        return RedirectResponse(quote(path, safe="/#?=&:"), 303)


async def shown(request: Request, template: str, page: Any, *, title: str, status: int = 200) -> Response:
    """A page for strangers too."""
    session = await session_of(request)
    frame = Frame(
        title=title,
        path=request.url.path,
        csrf=session.csrf if session else "",
        name=session.name if session else "",
        signed_in=session is not None,
        guest=session is not None and session.at_workshop,
    )
    return HTMLResponse(environment().get_template(template).render(page=page, frame=frame), status)


async def session_of(request: Request, *, anew: bool = False) -> Session | None:
    """Who asks; read once for each request, and again (``anew``) while its answer goes on."""
    state = request.state
    if anew or not hasattr(state, "session"):
        sessions = request.app.state.sessions
        scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":  # the cookies of such a request are not looked at
            state.session = await run_in_threadpool(sessions.read_bearer, secret.strip())
        else:
            state.session = await run_in_threadpool(sessions.read, request.cookies.get(COOKIE, ""))
    found: Session | None = state.session
    return found


@dataclass(frozen=True)
class Needs:
    """What a route takes: somebody signed in, with a role in the product that its address names.

    A product in the address is ``{product_id}``; an artefact is ``{kind}/{identifier}``, and its own
    product counts. On addresses without either, the role is the one in the workspace.
    """

    role: Role

    async def __call__(self, request: Request) -> Visit:
        """The visit, when it is allowed."""
        session = await session_of(request)
        if session is None:
            raise not_signed_in()
        product_id = await run_in_threadpool(_concerned, request, session)
        allow(session.access, self.role, product_id)
        return Visit(request, session, product_id)


def _concerned(request: Request, session: Session) -> str | None:
    with request.app.state.workspace.reading() as reading:
        return concerned(reading, request.path_params, session.access)


async def everybody() -> None:
    """Declares that a route is for strangers too."""


Visiting = Annotated[Visit, Depends(Needs(Role.VIEWER))]
"""Reads: viewers of the product; anybody signed in elsewhere, who sees only what is theirs."""
Editing = Annotated[Visit, Depends(Needs(Role.CONTRIBUTOR))]
"""Changes what people write; elsewhere, whoever may change anything at all."""
Maintaining = Annotated[Visit, Depends(Needs(Role.MAINTAINER))]
"""Acts on what serves or binds the team: promotion, rollback, monitors, waivers, signatures, release."""
Administering = Annotated[Visit, Depends(Needs(Role.ADMIN))]
"""Says who may do what: members of the product; elsewhere, people and settings of the workspace."""
Everybody = Depends(everybody)


async def require_csrf(request: Request) -> None:
    """Refuse a change that did not come from our own pages."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    session = await session_of(request)
    if session is None:
        # Nobody is there yet: signing in is still for our own form only (login CSRF). Other changes
        # find out by themselves that nobody is signed in.
        if not _from_here(request):
            raise BadForgery(_("This form did not come from these pages."), action=_("Sign in here."))
        return
    if session.bearer:
        return  # no browser sends this header by itself, so nobody can be made to
    sent = request.headers.get("x-csrf-token") or ""
    if not sent and "form" in request.headers.get("content-type", ""):
        sent = str((await request.form()).get("csrf", ""))
    if not compare_digest(sent.encode(), session.csrf.encode()):
        raise BadForgery(
            _("This form is too old, or did not come from these pages."),
            action=_("Reload the page and try again."),
        )


def not_signed_in() -> SignInFirst:
    """What a stranger is told."""
    return SignInFirst(
        _("You are not signed in."),
        action=_(
            "Sign in, or open the link that “filrouge web” printed on this machine: each link works once."
        ),
    )


def _from_here(request: Request) -> bool:
    """Whether a form was sent by a page of ours; what is no browser says nothing, and forges nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
