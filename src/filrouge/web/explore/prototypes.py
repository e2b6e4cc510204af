"""Prototypes: a board by stage, and one of them in full with its two weeks (EXP-13, EXP-14, EXP-15)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from filrouge.explore.ideas import Idea, IdeaState
from filrouge.explore.prototypes import (
    Fortnight,
    Prototype,
    Stage,
    conclude,
    fortnight_of,
    renew,
    skip,
    start,
)
from filrouge.explore.prototypes.words import STAGES, VERDICTS
from filrouge.explore.uncertainties import Criticality, register_of
from filrouge.flows.prototypes import tie_version, untie_version, versions_made
from filrouge.kernel.i18n import _
from filrouge.storage.editing import find, listed, now_of
from filrouge.streamline.registry.version import ModelVersion, versions
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect
from filrouge.web.explore.ties import Named, choices_of, neighbours
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/prototypes")


@dataclass(frozen=True)
class Card:
    """A prototype as the board shows it."""

    prototype: Prototype
    idea: Idea | None
    stage: Stage
    clock: Fortnight | None


@dataclass(frozen=True)
class Shown:
    """The prototype that is shown in full, with what it may be tied to."""

    card: Card
    hypotheses: tuple[Named, ...]
    renews: Prototype | None
    renewed_by: tuple[Prototype, ...]
    critical: bool
    """Whether one of its hypotheses answers a critical uncertainty."""
    number: int
    """Its place among the prototypes of its idea that were not skipped; 0 when it was."""
    made: tuple[ModelVersion, ...]
    versions: tuple[ModelVersion, ...]


@dataclass(frozen=True)
class PrototypesPage:
    """The context of the page."""

    lanes: tuple[tuple[Stage, tuple[Card, ...]], ...]
    shown: Shown | None
    ideas: tuple[Idea, ...]
    uncertainties: dict[str, str]
    hypotheses: dict[str, tuple[Named, ...]]
    stages: dict[Stage, str]
    verdicts: dict[str, str]
    now: datetime

    def choices(self, card: Card) -> tuple[Idea, ...]:
        """The ideas that a prototype may be of: those that live, and its own."""
        own = () if card.idea is None or card.idea in self.ideas else (card.idea,)
        return (*own, *self.ideas)

    @property
    def any(self) -> bool:
        """Whether there is a prototype at all."""
        return any(cards for _stage, cards in self.lanes)


@router.get("")
def prototypes(visit: Visiting, product_id: str, show: str = "") -> Response:
    """The board, and one prototype in full: the one asked for, or the one that runs."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, show)
        return visit.render("explore/prototypes.html", page, title=_("Prototypes"), product=head)


def _page(session: Session, product_id: str, show: str) -> PrototypesPage:
    now = now_of(session)
    ideas = {idea.id: idea for idea in listed(session, Idea, product_id)}
    cards = [
        Card(one, ideas.get(one.idea_id), one.stage(now), fortnight_of(one, now))
        for one in listed(session, Prototype, product_id)
    ]
    order = [Stage.RUNNING, Stage.PLANNED, Stage.CONCLUDED, Stage.SKIPPED]
    first = min(cards, key=lambda card: order.index(card.stage), default=None)
    chosen = next((card for card in cards if card.prototype.id == show), first)
    alive = (IdeaState.KEPT, IdeaState.PROPOSED)
    return PrototypesPage(
        lanes=tuple((stage, tuple(card for card in cards if card.stage == stage)) for stage in Stage),
        shown=_shown(session, product_id, chosen, cards) if chosen else None,
        ideas=tuple(sorted((i for i in ideas.values() if i.state in alive), key=lambda i: i.state)),
        uncertainties={one.id: one.statement for one in register_of(session, product_id)},
        hypotheses=choices_of(session, product_id, ["hypothesis"]),
        stages=STAGES,
        verdicts=VERDICTS,
        now=now,
    )


def _shown(session: Session, product_id: str, card: Card, cards: list[Card]) -> Shown:
    one = card.prototype
    siblings = [other.prototype for other in cards if other.prototype.idea_id == one.idea_id]
    made = [other for other in siblings if not other.skipped]
    tied = neighbours(session, product_id, "prototype").get(one.id, {}).get("hypothesis", ())
    return Shown(
        card=card,
        hypotheses=tied,
        critical=bool({tie.ref.id for tie in tied} & _critical(session, product_id)),
        renews=next((other for other in siblings if other.id == one.renews_id), None),
        renewed_by=tuple(other for other in siblings if other.renews_id == one.id),
        number=made.index(one) + 1 if one in made else 0,
        made=tuple(versions_made(session, one)),
        versions=tuple(versions(session, product_id)),
    )


def _critical(session: Session, product_id: str) -> set[str]:
    """The hypotheses that answer a critical uncertainty."""
    near = neighbours(session, product_id, "uncertainty")
    risky = [one for one in register_of(session, product_id) if one.criticality == Criticality.CRITICAL]
    return {tie.ref.id for one in risky for tie in near.get(one.id, {}).get("hypothesis", ())}


@router.post("/{identifier}/start")
def start_it(visit: Editing, product_id: str, identifier: str) -> Response:
    """Start the two weeks."""
    with visit.workspace.transaction(visit.session.name) as session:
        start(session, find(session, Prototype, identifier, product_id=product_id))
    return _back(visit, product_id, identifier)


@router.post("/{identifier}/conclude")
def conclude_it(
    visit: Editing,
    product_id: str,
    identifier: str,
    verdict: Annotated[str, Form()],
    learnt: Annotated[str, Form()],
) -> Response:
    """End it with a verdict."""
    with visit.workspace.transaction(visit.session.name) as session:
        conclude(session, find(session, Prototype, identifier, product_id=product_id), verdict, learnt)
    return _back(visit, product_id, identifier)


@router.post("/{identifier}/renew")
def renew_it(
    visit: Editing,
    product_id: str,
    identifier: str,
    title: Annotated[str, Form()],
    answer: Annotated[str, Form()],
    hypothesis: Annotated[str, Form()] = "",
) -> Response:
    """Plan a second prototype, for a new hypothesis."""
    with visit.workspace.transaction(visit.session.name) as session:
        made = renew(session, find(session, Prototype, identifier, product_id=product_id), title, answer)
        if hypothesis:
            connect(session, product_id, Ref.parse(hypothesis), "tested_by", Ref("prototype", made.id))
    return _back(visit, product_id, made.id)


@router.post("/{identifier}/skip")
def skip_it(
    visit: Editing,
    product_id: str,
    identifier: str,
    interest: Annotated[str, Form()],
    feasibility: Annotated[str, Form()],
) -> Response:
    """Do without it, for two reasons."""
    with visit.workspace.transaction(visit.session.name) as session:
        skip(session, find(session, Prototype, identifier, product_id=product_id), interest, feasibility)
    return _back(visit, product_id, identifier)


@router.post("/{identifier}/version")
def tie_a_version(
    visit: Editing,
    product_id: str,
    identifier: str,
    version: Annotated[str, Form()],
    untie: Annotated[bool, Form()] = False,
) -> Response:
    """Say that a model version was made by it, or that it was not."""
    with visit.workspace.transaction(visit.session.name) as session:
        found = find(session, Prototype, identifier, product_id=product_id)
        (untie_version if untie else tie_version)(session, found, version)
    return _back(visit, product_id, identifier)


def _back(visit: Visit, product_id: str, identifier: str) -> Response:
    return visit.see(f"/products/{product_id}/prototypes?show={identifier}#prototype-{identifier}")
