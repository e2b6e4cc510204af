"""One passing and one failing example of each rule, in the words of its page."""

from collections.abc import Callable
from datetime import timedelta

from builder import Builder

from filrouge.explore.canvas.boxes import Box
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.journeys import Journey
from filrouge.explore.objectives import Objective
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.user_tests import UserTest
from filrouge.explore.workshops import Participant, Workshop, WorkshopPhase, enter_phase
from filrouge.flows.prototypes import tie_version
from filrouge.measures.values import IndicatorValue
from filrouge.organize.backlog import Story
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.organize.story_map import Epic, Version
from filrouge.scale.retirement import Answer, DataFate, Point, answer
from filrouge.storage.editing import archive
from filrouge.streamline.monitoring.tables import Definition, add_monitor
from filrouge.streamline.registry.ledger import degrade, promote
from filrouge.streamline.registry.version import ModelVersion, register
from filrouge.thread.links import unlink
from filrouge.thread.ref import Ref

Example = Callable[[Builder], object]
EXTENSIONS = (Box.PROBLEM_EXTENSIONS, Box.VALUE_EXTENSIONS, Box.USERS_EXTENSIONS)
MEASURE = {"kind": "mean", "value": "label"}
CHAIN = ("ingestion", "modelling", "activation")
COLUMNS = (*CHAIN, "monitoring", "infrastructure")


def after(days: int, make: Example) -> Example:
    """Build, then let days pass."""

    def build(b: Builder) -> None:
        make(b)
        b.clock.at += timedelta(days=days)

    return build


def tied_idea(b: Builder, state: str = "proposed") -> None:
    b.tie(b.make(Objective), "pursued_by", b.idea(state=state))


def retired(b: Builder) -> None:
    for point in Point:
        given = {"data": DataFate.ERASED} if point == Point.DATA else {}
        answer(b.session, b.product, point, answer=Answer.DONE, who="ana", **given)


def workshop(b: Builder, *profiles: str) -> None:
    held = b.make(Workshop, title="First workshop", phase="combine")
    for profile in profiles:
        b.make(Participant, workshop_id=held.id, name=profile, profile=profile)


def aligned_workshop(b: Builder, *, aligned: bool) -> None:
    held = b.make(Workshop, title="First workshop", phase="align")
    for name, profile in (("Ana", "manager"), ("Ben", "data_scientist"), ("Cléo", "business_expert")):
        b.make(Participant, workshop_id=held.id, name=name, profile=profile, aligned=aligned or name == "Ana")
    enter_phase(b.session, held, WorkshopPhase.DIVERGE)


def kept_idea_of_pain(b: Builder) -> None:
    b.tie(b.pain_point(), "addressed_by", b.idea(state="kept"))


def kept_with_canvas(b: Builder) -> None:
    canvas = b.canvas()
    b.session.get(Idea, canvas.idea_id).state = "kept"
    b.session.flush()


def map_after(b: Builder, idea: Idea | None = None) -> None:
    b.make(Journey, version="after", idea_id=idea.id if idea else None)


def activation(b: Builder, **fields: str) -> None:
    said = {"vector": "api", "frequency": "daily", "environment_differences": "none"}
    b.full_canvas(**{**said, "constraints": "none", "adaptations": "none", **fields})


def source_every(refresh: str, frequency: str) -> Example:
    return lambda b: b.source(b.canvas(frequency=frequency), necessity="necessary", refresh=refresh)


def release(b: Builder) -> None:
    b.make(Version, state="released", released_at=b.clock.now())


def main_indicator(b: Builder) -> None:
    b.tie(b.make(Objective), "measured_by", b.make(Indicator, layer="main"))


def kpi(b: Builder, *, gone: bool) -> None:
    indicator = b.make(Indicator)
    b.mvp(kpi_id=indicator.id)
    if gone:
        archive(b.session, indicator)


def bricks(*measured: str) -> Example:
    return lambda b: [b.make(Indicator, layer="technical", title=brick, brick=brick) for brick in measured]


def ingestion(b: Builder, necessity: str = "necessary") -> None:
    version = b.make(Version)
    epic = b.make(Epic, version_id=version.id, column="ingestion")
    b.tie(b.source(necessity=necessity), "ingested_by", epic)


def pain_and_idea(b: Builder, *, gone: bool) -> None:
    pain, idea = b.pain_point(), b.idea()
    b.tie(pain, "addressed_by", idea)
    if gone:
        archive(b.session, pain)


