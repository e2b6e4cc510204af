"""What was just archived, told on the page where it stood: how to take it back, and what stays behind."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fastapi import Request

from filrouge import bootstrap
from filrouge.storage.base import Artefact
from filrouge.storage.kinds import kinds, whole
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from filrouge.storage.workspace import Workspace

__all__ = ["PutAway", "put_away", "told"]

_ASKED = "archived"
_NAMED = 3


@dataclass(frozen=True)
class PutAway:
    """The context of the notice.

    Attributes:
        parts: how many things that it contains went with it.
        left: what hung on it and stays, by title; the first few.
        more: how many others stay.
    """

    ref: Ref
    title: str
    parts: int
    left: tuple[str, ...]
    more: int


def told(path: str, artefact: Artefact) -> str:
    """The address of a page that is to tell what was archived.

    Example:
        >>> from filrouge.explore.ideas import Idea
        >>> told("/products/p/prototypes?show=x#top", Idea(id="i1", title="Warn"))
        '/products/p/prototypes?show=x&archived=idea:i1#top'
    """
    parts = urlsplit(path)
    query = "&".join(filter(None, [parts.query, f"{_ASKED}={artefact.kind}:{quote(artefact.id)}"]))
    return parts._replace(query=query).geturl()


def put_away(workspace: "Workspace", product_id: str, request: Request) -> PutAway | None:
    """What the address of a request says was archived; nothing once it is back."""
    kind, _colon, identifier = request.query_params.get(_ASKED, "").partition(":")
    found = kinds().get(kind)
    if found is None:
        return None
    with workspace.reading() as session:
        artefact = session.get(found, identifier)
        if artefact is None or artefact.product_id != product_id or artefact.archived_at is None:
            return None
        together = [one for one in whole(session, artefact) if one.archived_at == artefact.archived_at]
        left = _left(session, product_id, {Ref(one.kind, one.id) for one in together})
        ref = Ref(artefact.kind, artefact.id)
        return PutAway(ref, artefact.label, len(together) - 1, left[:_NAMED], max(0, len(left) - _NAMED))


def _left(session: "Session", product_id: str, gone: set[Ref]) -> tuple[str, ...]:
    """The titles of what hangs on things that are gone, and is there."""
    ends: dict[Ref, None] = {}
    for tie in links_of(session, product_id, sorted({ref.kind for ref in gone})):
        if tie.source in gone and tie.target not in gone:
            ends[tie.target] = None
    named = bootstrap.nodes().named(session, ends)
    return tuple(named[far].title for far in ends if far in named and not named[far].archived)
