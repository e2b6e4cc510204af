"""The application factory."""

import getpass
from importlib import import_module
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from filrouge.explore.workshops import beat_of
from filrouge.web import problems
from filrouge.web.guard import Guard
from filrouge.web.hosts import allowed_hosts
from filrouge.web.limits import BodyLimit
from filrouge.web.presence import Presence
from filrouge.web.pulse import Pulses
from filrouge.web.render import STATIC, static_version
from filrouge.web.sessions import Sessions
from filrouge.web.visit import require_csrf

if TYPE_CHECKING:
    from filrouge.storage.workspace import Workspace

__all__ = ["PAGES", "create_app"]

PAGES = (
    "filrouge.web.login",
    "filrouge.web.accounts.sign_in",
    "filrouge.web.accounts.oidc",
    "filrouge.web.accounts.account",
    "filrouge.web.accounts.tokens",
    "filrouge.web.accounts.members",
    "filrouge.web.accounts.people",
    "filrouge.web.accounts.audit",
    "filrouge.web.portfolio",
    "filrouge.web.product",
    "filrouge.web.check",
    "filrouge.web.badge",
    "filrouge.web.thread",
    "filrouge.web.dossier",
    "filrouge.web.presence",
    "filrouge.web.explore.objectives",
    "filrouge.web.explore.journeys",
    "filrouge.web.explore.workshops.pages",
    "filrouge.web.explore.workshops.acts",
    "filrouge.web.explore.workshops.join",
    "filrouge.web.explore.canvas",
    "filrouge.web.explore.feasibility",
    "filrouge.web.explore.canvas_downloads",
    "filrouge.web.explore.canvas_views",
    "filrouge.web.explore.canvas_versions",
    "filrouge.web.explore.lists",
    "filrouge.web.explore.uncertainties",
    "filrouge.web.explore.prototypes",
    "filrouge.web.explore.user_tests",
    "filrouge.web.explore.decision",
    "filrouge.web.explore.entries",
    "filrouge.web.explore.pictures",
    "filrouge.web.explore.sheets",
    "filrouge.web.organize.boards",
    "filrouge.web.organize.candidates",
    "filrouge.web.streamline.runs",
    "filrouge.web.streamline.models",
    "filrouge.web.streamline.model_version",
    "filrouge.web.streamline.deployment",
    "filrouge.web.streamline.monitoring",
    "filrouge.web.streamline.alerts",
    "filrouge.web.scale.retire",
    "filrouge.web.search",
    "filrouge.web.comments",
    "filrouge.web.editing",
    "filrouge.web.archived",
    "filrouge.web.api.products",
    "filrouge.web.api.artefacts",
    "filrouge.web.api.document",
)
"""Every module with routes."""


class _Files(StaticFiles):
    """Static files under an address that changes with them: browsers keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _beat(workspace: "Workspace", workshop_id: str) -> int:
    with workspace.reading() as session:
        return beat_of(session, workshop_id)


def create_app(workspace: "Workspace", *, user: str | None = None, host: str = "") -> FastAPI:
    """The web application of a workspace.

    Args:
        workspace: what the pages show and edit.
        host: where it listens; the settings' by default.
        user: whom the history names; the user of this machine by default.
    """
    app = FastAPI(
        title="Filrouge",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(require_csrf)],
    )
    app.state.workspace = workspace
    app.state.sessions = Sessions(workspace, user or getpass.getuser())
    app.state.rooms = {}
    app.state.presence = Presence()
    app.state.pulses = Pulses(lambda workshop_id: _beat(workspace, workshop_id))
    problems.install(app)
    for module in PAGES:
        app.include_router(import_module(module).router)
    app.mount(f"/static/{static_version()}", _Files(directory=STATIC))
    app.add_middleware(BodyLimit, megabytes=workspace.settings.web.max_body_mb)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    # A page of another site must not reach us under a name of its own (DNS rebinding).
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(workspace.settings.web, host))
    app.add_middleware(Guard, language=workspace.settings.web.language, on_crash=problems.crash)
    return app
