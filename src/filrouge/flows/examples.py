"""The example product: its artefacts, brought in as any file would be, and the edits that mend its gaps."""

from pathlib import Path

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Canvas, CanvasNote
from filrouge.explore.decisions import Decision
from filrouge.explore.feasibility import latest_study
from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import Journey, Step, draw_after
from filrouge.explore.objectives import Objective
from filrouge.explore.uncertainties import Uncertainty
from filrouge.flows.product_yaml import Plan, import_product
from filrouge.organize.indicators import Indicator
from filrouge.organize.story_map import Version
from filrouge.storage.editing import create, edit, find, listed, now_of
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect, disconnect

__all__ = ["NYC_DEPARTURES", "import_example", "mend_example"]

NYC_DEPARTURES = Path(__file__).parent.parent / "templates" / "nyc_departures" / "product.yaml"
MEND = NYC_DEPARTURES.with_name("mend.yaml")
_PRODUCT = "nyc-departures"


def import_example(session: Session, *, as_product: str = "") -> Plan:
    """Import the artefacts of *NYC departures*; under another id, as a copy with ids of its own."""
    text = NYC_DEPARTURES.read_text(encoding="utf-8")
    return import_product(session, text, name=NYC_DEPARTURES.name, as_product=as_product)


def mend_example(session: Session) -> None:
    """Mend the gaps that the check shows in *NYC departures*, by the edits that its team would make."""
    _compare_the_ideas(session)
    _answer_for_the_data(session)
    _measure_every_brick(session)
    edit(
        session,
        find(session, Objective, "nyc-warn-early"),
        five_whys=[
            {
                "question": "Why warn two hours ahead?",
                "answer": "A spare crew or gate is found in that time.",
            },
            {"question": "Why find one?", "answer": "Each delayed departure delays the next rotation."},
            {
                "question": "Why care for rotations?",
                "answer": "The last flights of the day carry all delays.",
            },
        ],
    )
    edit(
        session,
        find(session, Uncertainty, "nyc-u-trust"),
        state="lifted",
        how_lifted="Two shifts acted on a paper list with reasons; they followed seven warnings in ten.",
    )
    edit(session, find(session, Version, "nyc-v2"), kpi_id="nyc-false-alarms")
    weather = Ref("data_source", "nyc-weather")
    disconnect(session, weather, "ingested_by", Ref("epic", "nyc-mvp-ingestion"))
    connect(session, _PRODUCT, weather, "ingested_by", Ref("epic", "nyc-v2-ingestion"))


def _compare_the_ideas(session: Session) -> None:
    """Each kept idea gets its page, and the open one its decision."""
    import yaml

    for page in yaml.safe_load(MEND.read_text(encoding="utf-8"))["canvases"]:
        notes, needs = page.pop("notes"), page.pop("needs")
        idea, indicator = page.pop("idea"), page.pop("measured_by")
        canvas = create(session, Canvas, _PRODUCT, idea_id=idea, signed_at=now_of(session), **page)
        for box, text in notes.items():
            create(session, CanvasNote, _PRODUCT, canvas_id=canvas.id, box=box, text=text)
        here = Ref("canvas", canvas.id)
        for source in needs:
            connect(session, _PRODUCT, here, "needs", Ref("data_source", source))
        connect(session, _PRODUCT, here, "measured_by", Ref("indicator", indicator))
    gates = find(session, Idea, "nyc-idea-gates")
    drawn = draw_after(session, find(session, Journey, "nyc-desk-today"), gates)
    watched = listed(session, Step, _PRODUCT, journey_id=drawn.id, from_step="nyc-step-watch")
    edit(session, watched[0], title="Accept or change the gates that are proposed")
    create(
        session,
        Decision,
        _PRODUCT,
        idea_id="nyc-idea-gates",
        choice="wait",
        rationale="It would build on warnings that are reliable first: look again after V2.",
        owner="gate planner",
        decided_by="steering committee",
        decided_at=now_of(session),
    )


def _answer_for_the_data(session: Session) -> None:
    """What no measure tells, where a study waits for it."""
    study = latest_study(session, _PRODUCT)
    if study is not None:
        edit(
            session,
            study,
            tools="yes",
            tools_note="Python runs on the desk's machines; the IT department keeps it.",
            frequency="yes",
            frequency_note="The schedule system answers each hour; ten months went by without a miss.",
        )


def _measure_every_brick(session: Session) -> None:
    """Ingestion and activation were measured by nothing."""
    for title, brick, value, better, target in (
        ("Requests without weather", "ingestion", "is_null(feature_temp)", "lower", 0.02),
        ("Answers within a second", "activation", "latency_ms < 1000", "higher", 0.99),
    ):
        made = create(
            session,
            Indicator,
            _PRODUCT,
            title=title,
            layer="technical",
            brick=brick,
            measure={"kind": "mean", "value": value},
            unit="share",
            better=better,
            target=target,
            period="day",
        )
        connect(
            session, _PRODUCT, Ref("objective", "nyc-warn-early"), "measured_by", Ref("indicator", made.id)
        )
