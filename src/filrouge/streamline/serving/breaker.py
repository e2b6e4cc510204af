"""A circuit breaker: after repeated failures the champion is left alone for a while."""

import time
from collections.abc import Callable

__all__ = ["Breaker"]


class Breaker:
    """Closed: calls pass. Open: none does. After ``rest_s`` one call tries; it closes or opens again.

    Args:
        failures: failures in a row that open it.
        rest_s: seconds of machine time it stays open.
        now: the time in seconds.

    Example:
        >>> breaker = Breaker(failures=1)
        >>> breaker.failed()
        >>> breaker.allows()
        False
    """

    def __init__(
        self, failures: int = 5, rest_s: float = 10.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._rest_s, self._now = failures, rest_s, now
        self._failed = 0
        self._open_until: float | None = None

    @property
    def open(self) -> bool:
        """Whether it has opened and no later call has closed it."""
        return self._open_until is not None

    def allows(self) -> bool:
        """Whether a call may be made; while open, one call each ``rest_s`` is let through to try."""
        if self._open_until is None:
            return True
        if self._now() < self._open_until:
            return False
        self._open_until = self._now() + self._rest_s
        return True

    def succeeded(self) -> None:
        """The call went well."""
        self._failed, self._open_until = 0, None

    def failed(self) -> None:
        """The call failed or took too long."""
        self._failed += 1
        if self._failed >= self._limit:
            self._open_until = self._now() + self._rest_s
