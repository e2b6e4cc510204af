"""Search and jump: products, artefacts by their title, pages."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.kernel.i18n import N_, _
from filrouge.storage.accounts.roles import Access
from filrouge.storage.base import Artefact, Base
from filrouge.storage.product import Product
from filrouge.thread.kinds import KINDS
from filrouge.thread.ref import Ref
from filrouge.web.navigation import CHAPTERS, PageLink
from filrouge.web.places import place_of
from filrouge.web.visit import Visiting

__all__ = ["like", "router"]

router = APIRouter()
_EACH = 8


@dataclass(frozen=True)
class Hit:
    """Something found: its title, what it is, and where."""

    title: str
    kind: str
    path: str


@dataclass(frozen=True)
class SearchPage:
    """The context of the page."""

    query: str
    hits: tuple[Hit, ...]
    palette: bool
    """Whether the results are options of the palette, not the links of a page."""


@router.get("/search")
def search(visit: Visiting, q: str = "", product: str = "") -> Response:
    """What matches ``q``; without it, the pages of ``product`` and the latest products."""
    words = q.strip()[:100]
    with visit.workspace.reading() as session:
        access = visit.session.access
        hits = [*_products(session, words, access), *_pages(session, words, product, access)]
        if len(words) > 1:
            hits += _artefacts(session, words, access)
        page = SearchPage(words, tuple(hits[:40]), palette="hx-request" in visit.request.headers)
        return visit.render("search.html", page, title=_("Search"))


def _products(session: Session, words: str, access: Access) -> list[Hit]:
    query = select(Product).where(
        Product.archived_at.is_(None), like(Product.title, words), access.seen(Product.id)
    )
    found = session.scalars(query.order_by(Product.updated_at.desc()).limit(_EACH))
    return [Hit(one.title, _("product"), f"/products/{one.id}") for one in found]


def _pages(session: Session, words: str, product_id: str, access: Access) -> list[Hit]:
    if access.role_in(product_id) is None or session.get(Product, product_id) is None:
        return []
    links = [*(link for chapter in CHAPTERS for link in chapter.pages), PageLink("/archived", N_("Archived"))]
    return [
        Hit(_(link.label), _("page"), f"/products/{product_id}{link.path}")
        for link in links
        if words.casefold() in _(link.label).casefold()
    ]


def _artefacts(session: Session, words: str, access: Access) -> list[Hit]:
    hits = []
    for mapper in Base.registry.mappers:
        kind = mapper.class_
        if not issubclass(kind, Artefact) or kind is Product or kind.kind not in KINDS:
            continue
        title = getattr(kind, kind.title_field)
        here = (kind.archived_at.is_(None), like(title, words), access.seen(kind.product_id))
        query = select(kind.id, kind.product_id, title).where(*here)
        for identifier, product_id, text in session.execute(query.limit(_EACH)):
            path = place_of(Ref(kind.kind, identifier), str(product_id))
            hits.append(Hit(text, _(KINDS[kind.kind].label), path))
    return hits


def like(column: Any, words: str) -> ColumnElement[bool]:
    """Whether a text holds these words, whatever their case."""
    escaped = words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found: ColumnElement[bool] = func.lower(column).like(f"%{escaped}%", escape="\\")
    return found
