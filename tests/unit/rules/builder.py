"""Builds the real rows of an example: artefacts by the ordinary operations, in a session of a workspace."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Canvas, CanvasNote, DataSource
from filrouge.explore.canvas.boxes import Box
from filrouge.explore.decisions import Decision
from filrouge.explore.feasibility import FeasibilityStudy, Question, Study, Verdict
from filrouge.explore.feasibility.words import Answer, Said
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.objectives import Objective
from filrouge.explore.prototypes import Prototype
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.user_tests import UserTest
from filrouge.kernel.clock import FixedClock
from filrouge.organize.backlog import Story
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.organize.story_map import Epic, Version
from filrouge.storage.base import Artefact
from filrouge.storage.editing import create, edit
from filrouge.storage.product import product_named
from filrouge.thread.links import link
from filrouge.thread.ref import Ref

DEFAULTS: dict[type[Artefact], dict[str, Any]] = {
    Objective: {"statement": "Fewer missed connections"},
    Journey: {"title": "A day at the desk"},
    Step: {"title": "Watch the board"},
    PainPoint: {"statement": "Bad days are seen too late", "type": "time_consuming"},
    Criterion: {"title": "relevance"},
    Idea: {"title": "Warn two hours before"},
    Canvas: {"title": "Late departures"},
    CanvasNote: {"text": "A note"},
    DataSource: {"name": "weather"},
    FeasibilityStudy: {"title": "late", "target": "late", "measured_at": datetime(2013, 1, 1, tzinfo=UTC)},
    Uncertainty: {"statement": "The weather tells", "type": "data"},
    Prototype: {"title": "Two shifts on paper"},
    Decision: {"choice": "build", "rationale": "It saves connections.", "owner": "ana"},
    UserTest: {"title": "At the desk"},
    Version: {"title": "MVP"},
    Epic: {"title": "An epic"},
    Story: {"title": "A story"},
    Hypothesis: {"statement": "We believe that wind delays"},
    Indicator: {"title": "Connections saved"},
}


class Builder:
    """What an example says: ``make`` artefacts, ``tie`` them, let ``days`` pass."""

    def __init__(self, session: Session, product: str, clock: FixedClock) -> None:
        self.session, self.product, self.clock = session, product, clock

    def make(self, kind: type[Artefact], **fields: Any) -> Any:
        return create(self.session, kind, self.product, **{**DEFAULTS.get(kind, {}), **fields})

    def phase(self, phase: str) -> None:
        """Where the product stands; live unless an example says otherwise."""
        edit(self.session, product_named(self.session, self.product), phase=phase)

    def tie(self, source: Any, relation: str, target: Any) -> None:
        link(self.session, self.product, self.ref(source), relation, self.ref(target))

    @staticmethod
    def ref(thing: Any) -> Ref:
        return thing if isinstance(thing, Ref) else Ref(thing.kind, thing.id)

    def idea(self, **fields: Any) -> Any:
        return self.make(Idea, **fields)

    def canvas(self, **fields: Any) -> Any:
        return self.make(Canvas, idea_id=self.idea().id, **fields)

    def full_canvas(self, *without: Box, **fields: Any) -> Any:
        canvas = self.canvas(**fields)
        for box in Box:
            if box not in without:
                self.make(CanvasNote, canvas_id=canvas.id, box=box)
        return canvas

    def source(self, canvas: Any = None, **fields: Any) -> Any:
        source = self.make(DataSource, **fields)
        if canvas is not None:
            self.tie(canvas, "needs", source)
        return source

    def study(self, **people: str) -> Any:
        six = [Answer(question, Verdict.YES, Said("yes")) for question in list(Question)[:6]]
        measured = Study("late", "", [], six, Said("Yes.")).as_dict()
        return self.make(FeasibilityStudy, measured=measured, **people)

    def decided(self, choice: str = "build", **fields: Any) -> Any:
        """A kept idea with a decision."""
        idea = self.idea(state="kept")
        self.make(Decision, idea_id=idea.id, choice=choice, **fields)
        return idea

    def prototype(self, idea: Any = None, *, days: int | None = 0, **fields: Any) -> Any:
        """A prototype of an idea, started so many days ago; not started when ``None``."""
        started = None if days is None else self.clock.now() - timedelta(days=days)
        idea_id = (idea or self.idea(state="kept")).id
        return self.make(Prototype, idea_id=idea_id, started_at=started, **fields)

    def pain_point(self) -> Any:
        journey = self.make(Journey)
        step = self.make(Step, journey_id=journey.id)
        return self.make(PainPoint, step_id=step.id)

    def mvp(self, *columns: str, **fields: Any) -> Any:
        version = self.make(Version, **fields)
        for column in columns:
            self.make(Epic, version_id=version.id, column=column)
        return version
