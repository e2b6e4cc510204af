"""Versions of a canvas: freeze, look at, compare, bring back, sign (EXP-6, EXP-9)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.canvas import (
    BoxChanges,
    BoxContent,
    Canvas,
    CanvasVersion,
    Capacity,
    Content,
    boxes_of,
    compare,
    content_at,
    content_of,
    digest_of,
    freeze,
    go_back,
    sign,
    signatures_of,
    version_numbered,
    versions_of,
)
from filrouge.explore.canvas.versions import CanvasSignature
from filrouge.explore.canvas.words import CAPACITIES, FIELDS, HOWS, box_title, word_for
from filrouge.kernel.i18n import _
from filrouge.storage.editing import BadField, find
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/canvas/{canvas_id}")
_DIGITS = 9


@dataclass(frozen=True)
class VersionsPage:
    """The versions, the newest first, and whether there is something new to freeze."""

    canvas: Canvas
    versions: tuple[CanvasVersion, ...]
    signatures: dict[str, list[CanvasSignature]]
    unchanged: bool
    capacities: dict[str, str]


@router.get("/versions")
def versions(visit: Visiting, product_id: str, canvas_id: str) -> Response:
    """The versions of a canvas."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        found = tuple(versions_of(session, canvas))
        digest = digest_of(content_of(session, canvas))
        page = VersionsPage(
            canvas,
            found,
            signatures_of(session, canvas),
            bool(found) and found[0].digest == digest,
            CAPACITIES,
        )
        title = f"{_('Versions')} · {canvas.title}"
        return visit.render(
            "explore/canvas_versions.html", page, title=title, product=head_of(session, product_id)[1]
        )


@router.post("/versions")
def freeze_now(
    visit: Editing,
    product_id: str,
    canvas_id: str,
    name: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Freeze the canvas as it stands."""
    with visit.workspace.transaction(visit.session.name) as session:
        freeze(session, find(session, Canvas, canvas_id, product_id=product_id), name, why)
    return visit.see(f"/products/{product_id}/canvas/{canvas_id}/versions")


@dataclass(frozen=True)
class ComparisonPage:
    """Two states, and what changed from one to the other."""

    canvas: Canvas
    old: str
    new: str
    numbers: tuple[int, ...]
    changes: tuple[BoxChanges, ...]
    fields: dict[str, str]
    hows: dict[str, str]

    word = staticmethod(word_for)
    box = staticmethod(box_title)


@router.get("/versions/compare")
def comparison(visit: Visiting, product_id: str, canvas_id: str, old: str = "", new: str = "now") -> Response:
    """What changed from one version to another, or to now; from the latest one unless told."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        numbers = tuple(one.number for one in versions_of(session, canvas))
        old = old or str(numbers[0] if numbers else "now")
        before, after = (_state(session, canvas, name) for name in (old, new))
        page = ComparisonPage(canvas, old, new, numbers, compare(before, after), FIELDS, HOWS)
        return visit.render(
            "explore/canvas_comparison.html",
            page,
            title=f"{_('Comparison')} · {canvas.title}",
            product=head_of(session, product_id)[1],
        )


@dataclass(frozen=True)
class VersionPage:
    """One version, read-only."""

    canvas: Canvas
    version: CanvasVersion
    content: Content
    boxes: tuple[BoxContent, ...]
    signatures: tuple[CanvasSignature, ...]
    capacities: dict[str, str]
    fields: dict[str, str]

    word = staticmethod(word_for)
    box = staticmethod(box_title)


@router.get("/versions/{number}")
def version(visit: Visiting, product_id: str, canvas_id: str, number: int) -> Response:
    """A version as it was, to read."""
    with visit.workspace.reading() as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        found = version_numbered(session, canvas, number)
        content = content_at(found)
        signed = tuple(signatures_of(session, canvas).get(found.id, ()))
        page = VersionPage(canvas, found, content, boxes_of(content), signed, CAPACITIES, FIELDS)
        return visit.render(
            "explore/canvas_version.html",
            page,
            title=f"{content.title} · {_('version %s') % number}",
            product=head_of(session, product_id)[1],
        )


@router.post("/versions/{number}/restore")
def bring_back(visit: Editing, product_id: str, canvas_id: str, number: int) -> Response:
    """Make the canvas say again what a version says."""
    with visit.workspace.transaction(visit.session.name) as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        go_back(session, canvas, version_numbered(session, canvas, number))
    return visit.see(f"/products/{product_id}/canvas/{canvas_id}/versions/compare?old={number}")


@router.post("/sign")
def sign_off(
    visit: Maintaining,
    product_id: str,
    canvas_id: str,
    capacity: Annotated[Capacity, Form()] = Capacity.BUSINESS_OWNER,
    note: Annotated[str, Form()] = "",
) -> Response:
    """Sign the business interest off, in the name of who is there."""
    with visit.workspace.transaction(visit.session.name) as session:
        canvas = find(session, Canvas, canvas_id, product_id=product_id)
        sign(session, canvas, visit.session.name, capacity=capacity, note=note)
    return visit.see(f"/products/{product_id}/canvas?show={canvas_id}")


def _state(session: Session, canvas: Canvas, name: str) -> Content:
    if name == "now":
        return content_of(session, canvas)
    if not name.isdecimal() or len(name) > _DIGITS:
        raise BadField(
            _("'{name}' is no version.").format(name=name),
            where=f"canvas:{canvas.id}",
            action=_("Give a number, or now."),
        )
    return content_at(version_numbered(session, canvas, int(name)))
