"""Shows that features see only what was known: recompute sampled events with the future cut off."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, ngettext
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.spec import FeaturesSpec, SourceSpec
from filrouge.streamline.pipelines.step_run import known_moment

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FutureLeak", "Leak", "leaks", "require_no_leak"]


class FutureLeak(FilrougeError):
    """A feature sees what was not known at the event's time."""

    code = "features.leak"


@dataclass(frozen=True)
class Leak:
    """A feature column whose value changes when the future is cut off."""

    column: str
    count: int
    example: dict[str, Any]
    """The key of an event, with the value in batch and the value from what was known."""


def leaks(
    graph: Graph,
    features: str,
    frames: "Mapping[str, pl.DataFrame]",
    *,
    sample: int = 50,
    seed: int = 0,
) -> list[Leak]:
    """Compare the batch features of sampled events with those from what was known then.

    Each sampled event is recomputed alone: the event source holds only it, and every other source only
    the rows known at the event's time (``known_at``, or ``time + known_after``; a history without them is
    known at its ``time``, a lookup without them always).

    Args:
        graph: the product's graph.
        features: name of the features step.
        frames: the source frames by name.
        sample: how many events to recompute. seed: of the choice.

    Returns:
        The columns that differ; empty when the features are honest.
    """
    node = graph[features]
    spec = node.spec
    assert isinstance(spec, FeaturesSpec)
    nodes = graph.upstream([features])
    whole = _computed(nodes, frames)[features]
    chosen = list(range(whole.height))
    random.Random(seed).shuffle(chosen)  # noqa: S311  (a sample, no secret)
    counts: dict[str, int] = {}
    examples: dict[str, dict[str, Any]] = {}
    for place in chosen[:sample]:
        batch = whole.row(place, named=True)
        key = {name: batch[name] for name in spec.key}
        alone = _computed(nodes, _known_then(nodes, frames, key, batch[spec.time]))[features]
        again = alone.row(0, named=True) if alone.height else dict.fromkeys(whole.columns)
        for column in whole.columns:
            if not _same(batch[column], again.get(column)):
                counts[column] = counts.get(column, 0) + 1
                examples.setdefault(column, {**key, "batch": batch[column], "known": again.get(column)})
    return [Leak(column, count, examples[column]) for column, count in counts.items()]


def require_no_leak(
    graph: Graph, features: str, frames: "Mapping[str, pl.DataFrame]", *, sample: int = 50, seed: int = 0
) -> None:
    """Let honest features pass.

    Raises:
        FutureLeak: names the columns that saw the future.
    """
    found = leaks(graph, features, frames, sample=sample, seed=seed)
    if found:
        shown = "; ".join(
            ngettext(
                "{column} in {count} event (such as {example})",
                "{column} in {count} events (such as {example})",
                leak.count,
            ).format(column=leak.column, count=leak.count, example=leak.example)
            for leak in found
        )
        columns = ", ".join(leak.column for leak in found)
        raise FutureLeak(
            _("Features see what was not known at the event's time: {columns}.").format(columns=columns),
            where=features,
            why=shown,
            action=_("Join with latest_before(…) or past(…), by the time each row became known."),
        )


def _computed(nodes: list[Node], frames: "Mapping[str, pl.DataFrame]") -> dict[str, Any]:
    values: dict[str, Any] = dict(frames)
    for node in nodes:
        if node.name not in values:
            arguments = {name: values[origin] for name, origin in node.inputs.items()}
            values[node.name] = node.function(**arguments, **node.params)
    return values


def _known_then(
    nodes: list[Node], frames: "Mapping[str, pl.DataFrame]", key: dict[str, Any], at: Any
) -> "dict[str, pl.DataFrame]":
    import polars as pl

    cut = {}
    for node in nodes:
        spec = node.spec
        if not isinstance(spec, SourceSpec):
            continue
        frame = frames[node.name]
        if spec.role == "event":
            here = [pl.col(name) == value for name, value in key.items() if name in frame.columns]
            cut[node.name] = frame.filter(*here)
            continue
        known = known_moment(spec)
        if known is None and spec.role == "history" and spec.time is not None:
            known = pl.col(spec.time)
        cut[node.name] = frame if known is None else frame.filter(known <= at)
    return cut


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        nan = left != left and right != right  # noqa: PLR0124
        return nan or abs(left - right) <= 1e-9 * max(1.0, abs(left), abs(right))
    return bool(left == right)
