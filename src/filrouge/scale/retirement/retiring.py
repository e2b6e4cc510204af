"""Walking through the checklist, up to the phase that ends a product's service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, ngettext
from filrouge.scale.retirement.model import Answer, DataFate, Point, RetirementPoint
from filrouge.storage.base import Artefact
from filrouge.storage.editing import create, edit, listed, now_of
from filrouge.storage.product import Phase, Product, product_named

__all__ = [
    "NotRetirable",
    "answer",
    "begin",
    "by_checklist",
    "checklist_answered",
    "open_points",
    "points_of",
    "retire",
]


class NotRetirable(FilrougeError):
    """Points of the checklist are open."""

    code = "retirement.open"
    status = 409


def points_of(session: Session, product_id: str) -> dict[Point, RetirementPoint]:
    """The points of a product that retires, in order; nothing before it was begun."""
    found = {item.point: item for item in listed(session, RetirementPoint, product_id)}
    return {point: found[point] for point in Point if point in found}


def open_points(session: Session, product_id: str) -> list[Point]:
    """What is not answered yet."""
    known = points_of(session, product_id)
    return [point for point in Point if point not in known or known[point].answer == Answer.OPEN]


def by_checklist(session: Session, artefact: Artefact, fields: Mapping[str, Any]) -> None:
    """Refuse an edit that would retire a product past its checklist; any other passes.

    Raises:
        NotRetirable: points are open.
    """
    asked = str(fields.get("phase", "")).strip()  # as it is read, whoever writes it
    if isinstance(artefact, Product) and asked == Phase.RETIRED and artefact.phase != Phase.RETIRED:
        checklist_answered(session, artefact)


def checklist_answered(session: Session, product: Product) -> None:
    """Whether a product may retire.

    Raises:
        NotRetirable: points are open.
    """
    left = len(open_points(session, product.id))
    if left:
        raise NotRetirable(
            ngettext(
                "{n} point of the checklist is open.", "{n} points of the checklist are open.", left
            ).format(n=left),
            where=product.id,
            why=_("A product is retired by its checklist."),
            action=_(
                "Answer them on /products/{id}/retire or by filrouge retire {id}, or give the reason there."
            ).format(id=product.id),
        )


def begin(session: Session, product_id: str) -> dict[Point, RetirementPoint]:
    """Write the checklist down; what is there stays."""
    known = points_of(session, product_id)
    for point in Point:
        if point not in known:
            create(session, RetirementPoint, product_id, point=point.value)
    return points_of(session, product_id)


def answer(
    session: Session,
    product_id: str,
    point: Point,
    *,
    answer: Answer,
    who: str,
    at: datetime | None = None,
    note: str = "",
    data: DataFate | None = None,
    until: datetime | None = None,
) -> RetirementPoint:
    """Answer a point; the last one sets the phase ``retired``.

    Args:
        at: when it was done; now by default.

    Raises:
        BadField: something is missing.
        Faults: several things are.
    """
    item = begin(session, product_id)[point]
    answered = answer != Answer.OPEN
    edit(
        session,
        item,
        answer=answer.value,
        who=who if answered else "",
        answered_at=(at or now_of(session)) if answered else None,
        note=note,
        data=data if point == Point.DATA else None,
        until=until if point == Point.DATA and data == DataFate.KEPT else None,
    )
    if not open_points(session, product_id):
        retire(session, product_id, who=who)
    return item


def retire(session: Session, product_id: str, *, who: str, reason: str = "") -> Product:
    """Set the phase ``retired``. With a reason, points that are open are set aside for it.

    Raises:
        NotRetirable: points are open, and no reason was given.
    """
    left = open_points(session, product_id)
    if left and not reason.strip():
        raise NotRetirable(
            ngettext(
                "{n} point of the checklist is open.", "{n} points of the checklist are open.", len(left)
            ).format(n=len(left)),
            where=product_id,
            action=_("Answer them, or give the reason for retiring without."),
        )
    known = begin(session, product_id)
    for point in left:
        edit(
            session,
            known[point],
            answer=Answer.WAIVED.value,
            who=who,
            answered_at=now_of(session),
            note=reason,
        )
    product = product_named(session, product_id)
    return edit(session, product, phase=Phase.RETIRED.value)
