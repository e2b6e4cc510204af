"""Runs a product's graph: in parallel, from the cache, recorded step by step, resumable (STR-7, STR-9)."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.run_driver import RunDriver
from filrouge.streamline.pipelines.run_record import RunRecord
from filrouge.streamline.pipelines.run_result import RunResult, StepEvent
from filrouge.streamline.pipelines.window import Window

__all__ = ["NoWindow", "NotRun", "UnknownParameter", "run_graph"]

_RUN_BY_DEFAULT = ("source", "step", "features", "labels")


class UnknownParameter(FilrougeError):
    """A parameter was given that no step has."""

    code = "run.unknown-parameter"


class NotRun(FilrougeError):
    """What is asked for is not something that a run does."""

    code = "run.not-run"


class NoWindow(FilrougeError):
    """A step reads by window, and the run has none."""

    code = "run.no-window"


def run_graph(
    workspace: Workspace,
    product_id: str,
    graph: Graph,
    *,
    targets: Iterable[str] | None = None,
    window: Window | None = None,
    as_of: datetime | None = None,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    trigger: str = "manual",
    who: str = "system",
    resume: str | None = None,
    progress: Callable[[StepEvent], None] | None = None,
    cancel: threading.Event | None = None,
) -> RunResult:
    """Run the wanted steps and all that they need.

    Args:
        workspace: where the run is recorded and its outputs stored.
        product_id: whose graph it is.
        graph: what to run.
        targets: names of steps; by default all sources, steps, features and labels.
        window: the logical period, for functions with a ``window``.
        as_of: sources give only rows known at this moment.
        params: values by step and parameter, instead of the defaults.
        trigger: what started it (``manual``, ``training``, ``schedule``, ``alert``…).
        who: who started it.
        resume: id of a run to continue with its own targets, window and parameters.
        progress: called at each change of a step.
        cancel: when set, no further step starts and the run can be resumed.

    Returns:
        The values of the steps, with their states and digests.

    Raises:
        Faults: every step that failed; the run stays resumable.
        RunCancelled: stopped by ``cancel`` or ctrl-C.
    """
    record = RunRecord(workspace, product_id)
    try:
        finished: dict[str, Any] = {}
        if resume is not None:
            run, finished = record.resume(resume)
            targets, params, as_of = run.targets, run.params, run.as_of
            window = Window(run.window_start, run.window_end) if run.window_start else None
        wanted = list(targets) if targets is not None else _default_targets(graph)
        nodes = graph.upstream(wanted)
        _expect(graph, nodes, window, params or {})
        told = {
            "targets": wanted,
            "params": {name: dict(given) for name, given in (params or {}).items()},
            "window_start": window and window.start,
            "window_end": window and window.end,
            "as_of": as_of,
            "trigger": trigger,
            "who": who,
            "code_version": graph.code_version,
        }
        if resume is None:
            record.start(nodes, told)
        else:
            record.restart(nodes, graph.code_version)
        driver = RunDriver(workspace, record, nodes, told, window, finished, progress, cancel)
        return driver.drive()
    finally:
        record.close()


def _default_targets(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes.values() if node.kind in _RUN_BY_DEFAULT]


def _expect(
    graph: Graph, nodes: list[Node], window: Window | None, params: Mapping[str, Mapping[str, Any]]
) -> None:
    faults: list[FilrougeError] = [
        NotRun(
            _("'{name}' is a model, which a run does not fit.").format(name=node.name),
            action=_("Train it: filrouge train … {name} --window FROM..TO").format(name=node.name),
        )
        for node in nodes
        if node.kind == "model"
    ]
    for name, given in params.items():
        known = graph[name].params
        faults += [
            UnknownParameter(
                _("'{key}' is no parameter.").format(key=key), where=name, action=did_you_mean(key, known)
            )
            for key in given
            if key not in known
        ]
    readers = [node.name for node in nodes if "window" in node.external]
    if readers and window is None:
        faults.append(
            NoWindow(
                _("These steps read a window, and none was given: {readers}.").format(
                    readers=", ".join(readers)
                ),
                action=_("Give one: --window 2013-01-01..2013-02-28"),
            )
        )
    Faults.raise_if_any(faults)