def planned_answer(b: Builder) -> None:
    answer = {"would_settle": "A shift with a paper list", "owner": "ana", "due_at": b.clock.now()}
    b.make(Uncertainty, criticality="critical", **answer)


def tested(b: Builder, criticality: str) -> None:
    """Two open uncertainties; the one of this criticality is tested."""
    for one in ("critical", "minor"):
        made = b.make(Uncertainty, criticality=one, doubt="guess")
        if one == criticality:
            b.tie(made, "tested_by", b.make(Hypothesis))


def user_test(b: Builder, **fields: object) -> None:
    """An idea to build, tried by users."""
    idea = b.decided()
    b.make(UserTest, idea_id=idea.id, **fields)


def contacts(b: Builder, signer: str, participant: str) -> None:
    canvas = b.canvas(signed_by=signer, signed_at=b.clock.now())
    b.make(UserTest, idea_id=canvas.idea_id, participants=[{"name": participant}])


def skipped(b: Builder, interest: str) -> None:
    """An idea to build; its prototype is skipped when somebody says why."""
    idea = b.decided()
    if interest:
        why = {"certain_interest": interest, "certain_feasibility": "Another desk has it"}
        b.prototype(idea, days=None, skipped=True, **why)


def prototypes(b: Builder, number: int) -> None:
    idea = b.idea(state="kept")
    for _ in range(number):
        b.prototype(idea)


def renewed(b: Builder, *, same: bool = False, criticality: str = "critical") -> None:
    first = b.prototype(days=10)
    hypotheses = [b.make(Hypothesis), b.make(Hypothesis)]
    b.tie(hypotheses[0], "tested_by", first)
    b.tie(b.make(Uncertainty, type="data", criticality=criticality), "tested_by", hypotheses[1])
    answer = "It decides between build and kill."
    second = b.prototype(b.session.get(Idea, first.idea_id), renews_id=first.id, renewal_answer=answer)
    b.tie(hypotheses[0 if same else 1], "tested_by", second)


def measured(b: Builder, *, ended_days_ago: int) -> None:
    """A main indicator by week with one value."""
    main = b.make(Indicator, layer="main", measure=MEASURE, period="week")
    end = b.clock.now() - timedelta(days=ended_days_ago)
    b.session.add(
        IndicatorValue(
            indicator_id=main.id,
            product_id=b.product,
            start_at=end - timedelta(days=7),
            end_at=end,
            value=0.5,
            n=100,
            basis="x/1",
            recorded_at=end,
        )
    )
    b.session.flush()


def watched(b: Builder) -> None:
    champion(b)
    add_monitor(b.session, b.product, "Response time", Definition(kind="latency", threshold=250.0))


def champion(b: Builder, slot: str = "champion", **fields: object) -> ModelVersion:
    """A version that serves; its hypothesis, when it has one, is a reference."""
    made = ModelVersion(
        product_id=b.product,
        run_id="run1",
        digest="d" * 64,
        dataset="f" * 64,
        target="late",
        data_from=b.clock.now() - timedelta(days=59),
        data_to=b.clock.now(),
        rows=50_000,
        **{"model": "boosting", **fields},
    )
    register(b.session, made)
    promote(b.session, b.product, slot, made.id, who="ana", why="better")
    return made


def made_by_prototype(b: Builder, *, promoted: bool) -> None:
    """A version that a prototype made; it was replaced, unless it serves."""
    tie_version(b.session, b.prototype(), champion(b).id)
    if not promoted:
        champion(b)


def with_naive(b: Builder) -> None:
    champion(b)
    champion(b, "naive", model="late_rate", naive=True)


def degraded(b: Builder) -> None:
    with_naive(b)
    degrade(b.session, b.product, why="errors", who="ana")


def data_forgotten(b: Builder) -> None:
    version = champion(b)
    unlink(b.session, Ref("dataset", version.dataset), "taught", version.ref)


