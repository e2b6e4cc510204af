"""Who else is on the pages of a product, and what they change on the page that is open."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import UnknownArtefact, find
from filrouge.storage.history import Change
from filrouge.storage.kinds import kind_named
from filrouge.web.navigation import page_label
from filrouge.web.places import place_of_artefact
from filrouge.web.visit import Visiting

__all__ = ["Presence", "router"]

router = APIRouter(prefix="/products/{product_id}")

_GONE_S = 40.0
"""A page that did not ask for this long is closed, or covered."""
_NAMED = 3
_ROOM = "/workshops/"
_OF_THE_ROOM = ("participant", "idea", "workshop")
"""What the room of a workshop shows by itself as it changes."""
_CHANGES = 20


class Presence:
    """Who looks at which page, as far as this process knows; several web processes each know their own.

    Args:
        seconds: a clock.

    Example:
        >>> presence = Presence(lambda: 0.0)
        >>> presence.arrive("departures", "Leo", "/canvas")
        {}
        >>> presence.arrive("departures", "Ana", "/ideas")
        {'Leo': '/canvas'}
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._seen: dict[str, dict[str, tuple[str, float]]] = {}

    def arrive(self, product_id: str, name: str, page: str) -> dict[str, str]:
        """Somebody looks at a page of a product.

        Returns:
            The pages of the others, by name.
        """
        now = self._seconds()
        with self._lock:
            people = self._seen.setdefault(product_id, {})
            people[name] = (page, now)
            for other in [one for one, (_page, at) in people.items() if now - at > _GONE_S]:
                del people[other]
            return {other: where for other, (where, _at) in sorted(people.items()) if other != name}


@router.get("/presence")
def presence(
    visit: Visiting,
    product_id: str,
    at: Annotated[str, Query(max_length=200)],
    since: Annotated[int | None, Query(ge=0)] = None,
) -> JSONResponse:
    """Who else is there; and what the others changed on the page ``at`` after the change ``since``."""
    others = visit.request.app.state.presence.arrive(product_id, visit.session.name, at)
    with visit.workspace.reading() as session:
        query = select(func.max(Change.id)).where(_of(product_id))
        latest = session.scalar(query) or 0
        seen = latest if since is None else since
        changed = _changed(session, product_id, visit.session.name, at, seen) if seen < latest else ""
    return JSONResponse({"people": _said(others, at), "changed": changed, "latest": latest})


def _of(product_id: str) -> ColumnElement[bool]:
    return or_(Change.product_id == product_id, Change.artefact_id == product_id)


def _said(others: dict[str, str], at: str) -> str:
    words = []
    for name, page in list(others.items())[:_NAMED]:
        here = _("{name} is on this page") if page == at else _("{name} is on {page}")
        words.append(here.format(name=name, page=_(page_label(page))))
    more = len(others) - _NAMED
    if more > 0:
        words.append(ngettext("{n} more person", "{n} more people", more).format(n=more))
    return ", ".join(words)


def _changed(session: Session, product_id: str, name: str, at: str, since: int) -> str:
    query = select(Change).where(_of(product_id), Change.id > since, Change.actor != name)
    if at.startswith(_ROOM):
        query = query.where(Change.kind.not_in(_OF_THE_ROOM))
    for change in session.scalars(query.order_by(Change.id.desc()).limit(_CHANGES)):
        try:
            artefact: Any = find(session, kind_named(change.kind), change.artefact_id)
        except UnknownArtefact:  # restored from a backup meanwhile
            continue
        page = place_of_artefact(session, artefact).split("#")[0].split("?")[0]
        if page == f"/products/{product_id}{at}":
            return _("{name} changed “{title}”.").format(name=change.actor, title=artefact.label)
    return ""
