"""Artefacts over JSON: list, read, make, change, archive, bring back, undo; and their history and ties."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.editing import archive, create, edit, find, listed, restore
from filrouge.storage.history import changes_of, undo
from filrouge.storage.kinds import UnknownKind
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect
from filrouge.web.allowed import need_of
from filrouge.web.api.schemas import BadBody, body_schema, check_body, plurals
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["LINK", "IdTaken", "as_json", "body_of", "revision_of", "router"]

router = APIRouter(prefix="/api/v1/products/{product_id}")

_MOST = 1000
LINK = {
    "type": "object",
    "properties": {
        "source": {"type": "string", "pattern": r"^[a-z_]+:[^\s\u0000]+$", "maxLength": 160},
        "relation": {"type": "string", "pattern": r"^[a-z_]+$", "maxLength": 40},
        "target": {"type": "string", "pattern": r"^[a-z_]+:[^\s\u0000]+$", "maxLength": 160},
    },
    "required": ["source", "relation", "target"],
    "additionalProperties": False,
}


class IdTaken(FilrougeError):
    """An artefact of this kind has this id already."""

    code = "api.id-taken"
    status = 409


def as_json(artefact: Artefact) -> dict[str, Any]:
    """An artefact as answers hold it."""
    told: dict[str, Any] = {"id": artefact.id, "kind": artefact.kind}
    for name in ("product_id", "position", "revision", "created_at", "updated_at", "archived_at"):
        told[name] = _plain(getattr(artefact, name))
    return told | {name: _plain(getattr(artefact, name)) for name in fields_of(type(artefact))}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _kind(plural: str) -> type[Artefact]:
    known = plurals()
    if plural not in known:
        raise UnknownKind(
            _("There is no kind of artefact “{name}”.").format(name=plural),
            action=did_you_mean(plural, known),
        )
    return known[plural]


def _answer(artefact: Artefact, status: int = 200) -> Response:
    return JSONResponse(as_json(artefact), status, headers={"ETag": f'"{artefact.revision}"'})


def revision_of(request: Request) -> int | None:
    """The revision that a change was made on; ``None`` expects nothing.

    Raises:
        BadBody: ``If-Match`` holds something else.
    """
    if_match = request.headers.get("if-match")
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise BadBody(
            _("“If-Match” holds no revision."), where="If-Match", action=_("Send the ETag of what you read.")
        )
    return int(text)


async def body_of(request: Request) -> Any:
    """The JSON of a request.

    Raises:
        BadBody: it is not JSON.
    """
    try:
        return await request.json()
    except ValueError:
        raise BadBody(
            _("The body is not JSON."), where="body", action=_("Send an object, as application/json.")
        ) from None


@router.get("/artefacts/{plural}")
def every(
    visit: Visiting,
    product_id: str,
    plural: str,
    archived: bool = False,
    after: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 200,
) -> Response:
    """The artefacts of a kind, in their order; ``next`` is the ``after`` of the page that follows."""
    with visit.workspace.reading() as session:
        found = listed(session, _kind(plural), product_id, archived=archived)
    start = next((place + 1 for place, one in enumerate(found) if one.id == after), 0)
    page = found[start : start + limit]
    more = page[-1].id if start + limit < len(found) else None
    return JSONResponse({"items": [as_json(one) for one in page], "next": more})


@router.post("/artefacts/{plural}")
async def make(visit: Editing, product_id: str, plural: str, request: Request) -> Response:
    """Make one, last among its siblings."""
    kind = _kind(plural)
    fields = check_body(await body_of(request), body_schema(kind, new=True))
    visit.require(need_of(kind.kind, fields))
    return await run_in_threadpool(_make, visit, product_id, kind, fields)


def _make(visit: Visit, product_id: str, kind: type[Artefact], fields: dict[str, Any]) -> Response:
    identifier = fields.pop("id", None)
    with visit.workspace.transaction(visit.session.name) as session:
        if identifier is not None and session.get(kind, identifier) is not None:
            raise IdTaken(
                _("The id “{id}” is taken.").format(id=identifier),
                where="body/id",
                action=_("Change that artefact, or leave the id out."),
            )
        return _answer(create(session, kind, product_id, id=identifier, **fields), 201)


@router.get("/artefacts/{plural}/{artefact_id}")
def one(visit: Visiting, product_id: str, plural: str, artefact_id: str) -> Response:
    """One artefact; its revision is the ETag."""
    with visit.workspace.reading() as session:
        return _answer(find(session, _kind(plural), artefact_id, product_id=product_id))


@router.patch("/artefacts/{plural}/{artefact_id}")
async def change(
    visit: Editing,
    product_id: str,
    plural: str,
    artefact_id: str,
    request: Request,
) -> Response:
    """Change fields. With ``If-Match``, only if nobody changed it since (409 otherwise)."""
    kind = _kind(plural)
    fields = check_body(await body_of(request), body_schema(kind, new=False))
    visit.require(need_of(kind.kind, fields))

    def act() -> Response:
        with visit.workspace.transaction(visit.session.name) as session:
            artefact = find(session, kind, artefact_id, product_id=product_id)
            return _answer(edit(session, artefact, revision=revision_of(request), **fields))

    return await run_in_threadpool(act)


@router.delete("/artefacts/{plural}/{artefact_id}")
def put_away(
    visit: Editing,
    product_id: str,
    plural: str,
    artefact_id: str,
    request: Request,
) -> Response:
    """Archive one, with what it contains. Nothing is deleted."""
    kind = _kind(plural)
    visit.require(need_of(kind.kind, ["archived_at"]))
    with visit.workspace.transaction(visit.session.name) as session:
        artefact = find(session, kind, artefact_id, product_id=product_id)
        return _answer(archive(session, artefact, revision=revision_of(request)))


@router.post("/artefacts/{plural}/{artefact_id}/restore")
def bring_back(visit: Editing, product_id: str, plural: str, artefact_id: str) -> Response:
    """Bring an archived one back."""
    kind = _kind(plural)
    visit.require(need_of(kind.kind, ["archived_at"]))
    with visit.workspace.transaction(visit.session.name) as session:
        return _answer(restore(session, find(session, kind, artefact_id, product_id=product_id)))


@router.post("/artefacts/{plural}/{artefact_id}/undo")
def take_back(visit: Editing, product_id: str, plural: str, artefact_id: str) -> Response:
    """Take the latest change back."""
    kind = _kind(plural)
    with visit.workspace.transaction(visit.session.name) as session:
        artefact = find(session, kind, artefact_id, product_id=product_id)
        latest = changes_of(session, artefact.id, limit=1)
        visit.require(need_of(kind.kind, latest[0].before if latest else ()))
        undo(session, artefact)
        return _answer(artefact)


@router.get("/artefacts/{plural}/{artefact_id}/history")
def history(
    visit: Visiting,
    product_id: str,
    plural: str,
    artefact_id: str,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 200,
) -> Response:
    """Who changed what, and when; the latest first."""
    with visit.workspace.reading() as session:
        artefact = find(session, _kind(plural), artefact_id, product_id=product_id)
        told = [
            {
                "action": change.action,
                "actor": change.actor,
                "at": change.at.isoformat(),
                "before": change.before,
                "after": change.after,
            }
            for change in changes_of(session, artefact.id, limit=limit)
        ]
    return JSONResponse({"items": told})


@router.get("/links")
def ties(visit: Visiting, product_id: str) -> Response:
    """Every tie of the product's thread."""
    with visit.workspace.reading() as session:
        found = links_of(session, product_id)
        told = [
            {"source": str(one.source), "relation": one.relation, "target": str(one.target)} for one in found
        ]
    return JSONResponse({"items": told})


@router.post("/links")
async def tie(visit: Editing, product_id: str, request: Request) -> Response:
    """Tie two artefacts by a relation of the thread; one that exists already stays."""
    body = check_body(await body_of(request), LINK)

    def act() -> None:
        with visit.workspace.transaction(visit.session.name) as session:
            source, target = Ref.parse(body["source"]), Ref.parse(body["target"])
            connect(session, product_id, source, body["relation"], target)

    await run_in_threadpool(act)
    return JSONResponse(body, 201)


@router.delete("/links")
async def untie(visit: Editing, product_id: str, request: Request) -> Response:
    """Take a tie away; nothing happens when there is none."""
    body = check_body(await body_of(request), LINK)

    def act() -> None:
        with visit.workspace.transaction(visit.session.name) as session:
            source, target = Ref.parse(body["source"]), Ref.parse(body["target"])
            disconnect(session, source, body["relation"], target, product_id=product_id)

    await run_in_threadpool(act)
    return Response(status_code=204)
