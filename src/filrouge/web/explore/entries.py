"""Adding to and taking from the short lists of an artefact: people, results as links, evidence."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from filrouge.explore.entries import add_entry, drop_entry
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import UnknownField, find
from filrouge.storage.kinds import kind_named
from filrouge.thread.ref import Ref
from filrouge.web.places import place_of
from filrouge.web.visit import Editing, Visit

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/entries/{kind}/{identifier}/{field}")

_LINK = ("title", "url")
_FIELDS = {
    ("prototype", "people"): ("name", "profile", "business"),
    ("prototype", "attachments"): _LINK,
    ("user_test", "participants"): ("name", "profile", "notes"),
    ("user_test", "attachments"): _LINK,
    ("hypothesis", "evidence"): ("text",),
    ("story", "evidence"): ("text",),
}


@router.post("/add")
async def add(
    visit: Editing, product_id: str, kind: str, identifier: str, field: str, request: Request
) -> Response:
    """Put an entry at the end of a list, from the fields of a form."""
    form = await request.form()
    words = {key: str(form[key]) for key in form}
    return await run_in_threadpool(_add, visit, product_id, Ref(kind, identifier), field, words)


def _add(visit: Visit, product_id: str, ref: Ref, field: str, form: dict[str, str]) -> Response:
    names = _names(ref.kind, field)
    entry: dict[str, object] = {name: form[name].strip() for name in names if form.get(name, "").strip()}
    if "business" in entry:
        entry["business"] = True
    with visit.workspace.transaction(visit.session.name) as session:
        add_entry(session, _found(session, product_id, ref), field, entry)
    return visit.see(place_of(ref, product_id))


@router.post("/drop/{place}")
def drop(visit: Editing, product_id: str, kind: str, identifier: str, field: str, place: int) -> Response:
    """Take an entry away; the history keeps it."""
    ref = Ref(kind, identifier)
    _names(kind, field)
    with visit.workspace.transaction(visit.session.name) as session:
        drop_entry(session, _found(session, product_id, ref), field, place)
    return visit.see(place_of(ref, product_id))


def _found(session: Session, product_id: str, ref: Ref) -> Artefact:
    return find(session, kind_named(ref.kind), ref.id, product_id=product_id)


def _names(kind: str, field: str) -> tuple[str, ...]:
    if (kind, field) not in _FIELDS:
        raise UnknownField(
            _("There is no list “{field}” there.").format(field=field),
            where=f"{kind}: {field}",
            action=_("Reload the page and try again."),
        )
    return _FIELDS[kind, field]
