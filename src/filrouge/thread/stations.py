"""The product's thread as eight stations, each whole, broken, or not reached yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.thread.graph import edges_of, reached
from filrouge.thread.kinds import KINDS, Station, page_of
from filrouge.thread.nodes import Nodes, Tally
from filrouge.thread.ref import Ref

__all__ = ["STATION_LABELS", "Describer", "Description", "StationState", "StationView", "stations"]


class StationState(StrEnum):
    """How the thread stands at a station."""

    OK = "ok"
    NOT_YET = "not yet"
    BROKEN = "broken"


class Description(NamedTuple):
    """What a chapter says of one of its stations; an empty ``state`` leaves it to the links."""

    words: str
    state: StationState | None = None


class Describer(Protocol):
    """How a chapter speaks of its stations: in words, with what is missing."""

    def __call__(self, session: Session, product_id: str, /) -> Mapping[Station, Description]:
        """The stations this chapter knows something about."""
        ...


@dataclass(frozen=True)
class StationView:
    """A station as the product page draws it."""

    station: Station
    label: str
    state: StationState
    words: str
    path: str


STATION_LABELS = {
    Station.OBJECTIVE: N_("Objective"),
    Station.PAIN_POINT: N_("Pain point"),
    Station.CANVAS: N_("Canvas"),
    Station.MVP: N_("MVP"),
    Station.DATA: N_("Data"),
    Station.MODEL: N_("Model"),
    Station.ACTIVATION: N_("Activation"),
    Station.INDICATOR: N_("Indicator"),
}
# The kind that a station is named after comes first where several stand there.
_LEADING = {
    Station.OBJECTIVE: "objective",
    Station.PAIN_POINT: "pain_point",
    Station.CANVAS: "canvas",
    Station.MVP: "version",
    Station.DATA: "data_source",
    Station.MODEL: "model_version",
    Station.ACTIVATION: "deployment",
    Station.INDICATOR: "indicator",
}


def stations(
    session: Session, product_id: str, nodes: Nodes, describers: Iterable[Describer] = ()
) -> list[StationView]:
    """The eight stations of a product, in order.

    A station is ``ok`` when a chain of links leads to it from an objective, ``broken`` when something
    stands there that no objective explains, or when it is empty while later stations are not. What a
    describer says replaces the words; a chapter may also find broken what the links find whole.
    """
    tallies = nodes.tally(session, product_id)
    edges = edges_of(session, product_id)
    objectives = [node.ref for node in nodes.of_kind(session, product_id, "objective")]
    held = {ref.kind for ref in reached(edges, objectives)}
    started = {edge.source.kind for edge in edges}
    told: dict[Station, Description] = {}
    for describer in describers:
        told.update(describer(session, product_id))
    order = list(Station)
    here = {station: _kinds_at(station, tallies) for station in order}
    last = max((index for index, station in enumerate(order) if here[station]), default=-1)
    views = []
    for index, station in enumerate(order):
        state, words = _by_links(
            station, kinds=here[station], tallies=tallies, held=held, started=started, passed=index < last
        )
        if station in told:
            state = _worse(state, told[station].state)
            spoken = told[station].state is StationState.BROKEN or state is not StationState.BROKEN
            words = told[station].words if spoken else words
        path = page_of(Ref(_LEADING[station], ""), product_id).rstrip("/")
        views.append(StationView(station, _(STATION_LABELS[station]), state, words, path))
    return views


def _kinds_at(station: Station, tallies: Mapping[str, Tally]) -> list[str]:
    found = [kind.name for kind in KINDS.values() if kind.station is station and kind.name in tallies]
    return sorted(found, key=lambda name: name != _LEADING[station])


def _by_links(
    station: Station,
    *,
    kinds: list[str],
    tallies: Mapping[str, Tally],
    held: set[str],
    started: set[str],
    passed: bool,
) -> tuple[StationState, str]:
    if not kinds:
        if passed:
            return StationState.BROKEN, _("missing, though the product went on")
        return StationState.NOT_YET, _("not yet")
    tally = tallies[kinds[0]]
    if station is Station.OBJECTIVE:
        if passed and "objective" not in started:
            return StationState.BROKEN, _("nothing hangs on it")
    elif not held.intersection(kinds):
        return StationState.BROKEN, _("no objective leads here")
    more = tally.number - 1
    if not more:
        return StationState.OK, tally.latest
    return StationState.OK, ngettext("{title}, and {more} more", "{title}, and {more} more", more).format(
        title=tally.latest, more=more
    )


def _worse(one: StationState, other: StationState | None) -> StationState:
    if other is None:
        return one
    # A chapter that knows of something the thread has no table for may say that it is there.
    if one is StationState.NOT_YET:
        return other
    order = [StationState.OK, StationState.NOT_YET, StationState.BROKEN]
    return max(one, other, key=order.index)
