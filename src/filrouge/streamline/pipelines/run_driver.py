"""Drives one run: starts what is ready, in threads, and records each change as it comes."""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines import outputs
from filrouge.streamline.pipelines.graph import Node
from filrouge.streamline.pipelines.run_record import RunRecord
from filrouge.streamline.pipelines.run_result import RunCancelled, RunResult, StepEvent
from filrouge.streamline.pipelines.step_log import listening
from filrouge.streamline.pipelines.step_run import Done, perform
from filrouge.streamline.pipelines.window import Window

__all__ = ["RunDriver"]


class RunDriver:
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
        self._result = RunResult(record.run_id, store=workspace.artifacts)
        self._keys: dict[str, str] = {}
        self._lost: dict[str, str] = {}
        """By step: what its log says of an earlier output that cannot be read."""
        self._faults: list[FilrougeError] = []

    def drive(self) -> RunResult:
        """Run all the steps.

        Raises:
            Faults: every step that failed.
            RunCancelled: it was stopped before the end.
        """
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
        if self._stopped and len(self._result) < len(self._nodes):
            raise self._cancelled(pool, running)
        pool.shutdown()
        self._record.end("failed" if self._faults else "done")
        Faults.raise_if_any(self._faults)
        return self._result

    def _loop(self, pool: ThreadPoolExecutor, running: dict[Future[Done], Node]) -> None:
        nodes = {node.name: node for node in self._nodes}
        order = TopologicalSorter({name: node.inputs.values() for name, node in nodes.items()})
        order.prepare()
        ready: deque[str] = deque()
        while order.is_active():
            ready.extend(order.get_ready())
            if self._stopped:
                ready.clear()
                if not running:
                    return
            if ready and len(running) < self._workers:
                node = nodes[ready.popleft()]
                if self._settled(node):
                    order.done(node.name)
                else:
                    self._say(node, "running", started_at=datetime.now(UTC))
                    running[pool.submit(self._perform, node)] = node
                continue
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                node = running.pop(future)
                self._finish(node, future.result())
                order.done(node.name)

    @property
    def _stopped(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()

    def _settled(self, node: Node) -> bool:
        """Whether a step need not run: what it reads failed, or its output is there already."""
        if self._blocked(node):
            self._say(node, "skipped")
            return True
        return self._reused(node)

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
        if row is not None and row.cache_key == key and self._readable(node, row):
            self._keep(node, row.state, row)
            return True
        found = None if node.kind in {"source", "activation"} else self._record.cached(key)
        if found is None or not self._readable(node, found):
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

    def _readable(self, node: Node, output: Any) -> bool:
        if outputs.available(self._store, output):
            return True
        self._lost[node.name] = (
            f"An earlier output ({output.digest[:12]}) is damaged or missing in the store: computed again.\n"
        )
        return False

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
        log = self._lost.get(node.name, "") + done.log
        if log:
            changes["log"] = self._store.put(log.encode())
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
            self._result.loaded[node.name] = done.value
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
            told = StepEvent(node.name, node.kind, state, done, len(self._nodes), rows, self._record.run_id)
            self._progress(told)

    def _cancelled(self, pool: ThreadPoolExecutor, running: dict[Future[Done], Node]) -> RunCancelled:
        pool.shutdown(wait=False, cancel_futures=True)
        for future, node in running.items():
            # A step under way may have been interrupted itself: then it has no result to keep.
            if future.done() and not future.cancelled() and future.exception() is None:
                self._finish(node, future.result())
        self._record.end("cancelled")
        return RunCancelled(
            _("The run was stopped; the steps that were done are kept."),
            where=self._record.run_id,
            action=_("Continue with: filrouge run … --resume {run}").format(run=self._record.run_id),
        )
