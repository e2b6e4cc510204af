"""The OpenAPI document: one path for each kind, though one route serves them all."""

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from filrouge.kernel.i18n import use_language
from filrouge.storage.base import Artefact
from filrouge.storage.product import Product
from filrouge.web.api.artefacts import LINK
from filrouge.web.api.products import NEW_PRODUCT, product_changes
from filrouge.web.api.schemas import artefact_schema, body_schema, plurals
from filrouge.web.sessions import COOKIE
from filrouge.web.visit import Visiting

__all__ = ["document", "router"]

router = APIRouter(prefix="/api/v1")

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "action": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status"],
}
_PRODUCT = {"name": "product_id", "in": "path", "required": True, "schema": {"type": "string"}}
_ID = {"name": "artefact_id", "in": "path", "required": True, "schema": {"type": "string"}}
_IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'}}
_PAGE = [
    {"name": "archived", "in": "query", "schema": {"type": "boolean"}},
    {"name": "after", "in": "query", "schema": {"type": "string", "maxLength": 40}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}},
]
_REFUSALS = {
    "400": "what was sent cannot be read",
    "401": "nobody is signed in",
    "403": "the role does not suffice",
    "404": "there is no such thing, or it is not for these eyes",
    "409": "somebody was quicker, or nothing is left to undo",
    "422": "what was sent does not suit",
}


@router.get("/openapi.json")
def openapi(visit: Visiting) -> Response:  # noqa: ARG001 (declares who may ask)
    """The document."""
    return JSONResponse(document())


@cache
def document() -> dict[str, Any]:
    """The whole document, in English."""
    with use_language("en"):
        paths: dict[str, Any] = {}
        schemas: dict[str, Any] = {"problem": _PROBLEM, "product": artefact_schema(Product)}
        _products(paths)
        for plural, kind in plurals().items():
            schemas[kind.kind] = artefact_schema(kind)
            _kind(paths, plural, kind)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Filrouge",
            "version": "1",
            "description": "The artefacts of data science products: the same operations as the pages.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _kind(paths: dict[str, Any], plural: str, kind: type[Artefact]) -> None:
    word = kind.kind.replace("_", " ")
    home = f"/api/v1/products/{{product_id}}/artefacts/{plural}"
    own = _ref(kind.kind)
    many = _object(items={"type": "array", "items": own}, next={"type": ["string", "null"]})
    paths[home] = {
        "parameters": [_PRODUCT],
        "get": _act(f"List: {word}", plural, many, parameters=_PAGE),
        "post": _act(f"Make: {word}", plural, own, body=body_schema(kind, new=True), status="201"),
    }
    paths[f"{home}/{{artefact_id}}"] = {
        "parameters": [_PRODUCT, _ID],
        "get": _act(f"Read: {word}", plural, own),
        "patch": _act(
            f"Change: {word}", plural, own, body=body_schema(kind, new=False), parameters=[_IF_MATCH]
        ),
        "delete": _act(f"Archive: {word}", plural, own, parameters=[_IF_MATCH]),
    }
    for name, said in (("restore", "Bring back"), ("undo", "Take the latest change back")):
        paths[f"{home}/{{artefact_id}}/{name}"] = {
            "parameters": [_PRODUCT, _ID],
            "post": _act(f"{said}: {word}", plural, own),
        }
    changes = _object(items={"type": "array", "items": {"type": "object"}})
    paths[f"{home}/{{artefact_id}}/history"] = {
        "parameters": [_PRODUCT, _ID],
        "get": _act(f"History: {word}", plural, changes, parameters=_PAGE[2:]),
    }


def _products(paths: dict[str, Any]) -> None:
    home, own = "/api/v1/products", _ref("product")
    many = _object(items={"type": "array", "items": own})
    paths[home] = {
        "get": _act("List the products", "products", many),
        "post": _act("Start a product", "products", own, body=NEW_PRODUCT, status="201"),
    }
    home += "/{product_id}"
    paths[home] = {
        "parameters": [_PRODUCT],
        "get": _act("Read a product", "products", own),
        "patch": _act("Change a product", "products", own, body=product_changes(), parameters=[_IF_MATCH]),
    }
    anything = {"type": "object"}
    paths[f"{home}/check"] = {"parameters": [_PRODUCT], "get": _act("Check", "products", anything)}
    yaml = _act("The whole product", "products", anything, media="application/yaml")
    paths[f"{home}/product.yaml"] = {"parameters": [_PRODUCT], "get": yaml}
    links = _object(items={"type": "array", "items": LINK})
    paths[f"{home}/links"] = {
        "parameters": [_PRODUCT],
        "get": _act("List the ties", "links", links),
        "post": _act("Tie", "links", LINK, body=LINK, status="201"),
        "delete": _act("Untie", "links", None, body=LINK, status="204"),
    }


def _act(
    summary: str,
    tag: str,
    answer: dict[str, Any] | None,
    *,
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
    status: str = "200",
    media: str = "application/json",
) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "done"}
    if answer is not None:
        told["content"] = {media: {"schema": answer}}
    problem = {"application/problem+json": {"schema": _ref("problem")}}
    responses = {code: {"description": words, "content": problem} for code, words in _REFUSALS.items()}
    act: dict[str, Any] = {"summary": summary, "tags": [tag], "responses": {status: told, **responses}}
    if body is not None:
        act["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if parameters:
        act["parameters"] = parameters
    return act


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
