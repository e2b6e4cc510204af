"""Inline editing of any artefact: change a field, add, move, archive, take back, read the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.scale.retirement import by_checklist
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.comments import open_counts
from filrouge.storage.editing import UnknownField, archive, create, edit, find, move, restore
from filrouge.storage.history import Change, EditConflict, changes_of, undo
from filrouge.storage.kinds import kind_named, kind_words
from filrouge.storage.product import Product
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect
from filrouge.web.allowed import need_of
from filrouge.web.back import own_path
from filrouge.web.overview import head_of
from filrouge.web.places import place_of, place_of_artefact, words_of
from filrouge.web.put_away import told
from filrouge.web.render import environment
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["Conflict", "router"]

router = APIRouter()


@dataclass(frozen=True)
class Conflict:
    """An edit made on an older revision: both versions."""

    yours: str
    theirs: str
    revision: int | str
    by: str


@router.post("/edit/{kind}/{identifier}")
def change(
    visit: Editing,
    kind: str,
    identifier: str,
    field: Annotated[str, Form()],
    value: Annotated[str, Form()] = "",
    revision: Annotated[int | None, Form()] = None,
) -> Response:
    """Change one field; both versions come back when somebody else was quicker."""
    _only_what_people_edit(kind, [field])
    visit.require(need_of(kind_named(kind).kind, [field]))
    try:
        with visit.workspace.transaction(visit.session.name) as session:
            artefact = find(session, kind_named(kind), identifier)
            by_checklist(session, artefact, {field: value})
            edit(session, artefact, revision=revision, **{field: _read(artefact, field, value)})
            return JSONResponse({"revision": artefact.revision, "value": str(getattr(artefact, field) or "")})
    except EditConflict:
        with visit.workspace.reading() as session:
            artefact = find(session, kind_named(kind), identifier)
            latest = changes_of(session, identifier, limit=1)
            theirs = str(getattr(artefact, field) or "")
            page = Conflict(value, theirs, artefact.revision, latest[0].actor if latest else "")
        return HTMLResponse(environment().get_template("parts/_conflict.html").render(page=page), 409)


@router.post("/products/{product_id}/add/{kind}")
async def add(visit: Editing, product_id: str, kind: str, request: Request) -> Response:
    """Add an artefact, from the fields of a form; ``from=ref`` and ``relation=…`` tie it to its reason."""
    fields = {name: str(value) for name, value in (await request.form()).items()}
    fields.pop("csrf", None)
    return await run_in_threadpool(_add, visit, product_id, kind, fields)


def _add(visit: Visit, product_id: str, kind: str, fields: dict[str, str]) -> Response:
    back, source = fields.pop("back", ""), fields.pop("from", "")
    relation = fields.pop("relation", "")
    _only_what_people_edit(kind, fields)
    visit.require(need_of(kind_named(kind).kind, fields))
    with visit.workspace.transaction(visit.session.name) as session:
        made = create(session, kind_named(kind), product_id, **fields)
        if source:
            connect(session, product_id, Ref.parse(source), relation, Ref(made.kind, made.id))
    return visit.see(own_path(back) or place_of(Ref(made.kind, made.id), product_id))


@router.post("/archive/{kind}/{identifier}")
def put_away(visit: Editing, kind: str, identifier: str, back: Annotated[str, Form()] = "/") -> Response:
    """Archive an artefact; the page that it stood on tells how to take that back."""
    visit.require(need_of(kind_named(kind).kind, ["archived_at"]))
    with visit.workspace.transaction(visit.session.name) as session:
        found = archive(session, find(session, kind_named(kind), identifier))
        return visit.see(told(own_path(back) or "/", found))


@router.post("/restore/{kind}/{identifier}")
def bring_back(visit: Editing, kind: str, identifier: str, back: Annotated[str, Form()] = "") -> Response:
    """Bring an archived artefact back, and go to it."""
    visit.require(need_of(kind_named(kind).kind, ["archived_at"]))
    with visit.workspace.transaction(visit.session.name) as session:
        found = restore(session, find(session, kind_named(kind), identifier))
        return visit.see(own_path(back) or place_of_artefact(session, found))


@router.post("/move/{kind}/{identifier}")
def reorder(
    visit: Editing,
    kind: str,
    identifier: str,
    to: Annotated[int, Form()],
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Put an artefact at another place among its siblings."""
    with visit.workspace.transaction(visit.session.name) as session:
        move(session, find(session, kind_named(kind), identifier), to)
    return visit.see(own_path(back) or "/")


@router.post("/products/{product_id}/tie")
def tie(
    visit: Editing,
    product_id: str,
    source: Annotated[str, Form()],
    relation: Annotated[str, Form()],
    target: Annotated[str, Form()],
    back: Annotated[str, Form()] = "/",
    untie: Annotated[bool, Form()] = False,
) -> Response:
    """Tie two artefacts by a relation of the thread, or take the tie away."""
    with visit.workspace.transaction(visit.session.name) as session:
        if untie:
            disconnect(session, Ref.parse(source), relation, Ref.parse(target), product_id=product_id)
        else:
            connect(session, product_id, Ref.parse(source), relation, Ref.parse(target))
    return visit.see(own_path(back) or "/")


@router.post("/undo/{kind}/{identifier}")
def take_back(visit: Editing, kind: str, identifier: str, back: Annotated[str, Form()] = "") -> Response:
    """Take back the latest change of an artefact."""
    with visit.workspace.transaction(visit.session.name) as session:
        artefact = find(session, kind_named(kind), identifier)
        visit.require(need_of(artefact.kind, undo(session, artefact).before))
        revision = artefact.revision
    return visit.see(own_path(back) or "/") if back else JSONResponse({"revision": revision})


@dataclass(frozen=True)
class HistoryPage:
    """The context of the page."""

    artefact: Artefact
    label: str
    kind: str
    place: str
    changes: tuple[Change, ...]
    talked: int


@router.get("/history/{kind}/{identifier}")
def history(visit: Visiting, kind: str, identifier: str) -> Response:
    """Who changed what, and when."""
    with visit.workspace.reading() as session:
        artefact = find(session, kind_named(kind), identifier)
        product_id = artefact.id if isinstance(artefact, Product) else str(artefact.product_id)
        page = HistoryPage(
            artefact,
            artefact.label,
            words_of(artefact),
            place_of_artefact(session, artefact),
            _history(session, identifier),
            open_counts(session, artefact.kind, [artefact.id]).get((artefact.id, ""), 0),
        )
        return visit.render("history.html", page, title=_("History"), product=head_of(session, product_id)[1])


def _history(session: Session, identifier: str) -> tuple[Change, ...]:
    return tuple(changes_of(session, identifier, limit=200))


def _only_what_people_edit(kind: str, fields: Iterable[str]) -> None:
    """Refuse names that a form made by hand could slip in as options of an operation."""
    known = fields_of(kind_named(kind))
    for field in fields:
        if field not in known:
            raise UnknownField(
                _("There is no field '{field}' in {kind}.").format(field=field, kind=kind_words(kind)),
                action=did_you_mean(field, known),
            )


def _read(artefact: Artefact, field: str, value: str) -> Any:
    """An emptied field is given as nothing where the column allows it."""
    column = artefact.__mapper__.columns.get(field)
    if value == "" and column is not None and column.nullable:
        return None
    return value.replace("\r\n", "\n")
