"""A visit: one request, who makes it, the workspace, and how its page is rendered."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from filrouge.kernel.i18n import _
from filrouge.web.errors import BadForgery, NotSignedIn
from filrouge.web.figures import Figure
from filrouge.web.navigation import CHAPTERS, Chapter, PageLink
from filrouge.web.render import environment
from filrouge.web.sessions import COOKIE, Session

if TYPE_CHECKING:
    from filrouge.storage.workspace import Workspace

__all__ = ["Frame", "ProductHead", "Visit", "Visiting", "require_csrf"]


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

    def current(self, chapter: Chapter) -> PageLink | None:
        """The page of this chapter that is shown, or holds the page that is."""
        rest = self.path.removeprefix(f"/products/{self.product.id}") if self.product else self.path
        for link in chapter.pages:
            if rest == link.path or (link.path and rest.startswith(f"{link.path}/")):
                return link
        return None


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in person."""

    request: Request
    session: Session

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
        )
        return HTMLResponse(environment().get_template(template).render(page=page, frame=frame), status)

    @staticmethod
    def see(path: str) -> Response:
        """Go on to a page after a form was taken."""
        return RedirectResponse(quote(path, safe="/#?=&:"), 303)


async def _visit(request: Request) -> Visit:
    state = request.app.state
    session = state.sessions.read(request.cookies.get(COOKIE, ""), state.now_s())
    if session is None:
        raise NotSignedIn(
            _("You are not signed in."),
            action=_("Open the link that “filrouge web” printed, or start it again for a new one."),
        )
    return Visit(request, session)


Visiting = Annotated[Visit, Depends(_visit)]


async def require_csrf(request: Request) -> None:
    """Refuse a change that did not come from our own pages."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    state = request.app.state
    session = state.sessions.read(request.cookies.get(COOKIE, ""), state.now_s())
    sent = request.headers.get("x-csrf-token") or ""
    if not sent and "form" in request.headers.get("content-type", ""):
        sent = str((await request.form()).get("csrf", ""))
    if session is None or sent != session.csrf:
        raise BadForgery(
            _("This form is too old, or did not come from these pages."),
            action=_("Reload the page and try again."),
        )
