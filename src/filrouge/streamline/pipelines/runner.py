"""Runs a product's graph: in parallel, from the cache, recorded step by step, resumable (STR-7, STR-9)."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.storage.engine import translated
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines import outputs
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.run_record import RunRecord
from filrouge.streamline.pipelines.step_log import listening
from filrouge.streamline.pipelines.step_run import Done, perform
from filrouge.streamline.pipelines.window import Window

__all__ = ["NoWindow", "RunCancelled", "RunResult", "StepEvent", "UnknownParameter", "run_graph"]

_RUN_BY_DEFAULT = ("source", "step", "features", "labels")


class RunCancelled(FilrougeError):
    """The run was stopped; it can be resumed."""

    code = "run.cancelled"
    exit_code = 130


class UnknownParameter(FilrougeError):
    """A parameter was given that no step has."""

    code = "run.unknown-parameter"


class NoWindow(FilrougeError):
    """A step reads by window, and the run has none."""

    code = "run.no-window"


@dataclass(frozen=True)
class StepEvent:
    """A change of a step, for progress."""

    name: str
    kind: str
    state: str
    done: int
    total: int
    rows: int | None = None


@dataclass
class RunResult(Mapping[str, Any]):
    """What a run gave, by step; stored outputs are read when they are asked for."""

    run_id: str
    states: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict, repr=False)
    _store: Any = field(default=None, repr=False)

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = outputs.load(self._store, self.outputs[name])
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each output: the fingerprint of the data."""
        return {name: output.digest for name, output in self.outputs.items()}


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
            record.restart(nodes, graph.code_version, finished)
        driver = _Driver(workspace, record, nodes, told, window, finished, progress, cancel)
        return driver.drive()
    except sa.exc.DBAPIError as error:
        raise translated(error) from error
    finally:
        record.close()


def _default_targets(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes.values() if node.kind in _RUN_BY_DEFAULT]


def _expect(
    graph: Graph, nodes: list[Node], window: Window | None, params: Mapping[str, Mapping[str, Any]]
) -> None:
    faults: list[FilrougeError] = []
    for name, given in params.items():
        known = graph[name].params
        faults += [
            UnknownParameter(f"'{key}' is no parameter.", where=name, action=did_you_mean(key, known))
            for key in given
            if key not in known
        ]
    readers = [node.name for node in nodes if "window" in node.external]
    if readers and window is None:
        faults.append(
            NoWindow(
                f"These steps read a window, and none was given: {', '.join(readers)}.",
                action="Give one: --window 2013-01-01..2013-02-28",
            )
        )
    Faults.raise_if_any(faults)


