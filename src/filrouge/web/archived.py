"""What a product's people put away: what, when, by whom, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.history import Change
from filrouge.storage.kinds import container_of, kinds, whole
from filrouge.storage.product import Product
from filrouge.thread.nodes import chunks
from filrouge.web.overview import head_of
from filrouge.web.places import words_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")
_SHOWN = 200


@dataclass(frozen=True)
class PutAwayRow:
    """A thing that was put away.

    Attributes:
        by: who did it; empty where the history does not know.
        parts: how many things that it contains went with it.
    """

    artefact: Artefact
    words: str
    by: str
    parts: int


@dataclass(frozen=True)
class ArchivedPage:
    """The latest first; ``kind`` narrows it."""

    rows: tuple[PutAwayRow, ...]
    kinds: dict[str, str]
    kind: str
    total: int


@router.get("/archived")
def archived(visit: Visiting, product_id: str, kind: str = "") -> Response:
    """Everything that was put away by itself; what went with its container stands there."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        found = _put_away(session, product_id)
        shown = [one for one in found if kind in ("", one.kind)]
        by = _who(session, [one.id for one in shown[:_SHOWN]])
        page = ArchivedPage(
            tuple(_row(session, one, by.get(one.id, "")) for one in shown[:_SHOWN]),
            dict(sorted({one.kind: words_of(one) for one in found}.items(), key=lambda item: item[1])),
            kind,
            len(shown),
        )
        return visit.render("archived.html", page, title=_("Archived"), product=head)


def _put_away(session: Session, product_id: str) -> list[Artefact]:
    """What is archived without its container, the latest first."""
    away: dict[tuple[str, str], Artefact] = {}
    for kind in kinds().values():
        if kind is not Product:
            query = select(kind).where(kind.product_id == product_id, kind.archived_at.is_not(None))
            away |= {(one.kind, one.id): one for one in session.scalars(query)}
    found = [one for one in away.values() if not _went_with(one, away)]
    return sorted(found, key=lambda one: (one.archived_at, one.id), reverse=True)


def _went_with(one: Artefact, away: dict[tuple[str, str], Artefact]) -> bool:
    container = container_of(type(one))
    holder = away.get((container.kind, getattr(one, container.field))) if container else None
    return holder is not None and holder.archived_at == one.archived_at


def _who(session: Session, identifiers: Iterable[str]) -> dict[str, str]:
    """Who put each away the last time."""
    found: dict[str, str] = {}
    for some in chunks(list(identifiers)):
        query = select(Change.artefact_id, Change.actor)
        query = query.where(Change.artefact_id.in_(some), Change.action == "archive").order_by(Change.id)
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def _row(session: Session, one: Artefact, by: str) -> PutAwayRow:
    parts = sum(part.archived_at == one.archived_at for part in whole(session, one)) - 1
    return PutAwayRow(one, words_of(one), by, parts)
