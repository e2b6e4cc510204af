"""Where a model version comes from and where it went: sources, steps, data set, run, version, deployments."""

from collections.abc import Sequence
from datetime import datetime

from filrouge.kernel.i18n import _, ngettext
from filrouge.streamline.pipelines.runs import RunStep
from filrouge.streamline.registry.ledger import LedgerEntry
from filrouge.streamline.registry.version import ModelVersion
from filrouge.thread.nodes import Node
from filrouge.web.places import place_of
from filrouge.web.render import day, number
from filrouge.web.streamline.graph_drawing import Drawing, Pin, draw
from filrouge.web.streamline.model_words import SLOTS
from filrouge.web.streamline.run_words import SHAPES
from filrouge.web.streamline.step_view import words_of

__all__ = ["lineage"]

_LONG = 30


def lineage(
    version: ModelVersion,
    steps: Sequence[RunStep],
    targets: Sequence[str],
    served: Sequence[LedgerEntry],
    hypothesis: Node | None,
    now: datetime,
) -> tuple[Drawing, dict[str, Pin]]:
    """The drawing of a version's lineage.

    Args:
        version: the version.
        steps: those of the run that made its training data; none when the run is not on record.
        targets: the steps whose outputs were joined into the training data.
        served: its entries of the ledger.
        hypothesis: what it tests.
        now: the end of an entry that is open.
    """
    home = f"/products/{version.product_id}"
    run = f"{home}/runs/{version.run_id}"
    inputs: dict[str, Sequence[str]] = {}
    shown: dict[str, tuple[str, str, str, str]] = {}
    for step in steps:
        inputs[step.name] = step.inputs
        shown[step.name] = (step.name, step.state, words_of(step, now), f"{run}#step-{step.name}")
    inputs["dataset:"] = list(targets) if steps else []
    period = f"{day(version.data_from)} – {day(version.data_to)}"
    rows = _("%(count)s rows") % {"count": number(version.rows)}
    shown["dataset:"] = (version.dataset[:10], "done", f"{rows} · {period}", "#dataset")
    if hypothesis is not None:
        inputs["hypothesis:"] = []
        place = place_of(hypothesis.ref, version.product_id)
        shown["hypothesis:"] = (_short(hypothesis.title), "done", _("hypothesis"), place)
    inputs["version:"] = ["dataset:", *(["hypothesis:"] if hypothesis is not None else [])]
    columns = ngettext("%(num)s column", "%(num)s columns", len(version.features))
    words = f"{columns % {'num': len(version.features)}} · {day(version.at)}"
    shown["version:"] = (version.name, "done", words, "#main")
    for entry in served:
        inputs[entry.id] = ["version:"]
        until = day(entry.to_at) if entry.to_at else _("now")
        state = "queued" if entry.to_at else "running"
        shown[entry.id] = (
            _(SLOTS.get(entry.slot, entry.slot)),
            state,
            f"{day(entry.from_at)} – {until}",
            f"{home}/deployment#deployment-{entry.id}",
        )
    drawing = draw(inputs, {name: (label, words) for name, (label, _state, words, _place) in shown.items()})
    pins = {}
    for box in drawing.boxes:
        label, state, words, place = shown[box.name]
        pins[box.name] = Pin(box, label, state, SHAPES.get(state, SHAPES["queued"]), words, place)
    return drawing, pins


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1].rstrip()}…"