EXAMPLES: dict[str, tuple[Example, Example]] = {
    "FND001.1": (
        lambda b: (b.make(Indicator), b.make(Indicator, layer="technical")),
        lambda b: (b.make(Indicator, title="ROC AUC"), b.make(Indicator, layer="technical")),
    ),
    "FND002.1": (lambda b: b.source(b.canvas()), lambda b: b.source()),
    "FND002.2": (ingestion, lambda b: b.mvp("ingestion")),
    "FND003.1": (retired, lambda b: [retired(b), champion(b)]),
    "FND004.1": (
        lambda b: b.source(necessity="necessary", access_owner="ana"),
        lambda b: b.source(necessity="necessary"),
    ),
    "FND004.2": (source_every("1h", "daily"), source_every("1 day", "hourly")),
    "FND004.3": (
        lambda b: b.prototype(days=35, ended_at=b.clock.now() - timedelta(days=22), verdict="promising"),
        lambda b: b.prototype(days=35),
    ),
    "FND004.4": (
        lambda b: contacts(b, "ana", "Ines"),
        lambda b: [contacts(b, "ana", "Ana "), workshop(b, "data_scientist")],
    ),
    "FND004.5": (
        lambda b: user_test(b, participants=[{"name": "Ines"}]),
        user_test,
    ),
    "FND004.6": (lambda b: (b.canvas(), b.mvp("ingestion")), lambda b: b.mvp("ingestion")),
    "EXP001.1": (tied_idea, lambda b: b.idea()),
    "EXP001.2": (
        lambda b: b.make(Objective, five_whys=[{"question": "Why?", "answer": "Because."}]),
        lambda b: b.make(Objective),
    ),
    "EXP001.3": (lambda b: b.make(Objective), lambda b: None),
    "EXP002.1": (
        lambda b: (b.make(Journey), b.idea()),
        lambda b: b.make(Workshop, title="First workshop", phase="diverge"),
    ),
    "EXP002.2": (lambda b: (b.pain_point(), b.idea()), lambda b: b.idea()),
    "EXP003.1": (
        lambda b: workshop(b, "manager", "data_scientist", "business_expert"),
        lambda b: workshop(b, "data_scientist", "data_scientist"),
    ),
    "EXP003.2": (
        lambda b: aligned_workshop(b, aligned=True),
        lambda b: aligned_workshop(b, aligned=False),
    ),
    "EXP004.1": (
        lambda b: (b.make(Criterion), b.idea(state="kept")),
        lambda b: b.idea(state="kept"),
    ),
    "EXP004.2": (
        lambda b: [b.idea(state="kept", title=title) for title in "abc"],
        lambda b: (b.phase("converge"), b.idea(state="kept")),
    ),
    "EXP004.3": (kept_idea_of_pain, lambda b: tied_idea(b, "kept")),
    "EXP005.1": (
        lambda b: [map_after(b, b.idea(state="kept")) for _n in range(2)],
        lambda b: (b.idea(state="kept"), map_after(b, b.idea(state="kept"))),
    ),
    "EXP006.1": (lambda b: b.full_canvas(*EXTENSIONS), lambda b: b.full_canvas(Box.USERS)),
    "EXP006.2": (lambda b: b.full_canvas(), lambda b: b.full_canvas(*EXTENSIONS)),
    "EXP006.3": (kept_with_canvas, lambda b: b.idea(state="kept")),
    "EXP007.1": (lambda b: b.source(necessity="important"), lambda b: b.source()),
    "EXP007.2": (
        lambda b: b.source(b.canvas(), necessity="necessary"),
        lambda b: b.source(b.canvas(), necessity="secondary"),
    ),
    "EXP007.3": (
        lambda b: b.source(necessity="necessary", availability="at_hand", fallback="stop"),
        lambda b: b.source(necessity="necessary", availability="at_hand"),
    ),
    "EXP007.4": (lambda b: b.source(personal_data=False), lambda b: b.source()),
    "EXP007.5": (
        lambda b: b.source(necessity="necessary", availability="at_hand"),
        lambda b: b.source(necessity="necessary", availability="unavailable"),
    ),
    "EXP008.1": (activation, lambda b: b.full_canvas(vector="api")),
    "EXP009.1": (
        lambda b: b.canvas(signed_by="ana", signed_at=b.clock.now()),
        lambda b: b.canvas(),
    ),
    "EXP010.1": (
        lambda b: b.make(Uncertainty, criticality="critical", state="lifted", how_lifted="Two shifts."),
        lambda b: b.make(Uncertainty, criticality="critical"),
    ),
    "EXP012.1": (lambda b: b.study(tools="yes", frequency="with_care"), lambda b: b.study()),
    "EXP010.2": (planned_answer, lambda b: b.make(Uncertainty, criticality="critical")),
    "EXP010.4": (
        lambda b: b.make(Uncertainty, criticality="major", doubt="guess"),
        lambda b: b.make(Uncertainty),
    ),
    "EXP010.3": (lambda b: tested(b, "critical"), lambda b: tested(b, "minor")),
    "EXP011.1": (
        lambda b: user_test(b, intuitive=4, practical=4, actionable=3, personalisable=2),
        lambda b: user_test(b, intuitive=4),
    ),
    "EXP013.1": (lambda b: skipped(b, "The desk asks for it"), lambda b: skipped(b, "")),
    "EXP014.1": (lambda b: b.prototype(days=5), lambda b: b.prototype(days=20)),
    "EXP014.2": (lambda b: prototypes(b, 2), lambda b: prototypes(b, 3)),
    "EXP014.3": (lambda b: renewed(b, same=False), lambda b: renewed(b, same=True)),
    "EXP015.1": (
        lambda b: made_by_prototype(b, promoted=False),
        lambda b: made_by_prototype(b, promoted=True),
    ),
    "EXP016.1": (lambda b: b.decided(), lambda b: b.idea(state="kept")),
    "EXP016.2": (
        lambda b: [b.decided(choice) for choice in ("build", "wait", "kill")],
        lambda b: [b.decided(choice) for choice in ("build", "wait", "wait")],
    ),
    "ORG007.1": (lambda b: b.mvp(*CHAIN), lambda b: b.mvp("ingestion", "modelling")),
    "ORG007.2": (ingestion, lambda b: ingestion(b, "secondary")),
    "ORG010.1": (
        lambda b: b.mvp(objective="See late flights", kpi_id=b.make(Indicator).id),
        lambda b: b.mvp(objective="See late flights"),
    ),
    "ORG010.2": (lambda b: b.mvp(*COLUMNS), lambda b: b.mvp(*CHAIN, "infrastructure")),
    "ORG010.3": (lambda b: b.mvp("ingestion"), after(40, lambda b: b.mvp("ingestion"))),
    "ORG011.1": (release, after(63, release)),
    "ORG011.2": (release, after(120, release)),
    "ORG014.1": (
        lambda b: [
            b.make(Story, origin=origin) for origin in ("user_feedback", "data_analysis", "monitoring")
        ],
        lambda b: b.make(Story, origin="data_analysis"),
    ),
    "ORG014.2": (lambda b: b.make(Story, origin="user_feedback"), lambda b: b.make(Story)),
    "ORG015.1": (
        lambda b: b.make(Hypothesis, state="confirmed", test="A run", conclusion="It does."),
        lambda b: b.make(Hypothesis, state="confirmed", test="A run"),
    ),
    "ORG016.1": (main_indicator, lambda b: b.make(Indicator)),
    "ORG016.2": (lambda b: kpi(b, gone=False), lambda b: kpi(b, gone=True)),
    "ORG016.3": (
        bricks("ingestion", "modelling", "activation", "infrastructure"),
        bricks("modelling"),
    ),
    "ORG016.4": (lambda b: measured(b, ended_days_ago=1), lambda b: measured(b, ended_days_ago=30)),
    "STR014.1": (lambda b: champion(b, contract={"columns": []}), champion),
    "STR017.1": (watched, champion),
    "STR018.1": (with_naive, champion),
    "STR018.2": (with_naive, after(3, degraded)),
    "STR021.1": (lambda b: champion(b, slices={"carrier": {"AA": {"rows": 900}}}), champion),
    "THR001.1": (
        lambda b: champion(b, hypothesis=str(b.ref(b.make(Hypothesis)))),
        champion,
    ),
    "THR002.1": (champion, data_forgotten),
    "THR003.1": (main_indicator, lambda b: b.mvp(kpi_id=b.make(Indicator).id)),
    "THR003.2": (
        lambda b: b.make(Indicator, layer="main", measure=MEASURE),
        lambda b: b.make(Indicator, layer="main"),
    ),
    "THR004.1": (lambda b: pain_and_idea(b, gone=False), lambda b: pain_and_idea(b, gone=True)),
    "THR004.2": (
        lambda b: b.tie(b.make(Hypothesis), "tested_by", Ref("run", "r1")),
        lambda b: b.make(Hypothesis),
    ),
}
