"""The product's thread as eight stations, each whole, broken, or not reached yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.storage.product import Phase, product_named
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
    asked: Phase = Phase.EXPLORE
    """The phase from which a state counts: before it, nobody asks, and nothing is said."""


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
# The kind that a station is named after: others may stand there, only this one reaches it.
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
_LACKING = {
    Station.PAIN_POINT: N_("no pain point yet"),
    Station.CANVAS: N_("no canvas yet"),
    Station.MVP: N_("no version yet"),
    Station.DATA: N_("no data source yet"),
    Station.MODEL: N_("no model yet"),
}
"""For the stations where other things than the leading one may stand."""
_EXPECTED = {
    Station.OBJECTIVE: Phase.EXPLORE,
    Station.PAIN_POINT: Phase.EXPLORE,
    Station.CANVAS: Phase.CONVERGE,
    Station.MVP: Phase.BUILD,
    Station.DATA: Phase.CONVERGE,
    Station.MODEL: Phase.BUILD,
    Station.ACTIVATION: Phase.BUILD,
    Station.INDICATOR: Phase.CONVERGE,
}
"""The phase in which a product comes to the station, as the rules of the check have it."""


@dataclass(frozen=True)
class _Standing:
    """How far the product came, and what the links say of it."""

    phase: Phase
    tallies: Mapping[str, Tally]
    held: frozenset[str]
    """The kinds that a chain of links from an objective leads to."""
    started: bool
    """Whether a link leaves an objective."""

    def leads(self, station: Station) -> bool:
        """Whether what the station is named after stands there."""
        return _LEADING[station] in self.tallies

    def begun(self, *places: Station) -> bool:
        """Whether anything stands at one of these stations."""
        return any(KINDS[kind].station in places for kind in self.tallies if kind in KINDS)

    @property
    def reached(self) -> Phase:
        """The phase, or the build when something is deployed already, whatever the team says."""
        deployed = self.leads(Station.ACTIVATION) and not self.phase.reached(Phase.BUILD)
        return Phase.BUILD if deployed else self.phase

    def skipped(self, station: Station) -> bool:
        """Whether the product went on without it."""
        if not self.reached.asked(_EXPECTED[station]):
            return False
        if self.reached is not _EXPECTED[station]:
            return True
        order = list(Station)
        later = order[order.index(station) + 1 :]
        if station is Station.OBJECTIVE:
            return self.begun(*later)
        # The indicator is wanted early (FND-1): it leaves nothing behind but an objective.
        return any(self.leads(one) for one in later if one is not Station.INDICATOR)


def stations(
    session: Session, product_id: str, nodes: Nodes, describers: Iterable[Describer] = ()
) -> list[StationView]:
    """The eight stations of a product, in order.

    A station is ``ok`` when what it is named after stands there and a chain of links leads to it from an
    objective, ``broken`` when no objective explains it, or when it is empty while the product went on: to a
    later station, or to a phase that comes after it. What a describer says replaces the words; a chapter may
    also find broken what the links find whole, from the phase on in which it is asked.
    """
    standing = _standing(session, product_id, nodes)
    told: dict[Station, Description] = {}
    for describer in describers:
        told.update(describer(session, product_id))
    return [_view(station, standing, told.get(station), product_id) for station in Station]


def _standing(session: Session, product_id: str, nodes: Nodes) -> _Standing:
    edges = edges_of(session, product_id)
    objectives = [node.ref for node in nodes.of_kind(session, product_id, "objective")]
    return _Standing(
        phase=Phase(product_named(session, product_id).phase),
        tallies=nodes.tally(session, product_id),
        held=frozenset(ref.kind for ref in reached(edges, objectives)),
        started=any(edge.source.kind == "objective" for edge in edges),
    )


def _view(station: Station, standing: _Standing, told: Description | None, product_id: str) -> StationView:
    state, words = _by_links(station, standing)
    if told is not None and (told.state is None or standing.reached.asked(told.asked)):
        state = _worse(state, told.state)
        spoken = told.state is StationState.BROKEN or state is not StationState.BROKEN
        words = told.words if spoken else words
    path = page_of(Ref(_LEADING[station], ""), product_id).rstrip("/")
    return StationView(station, _(STATION_LABELS[station]), state, words, path)


def _by_links(station: Station, standing: _Standing) -> tuple[StationState, str]:
    if not standing.leads(station):
        return _empty(station, standing)
    if station is Station.OBJECTIVE:
        if not standing.started and standing.begun(*list(Station)[1:]):
            return StationState.BROKEN, _("nothing hangs on it")
    elif _LEADING[station] not in standing.held:
        return StationState.BROKEN, _("no objective leads here")
    tally = standing.tallies[_LEADING[station]]
    more = tally.number - 1
    if not more:
        return StationState.OK, tally.latest
    return StationState.OK, ngettext("{title}, and {more} more", "{title}, and {more} more", more).format(
        title=tally.latest, more=more
    )


def _empty(station: Station, standing: _Standing) -> tuple[StationState, str]:
    if standing.skipped(station):
        return StationState.BROKEN, _("missing, though the product went on")
    if standing.phase is Phase.RETIRED:
        return StationState.NOT_YET, _("never reached")
    return StationState.NOT_YET, _(_LACKING[station]) if standing.begun(station) else _("not yet")


def _worse(one: StationState, other: StationState | None) -> StationState:
    if other is None:
        return one
    # A chapter that knows of something the thread has no table for may say that it is there.
    if one is StationState.NOT_YET:
        return other
    order = [StationState.OK, StationState.NOT_YET, StationState.BROKEN]
    return max(one, other, key=order.index)
