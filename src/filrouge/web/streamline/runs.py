"""Runs: what was run, when and why; one run with its graph, its Gantt, its logs and its errors (STR-9)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from filrouge import bootstrap
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.runs import (
    Run,
    RunStep,
    UnknownRun,
    run_named,
    runs_of,
    states_of,
    steps_of,
)
from filrouge.streamline.registry.version import ModelVersion
from filrouge.thread.kinds import kind_of
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref
from filrouge.web.overview import head_of
from filrouge.web.places import place_of
from filrouge.web.streamline.graph_drawing import Drawing, Pin, draw
from filrouge.web.streamline.run_words import KINDS, RUN_STATES, RUN_TONES, SHAPES, STEP_STATES, TRIGGERS
from filrouge.web.streamline.step_view import Span, StepView, span_of, view_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}/runs")
_AT_ONCE = 50
_QUIET_S = 300
_LOG = 200_000


@dataclass(frozen=True)
class Line:
    """A run of the list."""

    run: Run
    steps: int
    counts: tuple[tuple[str, int], ...]
    """Words of the states that its steps are in, with how many."""
    seconds: float


@dataclass(frozen=True)
class RunsPage:
    """The context of the list."""

    lines: tuple[Line, ...]
    state: str
    trigger: str
    before: str
    older: str
    """Query of the next page; empty when this is the last."""
    has_code: bool
    live: bool
    states: dict[str, str]
    tones: dict[str, str]
    triggers: dict[str, str]


@router.get("")
def runs(visit: Visiting, product_id: str, state: str = "", trigger: str = "", before: str = "") -> Response:
    """The latest runs, all or by state and trigger."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        chosen = {"state": state, "trigger": trigger}
        found = runs_of(session, product_id, **chosen, before=before, limit=_AT_ONCE + 1)
        shown = found[:_AT_ONCE]
        counts = states_of(session, [run.id for run in shown])
        lines = tuple(_line(run, counts[run.id]) for run in shown)
        page = RunsPage(
            lines,
            state,
            trigger,
            before,
            urlencode({**chosen, "before": shown[-1].id}) if len(found) > _AT_ONCE else "",
            bool(product.code),
            any(run.state == "running" for run in shown),
            RUN_STATES,
            RUN_TONES,
            TRIGGERS,
        )
        return visit.render("streamline/runs.html", page, title=_("Runs"), product=head)


def _line(run: Run, counts: Counter[str]) -> Line:
    words = tuple((_(word), counts[state]) for state, word in STEP_STATES.items() if counts[state])
    return Line(run, counts.total(), words, _seconds(run))


@dataclass(frozen=True)
class Tie:
    """Something on the thread that the run is tied to."""

    kind: str
    title: str
    place: str


@dataclass(frozen=True)
class RunPage:
    """The context of a run's page."""

    run: Run
    seconds: float
    steps: tuple[StepView, ...]
    span: Span
    drawing: Drawing
    pins: dict[str, Pin]
    ties: tuple[Tie, ...]
    versions: tuple[ModelVersion, ...]
    resume: str
    """Command that continues it; empty when there is nothing to continue."""
    quiet_s: float
    """Since the last sign of a running run; 0 while it is lively."""
    states: dict[str, str]
    tones: dict[str, str]
    triggers: dict[str, str]
    kinds: dict[str, str]

    @property
    def live(self) -> bool:
        """Whether the page should look again by itself."""
        return self.run.state == "running"


@router.get("/{run_id}")
def run(visit: Visiting, product_id: str, run_id: str) -> Response:
    """One run."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        found = _run_of(session, product_id, run_id)
        page = _page(session, found)
        title = f"{_('Run')} {found.id}"
        return visit.render("streamline/run.html", page, title=title, product=head)


@router.get("/{run_id}/steps/{step}/log")
def log(visit: Visiting, product_id: str, run_id: str, step: str) -> Response:
    """What a step printed and logged, its end when it is long."""
    with visit.workspace.reading() as session:
        _run_of(session, product_id, run_id)
        found = session.get(RunStep, (run_id, step))
    if found is None or not found.log:
        return PlainTextResponse(_("This step printed nothing."))
    text = visit.workspace.artifacts.get(found.log).decode(errors="replace")
    return PlainTextResponse(text if len(text) <= _LOG else f"…{text[-_LOG:]}")


def _run_of(session: Session, product_id: str, run_id: str) -> Run:
    found = run_named(session, run_id)
    if found.product_id != product_id:
        raise UnknownRun(_("This product has no run “{run}”.").format(run=run_id), where=product_id)
    return found


def _page(session: Session, found: Run) -> RunPage:
    now = datetime.now(UTC)
    steps = steps_of(session, found.id)
    span = span_of(steps, found.recorded_at, now)
    views = tuple(view_of(one, span, now) for one in steps)
    trained = select(ModelVersion).where(ModelVersion.run_id == found.id).order_by(ModelVersion.recorded_at)
    versions = tuple(session.scalars(trained))
    drawing, pins = _graph(found, views, versions)
    last = max([found.recorded_at, *(at for one in steps for at in (one.started_at, one.ended_at) if at)])
    quiet_s = (now - last).total_seconds() if found.state == "running" else 0.0
    quiet_s = quiet_s if quiet_s > _QUIET_S else 0.0
    resumable = found.state in {"failed", "cancelled"} or quiet_s
    return RunPage(
        run=found,
        seconds=_seconds(found),
        steps=views,
        span=span,
        drawing=drawing,
        pins=pins,
        ties=_ties(session, found),
        versions=versions,
        resume=f"filrouge run {found.product_id} --resume {found.id}" if resumable else "",
        quiet_s=quiet_s,
        states=RUN_STATES,
        tones=RUN_TONES,
        triggers=TRIGGERS,
        kinds=KINDS,
    )


def _graph(
    found: Run, steps: Sequence[StepView], versions: Sequence[ModelVersion]
) -> tuple[Drawing, dict[str, Pin]]:
    """The steps, and after them the versions that learned from the run."""
    inputs = {step.name: step.inputs for step in steps}
    texts = {step.name: (step.name, step.words) for step in steps}
    for one in versions:
        inputs[one.id] = tuple(found.targets)
        texts[one.id] = (one.name, _("model version"))
    drawing = draw(inputs, texts)
    shown = {step.name: (step.state, step.shape, f"#step-{step.name}") for step in steps}
    shown |= {one.id: ("done", SHAPES["done"], place_of(one.ref, found.product_id)) for one in versions}
    pins = {}
    for box in drawing.boxes:
        state, shape, place = shown[box.name]
        pins[box.name] = Pin(box, texts[box.name][0], state, shape, texts[box.name][1], place)
    return drawing, pins


def _ties(session: Session, found: Run) -> tuple[Tie, ...]:
    reasons = [link.source for link in links_to(session, Ref("run", found.id))]
    named = bootstrap.nodes().named(session, reasons)
    return tuple(
        Tie(_(kind_of(ref).label), node.title, place_of(ref, found.product_id)) for ref, node in named.items()
    )


def _seconds(found: Run) -> float:
    """How long it has run, by the machine's clock."""
    return ((found.ended_at or datetime.now(UTC)) - found.recorded_at).total_seconds()
