"""Retiring a product: its checklist, with what Filrouge sees of each point (FND-3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from filrouge.bootstrap import mirror
from filrouge.flows.retirement import Sight, sight_of
from filrouge.kernel.clock import as_utc
from filrouge.kernel.i18n import _
from filrouge.scale.retirement import Answer, DataFate, Point, RetirementPoint, answer, points_of, retire
from filrouge.scale.retirement.words import ANSWERS, FATES, POINTS
from filrouge.storage.editing import BadField
from filrouge.storage.product import Phase
from filrouge.streamline.registry.ledger import withdraw
from filrouge.web.overview import head_of
from filrouge.web.visit import Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/retire")


@dataclass(frozen=True)
class Line:
    """A point as the page shows it."""

    point: Point
    title: str
    question: str
    item: RetirementPoint | None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.item is None or self.item.answer == Answer.OPEN


@dataclass(frozen=True)
class RetirePage:
    """The context of the page."""

    lines: tuple[Line, ...]
    sight: Sight
    retired: bool
    now: datetime
    answers: dict[Answer, str]
    fates: dict[DataFate, str]

    @property
    def next(self) -> Point | None:
        """The first point that waits for an answer."""
        return next((line.point for line in self.lines if line.open), None)

    @property
    def left(self) -> int:
        """How many points are open."""
        return sum(line.open for line in self.lines)


@router.get("")
def checklist(visit: Visiting, product_id: str) -> Response:
    """The checklist."""
    now = visit.workspace.clock.now()
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        known = points_of(session, product_id)
        lines = tuple(
            Line(point, title, question, known.get(point)) for point, (title, question) in POINTS.items()
        )
        sight = sight_of(session, product_id, now)
        page = RetirePage(lines, sight, product.phase == Phase.RETIRED, now, ANSWERS, FATES)
        return visit.render("scale/retire.html", page, title=_("Retire"), product=head)


@router.post("/points/{point}")
def answer_point(
    visit: Maintaining,
    product_id: str,
    point: Point,
    answered: Annotated[Answer, Form()],
    who: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    data: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Answer a point, or open it again."""
    with visit.writing() as session:
        answer(
            session,
            product_id,
            point,
            answer=answered,
            who=who.strip() or visit.session.name,
            at=_day(at),
            note=note,
            data=DataFate(data) if data in set(DataFate) else None,
            until=_day(until),
        )
    return visit.see(f"/products/{product_id}/retire#{point.value}")


@router.post("/stop")
def stop_serving(visit: Maintaining, product_id: str, why: Annotated[str, Form()] = "") -> Response:
    """Empty every slot of the ledger: servers answer no more, within seconds."""
    with visit.writing() as session:
        withdraw(session, product_id, who=visit.session.name, why=why.strip() or _("The product retires."))
    mirror(visit.workspace, product_id)
    return visit.see(f"/products/{product_id}/retire#serving_stopped")


@router.post("")
def retire_now(visit: Maintaining, product_id: str, reason: Annotated[str, Form()] = "") -> Response:
    """Set the phase; with a reason, although points are open."""
    with visit.writing() as session:
        retire(session, product_id, who=visit.session.name, reason=reason)
    return visit.see(f"/products/{product_id}/retire")


def _day(text: str) -> datetime | None:
    """A day of a form, as its beginning in UTC."""
    if not text.strip():
        return None
    try:
        return as_utc(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise BadField(
            _("“{text}” is not a day.").format(text=text), action=_("Write it as 2026-12-31.")
        ) from None
