"""How training gets the tables of the graph's nodes: a port, and the recorded run that is its default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Graph
from filrouge.streamline.pipelines.window import Window

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Materialise", "Materialised", "recorded"]


@dataclass(frozen=True)
class Materialised:
    """The tables of the wanted nodes, and the run that made them."""

    run_id: str
    frames: Mapping[str, "pl.DataFrame"]


class Materialise(Protocol):
    """Runs what the wanted nodes need and gives their tables."""

    def __call__(
        self,
        workspace: Workspace,
        product_id: str,
        graph: Graph,
        wanted: Sequence[str],
        window: Window,
        *,
        who: str = "system",
    ) -> Materialised:
        """The tables of ``wanted`` over the window."""
        ...


def recorded(
    workspace: Workspace,
    product_id: str,
    graph: Graph,
    wanted: Sequence[str],
    window: Window,
    *,
    who: str = "system",
) -> Materialised:
    """A run of the graph like any other: in parallel, from the cache where nothing changed, on record.

    Raises:
        Faults: every step that failed; or the single fault.
    """
    from filrouge.streamline.pipelines.runner import run_graph

    result = run_graph(
        workspace, product_id, graph, targets=wanted, window=window, trigger="training", who=who
    )
    return Materialised(result.run_id, {name: result[name] for name in wanted})
