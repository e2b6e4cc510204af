"""Telling open pages that something changed: one number per place, and whoever follows it.

A change made by this process is told at once; one made by another process within a second, because one
task per place asks the database as long as somebody follows.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

from fastapi import Request
from starlette.concurrency import run_in_threadpool

__all__ = ["Pulses", "pulses_of"]

_LOOK_S = 1.0


class _Place:
    """One place that pages follow."""

    def __init__(self) -> None:
        self.beat = -1
        self.changed = asyncio.Event()
        self.look = asyncio.Event()
        self.people: Counter[str] = Counter()
        self.task: asyncio.Task[None] | None = None

    def tell(self, beat: int) -> None:
        self.beat = beat
        self.changed.set()
        self.changed = asyncio.Event()


class Pulses:
    """The places that open pages follow.

    Args:
        read: the number of a place, from the database; it rises with every change.
        quiet_s: after how many seconds without a change those who follow are told that there was none.
    """

    def __init__(self, read: Callable[[str], int], *, quiet_s: float = 15.0) -> None:
        self._read, self._quiet_s = read, quiet_s
        self._places: dict[str, _Place] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self, key: str) -> None:
        """Look at a place now: something was written. May be called from any thread."""
        place = self._places.get(key)
        if self._loop is not None and place is not None:
            self._loop.call_soon_threadsafe(place.look.set)

    def present(self, key: str) -> frozenset[str]:
        """Who follows a place through this process."""
        place = self._places.get(key)
        return frozenset(place.people) if place else frozenset()

    async def follow(self, key: str, who: str) -> AsyncGenerator[int | None]:
        """The place's number, now and whenever it changes; ``None`` when nothing did for a while.

        Args:
            key: the place.
            who: counted as present for as long as it follows; empty for nobody.
        """
        self._loop = asyncio.get_running_loop()
        place = self._places.setdefault(key, _Place())
        if place.task is None:
            place.task = asyncio.create_task(self._watch(key, place))
        place.people[who] += 1
        place.tell(place.beat)
        try:
            seen: tuple[int, int] | None = None
            quiet = self._loop.time() + self._quiet_s
            while True:
                changed, now = place.changed, (place.beat, len(place.people))
                if now != seen and place.beat >= 0:
                    seen = now
                    yield place.beat
                    quiet = self._loop.time() + self._quiet_s
                    continue
                try:
                    async with asyncio.timeout_at(quiet):
                        await changed.wait()
                except TimeoutError:
                    yield None
                    quiet = self._loop.time() + self._quiet_s
        finally:
            place.people[who] -= 1
            if place.people[who] <= 0:
                del place.people[who]
            place.tell(place.beat)
            if not place.people and place.task is not None:
                place.task.cancel()
                self._places.pop(key, None)

    async def _watch(self, key: str, place: _Place) -> None:
        while True:
            place.look.clear()
            beat = await run_in_threadpool(self._read, key)
            if beat != place.beat:
                place.tell(beat)
            with suppress(TimeoutError):
                await asyncio.wait_for(place.look.wait(), _LOOK_S)


def pulses_of(request: Request) -> Pulses:
    """The places that pages of this process follow."""
    found: Pulses = request.app.state.pulses
    return found