class _Driver:
    """Starts what is ready, records what is done. All writes happen in the thread that drives."""

    def __init__(  # noqa: PLR0917  (made in one place)
        self,
        workspace: Workspace,
        record: RunRecord,
        nodes: list[Node],
        told: Mapping[str, Any],
        window: Window | None,
        finished: dict[str, Any],
        progress: Callable[[StepEvent], None] | None,
        cancel: threading.Event | None,
    ) -> None:
        runner = workspace.settings.runner
        self._workers = runner.parallel or os.cpu_count() or 1
        self._retries = runner.retries
        self._store = workspace.artifacts
        self._record, self._nodes, self._told, self._window = record, nodes, told, window
        self._finished, self._progress, self._cancel = finished, progress, cancel
        self._result = RunResult(record.run_id, _store=workspace.artifacts)
        self._keys: dict[str, str] = {}
        self._faults: list[FilrougeError] = []

    def drive(self) -> RunResult:
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="filrouge-step")
        running: dict[Future[Done], Node] = {}
        try:
            with listening():
                self._loop(pool, running)
        except KeyboardInterrupt as stop:
            raise self._cancelled(pool, running) from stop
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        if self._cancel is not None and self._cancel.is_set() and len(self._result) < len(self._nodes):
            raise self._cancelled(pool, running)
        pool.shutdown()
        self._record.end("failed" if self._faults else "done")
        Faults.raise_if_any(self._faults)
        return self._result

    def _loop(self, pool: ThreadPoolExecutor, running: dict[Future[Done], Node]) -> None:
        left = list(self._nodes)
        while left or running:
            if self._cancel is not None and self._cancel.is_set():
                left = []
            ready = [node for node in left if self._ready(node)]
            for node in ready[: max(0, self._workers - len(running))]:
                left.remove(node)
                if not self._reused(node):
                    self._say(node, "running", started_at=datetime.now(UTC))
                    running[pool.submit(self._perform, node)] = node
            blocked = [node for node in left if self._blocked(node)]
            left = [node for node in left if node not in blocked]
            for node in blocked:
                self._say(node, "skipped")
            if running and (len(running) >= self._workers or not any(map(self._ready, left))):
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    self._finish(running.pop(future), future.result())

    def _ready(self, node: Node) -> bool:
        return all(name in self._result.outputs for name in node.inputs.values())

    def _blocked(self, node: Node) -> bool:
        return any(self._result.states.get(name) in {"failed", "skipped"} for name in node.inputs.values())

    def _params(self, node: Node) -> dict[str, Any]:
        return {**node.params, **self._told["params"].get(node.name, {})}

    def _reused(self, node: Node) -> bool:
        """Take the output of this run before it was stopped, or of an earlier run with the same content."""
        given = [str(self._window)] if "window" in node.external else []
        if node.kind == "source" and self._told["as_of"] is not None:
            given.append(f"as of {self._told['as_of'].isoformat()}")
        inputs = {name: self._result.outputs[origin].digest for name, origin in node.inputs.items()}
        key = outputs.cache_key(node.code_version, inputs, self._params(node), given)
        self._keys[node.name] = key
        row = self._finished.get(node.name)
        if row is not None and row.cache_key == key and outputs.available(self._store, row):
            self._keep(node, row.state, row)
            return True
        found = None if node.kind in {"source", "activation"} else self._record.cached(key)
        if found is None or not outputs.available(self._store, found):
            return False
        self._keep(node, "cached", found)
        now = datetime.now(UTC)
        self._record.step(
            node.name,
            state="cached",
            started_at=now,
            ended_at=now,
            rows=found.rows,
            format=found.format,
            digest=found.digest,
            value=found.value,
            cache_key=key,
            log=found.log,
        )
        return True

    def _perform(self, node: Node) -> Done:
        try:
            arguments = {name: self._result[origin] for name, origin in node.inputs.items()}
        except FilrougeError as error:
            return Done("failed", 0, error=error)
        arguments |= self._params(node)
        if "window" in node.external:
            arguments["window"] = self._window
        return perform(node, arguments, self._store, retries=self._retries, as_of=self._told["as_of"])

    def _finish(self, node: Node, done: Done) -> None:
        output = done.output
        changes: dict[str, Any] = {"ended_at": datetime.now(UTC), "attempts": done.attempts}
        if done.log:
            changes["log"] = self._store.put(done.log.encode())
        if done.error is not None:
            changes["error"] = str(done.error)
        if output is None:
            assert done.error is not None
            self._faults.append(done.error)
        else:
            changes |= {
                "rows": output.rows,
                "format": output.format,
                "digest": output.digest,
                "value": output.value,
                "cache_key": self._keys[node.name],
            }
            self._result._values[node.name] = done.value
            self._keep(node, done.state, output, tell=False)
        self._say(node, done.state, rows_seen=output.rows if output else None, **changes)

    def _keep(self, node: Node, state: str, output: Any, *, tell: bool = True) -> None:
        self._result.outputs[node.name] = output
        self._result.states[node.name] = state
        if tell:
            self._tell(node, state, output.rows)

    def _say(self, node: Node, state: str, *, rows_seen: int | None = None, **changes: Any) -> None:
        self._result.states[node.name] = state
        self._record.step(node.name, state=state, **changes)
        self._tell(node, state, rows_seen)

    def _tell(self, node: Node, state: str, rows: int | None) -> None:
        if self._progress is not None:
            done = sum(state not in {"running"} for state in self._result.states.values())
            self._progress(StepEvent(node.name, node.kind, state, done, len(self._nodes), rows))

    def _cancelled(self, pool: ThreadPoolExecutor, running: dict[Future[Done], Node]) -> RunCancelled:
        pool.shutdown(wait=False, cancel_futures=True)
        for future, node in running.items():
            # A step under way may have been interrupted itself: then it has no result to keep.
            if future.done() and not future.cancelled() and future.exception() is None:
                self._finish(node, future.result())
        self._record.end("cancelled")
        return RunCancelled(
            "The run was stopped; the steps that were done are kept.",
            where=self._record.run_id,
            action=f"Continue with: filrouge run … --resume {self._record.run_id}",
        )
