"""The demo's feasibility study, of the data that was there before the build."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from filrouge.explore.feasibility import Asked, keep, latest_study, study
from filrouge.flows.replay import history_of

if TYPE_CHECKING:
    import polars as pl

    from filrouge.storage.workspace import Workspace
    from filrouge.streamline.pipelines.window import Window

__all__ = ["measure"]

_LOOKUPS = ("weather", "planes")


def measure(workspace: "Workspace", product: str, window: "Window") -> str:
    """Study the sources of a window and keep what was found; files are named after them, and so tied to them.

    Returns:
        What it says, in a sentence; nothing when there is a study already.
    """
    with workspace.reading() as session:
        if latest_study(session, product) is not None:
            return ""
    with TemporaryDirectory() as folder:
        paths = []
        for name, frame in _tables(workspace, product, window).items():
            paths.append(str(Path(folder) / f"{name}.parquet"))
            frame.write_parquet(paths[-1])
        made = study(Asked(tuple(paths), "late", "scheduled_departure"), now=workspace.clock.now())
    with workspace.transaction("demo") as session:
        keep(session, product, made)
    return str(made.said)


def _tables(workspace: "Workspace", product: str, window: "Window") -> "dict[str, pl.DataFrame]":
    from filrouge.streamline.pipelines.code import ProductCode
    from filrouge.streamline.serving.assemble import code_folder
    from filrouge.streamline.serving.product_plan import read_source

    events, labels = history_of(workspace, product, window)
    graph = ProductCode.load(code_folder(workspace, product)).graph
    flights = events.join(labels.select("flight_id", "late"), on="flight_id", how="left")
    return {"flights": flights, **{name: read_source(graph[name], window) for name in _LOOKUPS}}
