"""The kinds of the thread, in the order of the method: from the objective down to the indicator."""

from dataclasses import dataclass
from enum import StrEnum

from filrouge.kernel.i18n import N_
from filrouge.thread.ref import Ref

__all__ = ["KINDS", "Kind", "Station", "kind_of", "page_of"]


class Station(StrEnum):
    """The eight places where the product page pins the thread."""

    OBJECTIVE = "objective"
    PAIN_POINT = "pain point"
    CANVAS = "canvas"
    MVP = "MVP"
    DATA = "data"
    MODEL = "model"
    ACTIVATION = "activation"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing on the thread.

    Args:
        name: the word in references (``pain_point:7k2m9x4qab``).
        label: what people read.
        station: where it counts on the product page; none for what hangs beside the thread.
        page: path of its web page; ``{product}`` and ``{id}`` are filled in.
        bound: whether it must be tied to something (THR-4).
    """

    name: str
    label: str
    station: Station | None
    page: str
    bound: bool = True

    @property
    def rank(self) -> int:
        """Its place from the top of the thread; 0 is the objective."""
        return list(KINDS).index(self.name)


_HOME = "/products/{product}"
_LIST = (
    Kind("objective", N_("objective"), Station.OBJECTIVE, f"{_HOME}/objectives"),
    Kind("journey", N_("journey"), Station.PAIN_POINT, f"{_HOME}/journeys", bound=False),
    Kind("pain_point", N_("pain point"), Station.PAIN_POINT, f"{_HOME}/journeys"),
    Kind("workshop", N_("workshop"), Station.PAIN_POINT, f"{_HOME}/workshops/{{id}}", bound=False),
    Kind("idea", N_("idea"), Station.CANVAS, f"{_HOME}/ideas"),
    Kind("canvas", N_("canvas"), Station.CANVAS, f"{_HOME}/canvas?show={{id}}"),
    Kind("data_source", N_("data source"), Station.DATA, f"{_HOME}/canvas"),
    Kind("feasibility_study", N_("feasibility study"), Station.DATA, f"{_HOME}/feasibility?study={{id}}"),
    Kind("uncertainty", N_("uncertainty"), Station.CANVAS, f"{_HOME}/uncertainties"),
    Kind("prototype", N_("prototype"), Station.CANVAS, f"{_HOME}/prototypes?show={{id}}"),
    Kind("user_test", N_("user test"), Station.CANVAS, f"{_HOME}/user-tests?show={{id}}"),
    Kind("decision", N_("decision"), Station.CANVAS, f"{_HOME}/decision"),
    Kind("version", N_("version"), Station.MVP, f"{_HOME}/story-map"),
    Kind("epic", N_("epic"), Station.MVP, f"{_HOME}/story-map"),
    Kind("story", N_("story"), Station.MVP, f"{_HOME}/story-map"),
    Kind("hypothesis", N_("hypothesis"), Station.MODEL, f"{_HOME}/hypotheses"),
    Kind("run", N_("run"), Station.MODEL, f"{_HOME}/runs/{{id}}", bound=False),
    Kind("dataset", N_("data set version"), Station.DATA, f"{_HOME}/models"),
    Kind("model_version", N_("model version"), Station.MODEL, f"{_HOME}/models/{{id}}"),
    Kind("deployment", N_("deployment"), Station.ACTIVATION, f"{_HOME}/deployment"),
    Kind("prediction", N_("prediction"), Station.ACTIVATION, f"{_HOME}/deployment", bound=False),
    Kind("label", N_("label"), Station.ACTIVATION, f"{_HOME}/deployment", bound=False),
    Kind("feedback", N_("feedback"), Station.ACTIVATION, f"{_HOME}/deployment", bound=False),
    Kind("monitor", N_("monitor"), None, f"{_HOME}/monitoring", bound=False),
    Kind("alert", N_("alert"), None, f"{_HOME}/alerts?alert={{id}}", bound=False),
    Kind("retirement_point", N_("point of the retirement"), None, f"{_HOME}/retire", bound=False),
    Kind("indicator", N_("indicator"), Station.INDICATOR, f"{_HOME}/indicators"),
)
KINDS = {kind.name: kind for kind in _LIST}
"""Every kind by name, from the top of the thread to its end."""


def kind_of(ref: Ref) -> Kind:
    """The kind of a reference; a kind that the thread does not know hangs beside it.

    Example:
        >>> kind_of(Ref("pain_point", "p1")).station
        <Station.PAIN_POINT: 'pain point'>
    """
    return KINDS.get(ref.kind) or Kind(ref.kind, ref.kind.replace("_", " "), None, _HOME, bound=False)


def page_of(ref: Ref, product_id: str) -> str:
    """The web page where a reference is seen and mended.

    Example:
        >>> page_of(Ref("idea", "i1"), "nyc-departures")
        '/products/nyc-departures/ideas'
    """
    return kind_of(ref).page.format(product=product_id, id=ref.id)
