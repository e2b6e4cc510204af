"""Every route of the web application, with what it asks of a visitor."""

from importlib import import_module

from fastapi.routing import APIRoute

from filrouge.storage.accounts.roles import Role
from filrouge.web.app import PAGES
from filrouge.web.visit import Needs, everybody

__all__ = ["ROUTES", "need_of"]

ROUTES: list[tuple[str, APIRoute]] = [
    (method, route)
    for module in PAGES
    for route in import_module(module).router.routes
    for method in sorted(route.methods)
]


def need_of(route: APIRoute) -> Role | None:
    """What the route declares; ``None`` for everybody."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    needs = [call.role for call in calls if isinstance(call, Needs)]
    assert len(needs) + (everybody in calls) == 1, f"{route.path} declares no need (web/visit.py), or two"
    return needs[0] if needs else None
