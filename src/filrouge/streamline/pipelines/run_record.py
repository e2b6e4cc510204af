"""Writes what happens in a run: one short transaction per change, on one connection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from filrouge.kernel.ids import time_id
from filrouge.storage.base import Base
from filrouge.storage.engine import READ_ONLY
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.graph import Node
from filrouge.streamline.pipelines.runs import FINISHED, Run, RunStep, UnknownRun

__all__ = ["RunRecord"]

_RUN, _STEP = (Base.metadata.tables[table.__tablename__] for table in (Run, RunStep))
_UPDATE_STEP = sa.update(_STEP).where(
    _STEP.c.run_id == sa.bindparam("the_run"), _STEP.c.name == sa.bindparam("the_step")
)
_CACHED = (
    sa.select(_STEP)
    .where(
        _STEP.c.product_id == sa.bindparam("product"),
        _STEP.c.cache_key == sa.bindparam("key"),
        _STEP.c.state.in_(("done", "cached")),
    )
    .order_by(_STEP.c.run_id.desc())
    .limit(1)
)


class RunRecord:
    """The rows of one run. Only the thread that drives the run writes."""

    def __init__(self, workspace: Workspace, product_id: str) -> None:
        self._writer = workspace.engine.connect()
        self._reader = workspace.engine.execution_options(**{READ_ONLY: True}).connect()
        self._clock = workspace.clock
        self._product = product_id
        self.run_id = ""

    def start(self, nodes: Sequence[Node], told: Mapping[str, Any]) -> None:
        """Write the run and all its steps, queued, in one transaction."""
        at = self._clock.now()
        self.run_id = time_id(at)
        run = {
            "id": self.run_id,
            "product_id": self._product,
            "state": "running",
            "at": at,
            "recorded_at": _now(),
            "ended_at": None,
            **told,
        }
        with self._writer.begin():
            self._writer.execute(sa.insert(_RUN), run)
            self._writer.execute(
                sa.insert(_STEP), [self._queued(place, node) for place, node in enumerate(nodes)]
            )

    def resume(self, run_id: str) -> tuple[Any, dict[str, Any]]:
        """Take up a run: its row, and the rows of its finished steps by name.

        Raises:
            UnknownRun: this product has no such run.
        """
        with self._reader.begin():
            run = self._reader.execute(
                sa.select(_RUN).where(_RUN.c.id == run_id, _RUN.c.product_id == self._product)
            ).first()
            done = self._reader.execute(
                sa.select(_STEP).where(_STEP.c.run_id == run_id, _STEP.c.state.in_(FINISHED))
            ).all()
        if run is None:
            raise UnknownRun(
                f"'{self._product}' has no run '{run_id}'.", action="List the runs with: filrouge runs"
            )
        self.run_id = run_id
        return run, {row.name: row for row in done}

    def restart(self, nodes: Sequence[Node], code_version: str, finished: Mapping[str, Any]) -> None:
        """Queue again what did not finish, and add the steps that are new in the code."""
        with self._writer.begin():
            known = set(
                self._writer.scalars(sa.select(_STEP.c.name).where(_STEP.c.run_id == self.run_id)).all()
            )
            self._writer.execute(
                sa.update(_RUN)
                .where(_RUN.c.id == self.run_id)
                .values(state="running", ended_at=None, code_version=code_version)
            )
            self._writer.execute(
                sa.update(_STEP)
                .where(_STEP.c.run_id == self.run_id, _STEP.c.name.not_in(list(finished)))
                .values(state="queued", error="", started_at=None, ended_at=None)
            )
            new = [self._queued(place, node) for place, node in enumerate(nodes) if node.name not in known]
            if new:
                self._writer.execute(sa.insert(_STEP), new)

    def step(self, name: str, **changes: Any) -> None:
        """Commit a change of one step."""
        with self._writer.begin():
            self._writer.execute(
                _UPDATE_STEP.values({key: sa.bindparam(key) for key in changes}),
                {"the_run": self.run_id, "the_step": name, **changes},
            )

    def end(self, state: str) -> None:
        """Commit how the run ended; steps that never ran are no longer running or queued."""
        left = "queued" if state == "cancelled" else "skipped"
        with self._writer.begin():
            self._writer.execute(
                sa.update(_STEP)
                .where(_STEP.c.run_id == self.run_id, _STEP.c.state.in_(("queued", "running")))
                .values(state=left)
            )
            self._writer.execute(
                sa.update(_RUN).where(_RUN.c.id == self.run_id).values(state=state, ended_at=_now())
            )

    def cached(self, key: str) -> Any | None:
        """The newest finished step of the product with the same code, inputs and parameters."""
        with self._reader.begin():
            return self._reader.execute(_CACHED, {"product": self._product, "key": key}).first()

    def close(self) -> None:
        """Give the connections back."""
        self._writer.close()
        self._reader.close()

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
