"""Writes what happens in a run: one committed statement per change, on one connection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from filrouge.kernel.i18n import _
from filrouge.kernel.ids import time_id
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Node

__all__ = ["Recorded", "RunRecord"]

_RESTART = """
    UPDATE run_step SET state = 'queued', error = '', started_at = NULL, ended_at = NULL
    WHERE run_id = ? AND state NOT IN ('done', 'cached', 'fallback')
"""
_LEAVE = "UPDATE run_step SET state = ? WHERE run_id = ? AND state IN ('queued', 'running')"
_CACHED = """
    SELECT format, digest, value, rows, log FROM run_step
    WHERE product_id = ? AND cache_key = ? AND state IN ('done', 'cached') ORDER BY run_id DESC LIMIT 1
"""


class Recorded(NamedTuple):
    """Where the output of an earlier step is, and its log."""

    format: str
    digest: str
    value: str
    rows: int | None
    log: str


class RunRecord:
    """The rows of one run (``runs.Run``, ``runs.RunStep``). Only the thread that drives the run uses it."""

    def __init__(self, workspace: Workspace, product_id: str) -> None:
        self._workspace = workspace
        self._database = workspace.direct()
        self._product = product_id
        self.run_id = ""

    def start(self, nodes: Sequence[Node], told: Mapping[str, Any]) -> None:
        """Write the run and all its steps, queued, in one transaction."""
        at = self._workspace.clock.now()
        self.run_id = time_id(at)
        run = {
            "id": self.run_id,
            "product_id": self._product,
            "state": "running",
            "at": at,
            "recorded_at": _now(),
            **told,
        }
        with self._database.together():
            self._database.insert("run", [run])
            self._queue(list(enumerate(nodes)))

    def resume(self, run_id: str) -> tuple[Any, dict[str, Any]]:
        """Take up a run: its row, and the rows of its finished steps by name.

        Raises:
            UnknownRun: this product has no such run.
        """
        from filrouge.streamline.pipelines.runs import FINISHED, UnknownRun, run_named, steps_of

        with self._workspace.reading() as session:
            run = run_named(session, run_id)
            done = {step.name: step for step in steps_of(session, run_id) if step.state in FINISHED}
        if run.product_id != self._product:
            raise UnknownRun(
                _("'{product}' has no run '{run}'.").format(product=self._product, run=run_id),
                action=_("List the runs with: filrouge runs"),
            )
        self.run_id = run_id
        return run, done

    def restart(self, nodes: Sequence[Node], code_version: str) -> None:
        """Queue again what did not finish, and add the steps that are new in the code."""
        running = {"state": "running", "ended_at": None, "code_version": code_version}
        with self._database.together():
            rows = self._database.execute("SELECT name FROM run_step WHERE run_id = ?", (self.run_id,))
            known = {name for (name,) in rows}
            self._database.update("run", running, {"id": self.run_id})
            self._database.execute(_RESTART, (self.run_id,))
            self._queue([(place, node) for place, node in enumerate(nodes) if node.name not in known])

    def step(self, name: str, **changes: Any) -> None:
        """Commit a change of one step."""
        self._database.update("run_step", changes, {"run_id": self.run_id, "name": name})

    def end(self, state: str) -> None:
        """Commit how the run ended; steps that never ran are no longer running or queued."""
        left = "queued" if state == "cancelled" else "skipped"
        with self._database.together():
            self._database.execute(_LEAVE, (left, self.run_id))
            self._database.update("run", {"state": state, "ended_at": _now()}, {"id": self.run_id})

    def cached(self, key: str) -> Recorded | None:
        """The newest finished step of the product with the same code, inputs and parameters."""
        row = self._database.execute(_CACHED, (self._product, key)).fetchone()
        return None if row is None else Recorded(*row)

    def close(self) -> None:
        """Give the connection back."""
        self._database.close()

    def _queue(self, nodes: Sequence[tuple[int, Node]]) -> None:
        if nodes:
            self._database.insert("run_step", [self._queued(place, node) for place, node in nodes])

    def _queued(self, place: int, node: Node) -> dict[str, Any]:
        empty = {"format": "", "digest": "", "value": "", "cache_key": "", "log": "", "error": ""}
        return {
            "run_id": self.run_id,
            "name": node.name,
            "product_id": self._product,
            "kind": node.kind,
            "position": place,
            "inputs": list(dict.fromkeys(node.inputs.values())),
            "state": "queued",
            "attempts": 0,
            **empty,
        }


def _now() -> datetime:
    return datetime.now(UTC)
