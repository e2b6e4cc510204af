"""The story map, the hypothesis log and the indicators, edited where they stand (ORG-10, ORG-15, ORG-16)."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from filrouge.flows.indicators import reached
from filrouge.kernel.i18n import N_, _
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator, make_main
from filrouge.organize.story_map import StoryMap, Version, release, story_map
from filrouge.storage.editing import BadField, edit, find, listed
from filrouge.web.explore.ties import Ties, ties_of
from filrouge.web.figures import Figure, figure_of
from filrouge.web.organize.candidates import ORIGINS, Tray, tray_of
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Maintaining, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")

BRICKS = {
    "ingestion": N_("Ingestion"),
    "modelling": N_("Modelling"),
    "activation": N_("Activation"),
    "monitoring": N_("Monitoring"),
    "infrastructure": N_("Infrastructure"),
}
VERSION_STATES = {"planned": N_("planned"), "in_progress": N_("in progress"), "released": N_("released")}
HYPOTHESIS_STATES = {
    "open": N_("open"),
    "confirmed": N_("confirmed"),
    "refuted": N_("refuted"),
    "dropped": N_("dropped"),
}
BETTER = {"higher": N_("higher is better"), "lower": N_("lower is better")}
PERIODS = {"hour": N_("hour"), "day": N_("day"), "week": N_("week"), "month": N_("month")}
MEASURES = {
    "mean": N_("mean of"),
    "sum": N_("sum of"),
    "ratio": N_("ratio of"),
    "quantile": N_("quantile of"),
}
STORY_STATES = {"ready": N_("ready"), "in_progress": N_("in progress"), "done": N_("done")}
LAYERS = {
    "main": N_("Main indicator"),
    "business": N_("Business indicators"),
    "technical": N_("Technical indicators"),
}


@dataclass(frozen=True)
class StoryMapPage:
    """The map, and the words of its columns."""

    map: StoryMap
    bricks: dict[str, str]
    states: dict[str, str]
    kpis: dict[str, str]
    versions: dict[str, str]
    tray: Tray
    origins: dict[str, str]
    story_states: dict[str, str]
    ties: dict[str, Ties]
    """What the versions build, the epics bring in, and the stories rest on, by kind."""


@router.get("/story-map")
def stories(visit: Visiting, product_id: str, decided: str = "") -> Response:
    """Versions as rows, bricks as columns, epics in the cells."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        drawn = story_map(session, product_id)
        page = StoryMapPage(
            drawn,
            BRICKS,
            {key: word for key, word in VERSION_STATES.items() if key != "released"},
            {one.id: one.title for one in listed(session, Indicator, product_id)},
            {one.id: one.title for one in listed(session, Version, product_id)},
            tray_of(session, product_id, drawn, decided),
            ORIGINS,
            STORY_STATES,
            {
                kind: ties_of(session, product_id, kind, [other])
                for kind, other in (("version", "canvas"), ("epic", "data_source"), ("story", "hypothesis"))
            },
        )
        return visit.render("organize/story_map.html", page, title=_("Story map"), product=head)


@router.post("/story-map/{version_id}/release")
def released(visit: Maintaining, product_id: str, version_id: str) -> Response:
    """Mark a version released now."""
    with visit.workspace.transaction(visit.session.name) as session:
        release(session, find(session, Version, version_id, product_id=product_id))
    return visit.see(f"/products/{product_id}/story-map")


@dataclass(frozen=True)
class HypothesesPage:
    """The log."""

    log: tuple[Hypothesis, ...]
    states: dict[str, str]


@router.get("/hypotheses")
def hypotheses(visit: Visiting, product_id: str) -> Response:
    """The hypothesis log, latest last."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = HypothesesPage(tuple(listed(session, Hypothesis, product_id)), HYPOTHESIS_STATES)
        return visit.render("organize/hypotheses.html", page, title=_("Hypotheses"), product=head)


@dataclass(frozen=True)
class IndicatorsPage:
    """The indicators by layer."""

    layers: tuple[tuple[str, str, tuple[Indicator, ...]], ...]
    better: dict[str, str]
    periods: dict[str, str]
    bricks: dict[str, str]
    figures: dict[str, Figure]
    """What each reached, by id."""
    kinds: dict[str, str]
    ties: Ties


@router.get("/indicators")
def indicators(visit: Visiting, product_id: str) -> Response:
    """Three layers of indicators."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        known = listed(session, Indicator, product_id)
        layers = tuple(
            (layer, title, tuple(one for one in known if one.layer == layer))
            for layer, title in LAYERS.items()
        )
        figures = {one.indicator.id: figure_of(one) for one in reached(session, product_id, limit=26)}
        ties = ties_of(session, product_id, "indicator", ["objective"])
        page = IndicatorsPage(layers, BETTER, PERIODS, BRICKS, figures, MEASURES, ties)
        return visit.render("organize/indicators.html", page, title=_("Indicators"), product=head)


@router.post("/indicators/{indicator_id}/measure")
def measure_by(
    visit: Editing,
    product_id: str,
    indicator_id: str,
    kind: Annotated[str, Form()],
    value: Annotated[str, Form()],
    over: Annotated[str, Form()] = "",
    q: Annotated[str, Form()] = "",
    where: Annotated[str, Form()] = "",
) -> Response:
    """Say how an indicator is computed; what its kind has no use for is left out."""
    given = {"value": value, "over": over if kind == "ratio" else "", "where": where}
    measure: dict[str, Any] = {"kind": kind} | {
        key: text.strip() for key, text in given.items() if text.strip()
    }
    with visit.workspace.transaction(visit.session.name) as session:
        one = find(session, Indicator, indicator_id, product_id=product_id)
        if kind == "quantile":
            measure["q"] = _quantile(q, f"indicator:{one.id}: measure")
        edit(session, one, measure=measure)
    return visit.see(f"/products/{product_id}/indicators#indicator-{indicator_id}")


def _quantile(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadField(
            _("“{text}” is not a quantile.").format(text=text),
            where=place,
            action=_("Give a number from 0 to 1, such as 0.95."),
        ) from None


@router.post("/indicators/{indicator_id}/main")
def choose_main(visit: Maintaining, product_id: str, indicator_id: str) -> Response:
    """Make an indicator the main one."""
    with visit.workspace.transaction(visit.session.name) as session:
        make_main(session, find(session, Indicator, indicator_id, product_id=product_id))
    return visit.see(f"/products/{product_id}/indicators")
