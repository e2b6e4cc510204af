"""The kept ideas side by side: what each is worth, whether it can be done, how complex it is (EXP-16)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Availability, Box, Canvas, CanvasNote, DataSource
from filrouge.explore.decisions import Decision, decisions_of
from filrouge.explore.feasibility import FeasibilityStudy, studies_of
from filrouge.explore.ideas import Criterion, Idea, IdeaState, ranked
from filrouge.explore.journeys import PainPoint
from filrouge.explore.prototypes import Prototype
from filrouge.explore.uncertainties import Criticality, Uncertainty, register_of
from filrouge.explore.user_tests import UserTest
from filrouge.organize.indicators import Indicator
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed, now_of
from filrouge.thread.graph import edges_of
from filrouge.thread.ref import Ref

__all__ = ["Convergence", "IdeaCase", "convergence"]

A = TypeVar("A", bound=Artefact)


@dataclass(frozen=True)
class IdeaCase:
    """What speaks for an idea and what against it, from what the workspace holds.

    Args:
        pains: the pain points that it relieves, the worst first.
        kpi_notes: what its canvases say of its KPI in notes that are no indicator.
        studies: studies of feasibility tied to it, to its canvases or to their sources, newest first.
        left: its uncertainties that are still open, riskiest first.
        test: the newest user test.
    """

    idea: Idea
    score: float | None
    pains: tuple[PainPoint, ...]
    canvases: tuple[Canvas, ...]
    indicators: tuple[Indicator, ...]
    kpi_notes: tuple[CanvasNote, ...]
    studies: tuple[FeasibilityStudy, ...]
    sources: tuple[DataSource, ...]
    left: tuple[Uncertainty, ...]
    prototypes: tuple[Prototype, ...]
    test: UserTest | None
    decision: Decision | None

    @cached_property
    def relief(self) -> int:
        """The intensities that it takes away, together."""
        return sum(pain.weight for pain in self.pains)

    def sources_that_are(self, availability: Availability | None) -> tuple[DataSource, ...]:
        """Its data sources of an availability; ``None`` for those of which nobody said."""
        return tuple(one for one in self.sources if one.availability == availability)

    @property
    def left_by_type(self) -> Counter[str]:
        """How many uncertainties are open, by type."""
        return Counter(str(one.type) for one in self.left)

    @property
    def critical_left(self) -> int:
        """How many of them are critical."""
        return sum(one.criticality == Criticality.CRITICAL for one in self.left)

    @property
    def constraints(self) -> str:
        """What its canvases say of constraints."""
        return " ".join(one.constraints for one in self.canvases if one.constraints)


class Convergence(NamedTuple):
    """What the committee looks at.

    Args:
        cases: the kept ideas and those that were decided on, best score first.
        criteria: the criteria of their scores.
        untied: open uncertainties that stand on no canvas, so count for no idea; riskiest first.
    """

    cases: tuple[IdeaCase, ...]
    criteria: tuple[Criterion, ...]
    untied: tuple[Uncertainty, ...]


def convergence(session: Session, product_id: str) -> Convergence:
    """Read the kept ideas of a product, side by side."""
    decisions = decisions_of(session, product_id)
    wanted = [
        (idea, score)
        for idea, score in ranked(session, product_id)
        if idea.state == IdeaState.KEPT or idea.id in decisions
    ]
    shelf = _Shelf(session, product_id)
    cases = tuple(shelf.case(idea, score, decisions.get(idea.id)) for idea, score in wanted)
    return Convergence(cases, tuple(listed(session, Criterion, product_id)), shelf.untied())


class _Shelf:
    """The product's artefacts, each kind read once, and what one link joins."""

    def __init__(self, session: Session, product_id: str) -> None:
        self._session, self._product_id = session, product_id
        self._beside: dict[Ref, list[Ref]] = {}
        for edge in edges_of(session, product_id):
            self._beside.setdefault(edge.source, []).append(edge.target)
            self._beside.setdefault(edge.target, []).append(edge.source)
        now = now_of(session)
        self._open = [one for one in register_of(session, product_id) if one.is_open(now)]
        self._canvases, self._pains = self._all(Canvas), self._all(PainPoint)
        self._indicators, self._sources = self._all(Indicator), self._all(DataSource)
        self._prototypes, self._tests = self._all(Prototype), self._all(UserTest)
        self._studies = studies_of(session, product_id)
        self._kpi_notes = listed(session, CanvasNote, product_id, box=Box.KPI)

    def case(self, idea: Idea, score: float | None, decision: Decision | None) -> IdeaCase:
        """One idea."""
        canvases = [one for one in self._canvases if one.idea_id == idea.id]
        own = Ref("idea", idea.id)
        pages = [Ref("canvas", one.id) for one in canvases]
        sources = self._tied(pages, self._sources)
        data = [Ref("data_source", one.id) for one in sources]
        tests = [one for one in self._tests if one.idea_id == idea.id]
        held = [one for one in tests if one.held_at is not None]
        return IdeaCase(
            idea=idea,
            score=score,
            pains=tuple(sorted(self._tied([own], self._pains), key=lambda one: -one.weight)),
            canvases=tuple(canvases),
            indicators=self._tied(pages, self._indicators),
            kpi_notes=tuple(one for one in self._kpi_notes if Ref("canvas", one.canvas_id) in pages),
            studies=self._tied([own, *pages, *data], self._studies),
            sources=sources,
            left=self._tied(pages, self._open),
            prototypes=tuple(one for one in self._prototypes if one.idea_id == idea.id),
            test=max(held, key=lambda one: str(one.held_at), default=next(iter(tests), None)),
            decision=decision,
        )

    def untied(self) -> tuple[Uncertainty, ...]:
        """The open uncertainties that no canvas raises."""
        tied = {one.id for one in self._tied([Ref("canvas", one.id) for one in self._canvases], self._open)}
        return tuple(one for one in self._open if one.id not in tied)

    def _all(self, kind: type[A]) -> list[A]:
        return listed(self._session, kind, self._product_id)

    def _tied(self, ends: Iterable[Ref], things: Sequence[A]) -> tuple[A, ...]:
        near = {ref for end in ends for ref in self._beside.get(end, ())}
        return tuple(one for one in things if Ref(one.kind, one.id) in near)
