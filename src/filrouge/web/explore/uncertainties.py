"""The register of uncertainties: a board of what hangs on each by how unsure the team is (EXP-10)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.uncertainties import (
    RiskRow,
    Uncertainty,
    lift,
    register_of,
    reopen,
    risk_board,
    waive_uncertainty,
)
from filrouge.explore.uncertainties.words import CRITICALITIES, DOUBTS, STATES, TYPES
from filrouge.kernel.i18n import _
from filrouge.storage.editing import find, now_of
from filrouge.storage.fields import read_field
from filrouge.web.explore.ties import Named, choices_of, neighbours
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/uncertainties")

_TESTS = ("hypothesis", "prototype", "user_test")


@dataclass(frozen=True)
class Filters:
    """What the reader asked to see."""

    type: str = ""
    owner: str = ""
    state: str = ""
    view: str = "board"

    def show(self, one: Uncertainty, now: datetime) -> bool:
        """Whether an uncertainty is among what was asked for."""
        state = "open" if one.is_open(now) else one.state
        return (
            self.type in ("", one.type) and self.owner in ("", one.owner) and self.state in ("", str(state))
        )


@dataclass(frozen=True)
class UncertaintiesPage:
    """The context of the page.

    Args:
        open: what is still to settle among what is shown, riskiest first.
        settled: what was lifted or waived among what is shown.
        left: how many are open in all, by type.
        ties: what each is tied to, by kind.
        tests: what may be tied to one as its test, by kind.
    """

    open: tuple[Uncertainty, ...]
    settled: tuple[Uncertainty, ...]
    board: tuple[RiskRow, ...]
    left: Counter[str]
    total: int
    filters: Filters
    owners: tuple[str, ...]
    ties: dict[str, dict[str, tuple[Named, ...]]]
    tests: dict[str, tuple[Named, ...]]
    canvases: tuple[Named, ...]
    now: datetime
    types: dict[str, str]
    criticalities: dict[str, str]
    doubts: dict[str, str]
    states: dict[str, str]

    def rank(self, one: Uncertainty) -> int:
        """Its place among what is open; 1 is the riskiest."""
        return self.open.index(one) + 1

    def late(self, one: Uncertainty) -> bool:
        """Whether the answer was due before now, and has not come."""
        return one.due_at is not None and one.due_at < self.now and one not in self.settled

    def tied(self, one: Uncertainty, kind: str) -> tuple[Named, ...]:
        """What of a kind is tied to it."""
        return self.ties.get(one.id, {}).get(kind, ())

    def tests_of(self, one: Uncertainty) -> tuple[Named, ...]:
        """What tests it, or is made for it."""
        return tuple(named for kind in _TESTS for named in self.tied(one, kind))


@router.get("")
def uncertainties(
    visit: Visiting, product_id: str, type: str = "", owner: str = "", state: str = "", view: str = "board"
) -> Response:
    """The register, as a board or as a table; filtered by type, owner and state."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, Filters(type, owner, state, view))
        return visit.render("explore/uncertainties.html", page, title=_("Uncertainties"), product=head)


def _page(session: Session, product_id: str, filters: Filters) -> UncertaintiesPage:
    now = now_of(session)
    register = register_of(session, product_id)
    shown = [one for one in register if filters.show(one, now)]
    waiting = tuple(one for one in shown if one.is_open(now))
    return UncertaintiesPage(
        open=waiting,
        settled=tuple(one for one in shown if not one.is_open(now)),
        board=risk_board(waiting),
        left=Counter(str(one.type) for one in register if one.is_open(now)),
        total=len(register),
        filters=filters,
        owners=tuple(sorted({one.owner for one in register if one.owner})),
        ties=neighbours(session, product_id, "uncertainty"),
        tests=choices_of(session, product_id, _TESTS),
        canvases=choices_of(session, product_id, ["canvas"]).get("canvas", ()),
        now=now,
        types=TYPES,
        criticalities=CRITICALITIES,
        doubts=DOUBTS,
        states=STATES,
    )


@router.post("/{identifier}/lift")
def lift_it(visit: Editing, product_id: str, identifier: str, evidence: Annotated[str, Form()]) -> Response:
    """Say what settled it."""
    with visit.workspace.transaction(visit.session.name) as session:
        lift(session, find(session, Uncertainty, identifier, product_id=product_id), evidence)
    return _back(visit, product_id, identifier)


@router.post("/{identifier}/waive")
def waive_it(
    visit: Editing,
    product_id: str,
    identifier: str,
    reason: Annotated[str, Form()],
    until: Annotated[str, Form()],
) -> Response:
    """Live with it until a day."""
    with visit.workspace.transaction(visit.session.name) as session:
        found = find(session, Uncertainty, identifier, product_id=product_id)
        day = read_field(Uncertainty, "expires_at", until, where=f"uncertainty:{identifier}")
        waive_uncertainty(session, found, reason, day or now_of(session))
    return _back(visit, product_id, identifier)


@router.post("/{identifier}/reopen")
def open_again(visit: Editing, product_id: str, identifier: str, why: Annotated[str, Form()]) -> Response:
    """Open it again."""
    with visit.workspace.transaction(visit.session.name) as session:
        found = find(session, Uncertainty, identifier, product_id=product_id)
        reopen(session, found, why)
    return _back(visit, product_id, identifier)


def _back(visit: Visit, product_id: str, identifier: str) -> Response:
    return visit.see(f"/products/{product_id}/uncertainties#uncertainty-{identifier}")
