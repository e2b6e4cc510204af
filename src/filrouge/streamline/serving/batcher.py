"""Micro-batches: concurrent requests share one call of the feature function and of the model.

A call costs a millisecond or more whatever its rows, so what arrives while one batch is computed
forms the next. When nothing is under way a request starts at once: no waiting is added.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from filrouge.kernel.i18n import _, ngettext
from filrouge.streamline.serving.errors import Busy

__all__ = ["Batcher", "Job"]

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Job(Generic[Row, Answer]):
    """The rows of one request, and the future of its answer."""

    rows: Sequence[Row]
    explain: bool = False
    request_id: str = ""
    done: "asyncio.Future[Answer]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Batcher(Generic[Row, Answer]):
    """Gathers jobs and hands them to ``work``, one batch at a time.

    Args:
        work: computes the answers of several jobs: one for each, or an exception for it.
        batch_rows: rows in one batch at most (a single larger job goes alone).
        waiting_rows: rows that may wait; beyond them a request is refused.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Job[Row, Answer]]], Awaitable[Sequence["Answer | Exception"]]],
        *,
        batch_rows: int = 2000,
        waiting_rows: int = 50_000,
    ) -> None:
        self._work = work
        self._batch_rows, self._waiting_rows = batch_rows, waiting_rows
        self._waiting: deque[Job[Row, Answer]] = deque()
        self._rows = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def rows_waiting(self) -> int:
        """Rows not yet given to a batch."""
        return self._rows

    async def submit(self, job: Job[Row, Answer]) -> Answer:
        """The answer of a job.

        Raises:
            Busy: too many rows wait.
        """
        if self._rows and self._rows + len(job.rows) > self._waiting_rows:
            raise Busy(
                ngettext("{rows} row is waiting.", "{rows} rows are waiting.", self._rows).format(
                    rows=self._rows
                ),
                action=_("Send the request again in a moment, or add a replica."),
            )
        self._waiting.append(job)
        self._rows += len(job.rows)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await job.done

    async def close(self) -> None:
        """Wait until nothing is under way."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _drain(self) -> None:
        try:
            while self._waiting:
                jobs = self._next()
                try:
                    results = await self._work(jobs)
                except Exception as error:  # noqa: BLE001  (whatever the work raises is each job's answer)
                    results = [error] * len(jobs)
                for job, result in zip(jobs, results, strict=True):
                    _settle(job, result)
        finally:
            self._task = None

    def _next(self) -> list[Job[Row, Answer]]:
        jobs = [self._waiting.popleft()]
        rows = len(jobs[0].rows)
        while self._waiting and rows + len(self._waiting[0].rows) <= self._batch_rows:
            jobs.append(self._waiting.popleft())
            rows += len(jobs[-1].rows)
        self._rows -= rows
        return jobs


def _settle(job: Job[Row, Answer], result: "Answer | Exception") -> None:
    if job.done.done():  # the client has gone
        return
    if isinstance(result, Exception):
        job.done.set_exception(result)
    else:
        job.done.set_result(result)
