"""How training gets the tables of the graph's nodes: a port, and the plain way in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from filrouge.kernel.ids import time_id
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.window import Window

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Materialise", "Materialised", "in_process"]


@dataclass(frozen=True)
class Materialised:
    """The tables of the wanted nodes, and the run that made them."""

    run_id: str
    frames: Mapping[str, "pl.DataFrame"]


class Materialise(Protocol):
    """Runs what the wanted nodes need and gives their tables."""

    def __call__(
        self, workspace: Workspace, product_id: str, graph: Graph, wanted: Sequence[str], window: Window
    ) -> Materialised:
        """The tables of ``wanted`` over the window."""
        ...


def in_process(
    workspace: Workspace,
    product_id: str,  # noqa: ARG001  (part of the port)
    graph: Graph,
    wanted: Sequence[str],
    window: Window,
) -> Materialised:
    """Call the functions one after the other, checking contracts; nothing is kept between calls.

    Raises:
        ContractBroken: a table does not hold its contract.
    """
    frames: dict[str, Any] = {}
    for node in graph.upstream(wanted):
        frames[node.name] = _called(node, frames, window)
    return Materialised(time_id(workspace.clock.now()), {name: frames[name] for name in wanted})


def _called(node: Node, frames: Mapping[str, Any], window: Window) -> "pl.DataFrame":
    import polars as pl

    from filrouge.streamline.pipelines.frame_check import require_frame

    given: dict[str, Any] = {parameter: frames[name] for parameter, name in node.inputs.items()}
    if "window" in node.external:
        given["window"] = window
    found = node.function(**given)
    table: pl.DataFrame = found.collect() if isinstance(found, pl.LazyFrame) else found
    contract = getattr(node.spec, "contract", None)
    if contract is not None:
        require_frame(contract, table, where=node.name, allow_empty=True)
    return table
