"""What a step prints and logs, told apart from the steps that run beside it."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["captured", "listening"]

_current: ContextVar[io.StringIO | None] = ContextVar("step_log", default=None)
_lock = threading.Lock()
_listeners = 0
_before: list[Any] = []


class _Tee(io.TextIOBase):
    """Standard output: into the step's log inside a step, to the real one outside."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def write(self, text: str) -> int:
        log = _current.get()
        (self._real if log is None else log).write(text)
        return len(text)

    def flush(self) -> None:
        if _current.get() is None:
            self._real.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log = _current.get()
        if log is not None:
            log.write(self.format(record) + "\n")


_handler = _Handler(logging.INFO)
_handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


@contextmanager
def listening() -> Iterator[None]:
    """Capture what steps write while the block lasts; several runs may listen at once."""
    global _listeners  # noqa: PLW0603  (standard output belongs to the process)
    root = logging.getLogger()
    with _lock:
        _listeners += 1
        if _listeners == 1:
            _before[:] = [sys.stdout, root.level]
            sys.stdout = _Tee(sys.stdout)
            root.addHandler(_handler)
            if root.level > logging.INFO:
                root.setLevel(logging.INFO)
    try:
        yield
    finally:
        with _lock:
            _listeners -= 1
            if _listeners == 0:
                root.removeHandler(_handler)
                sys.stdout = _before[0]
                root.setLevel(_before[1])


@contextmanager
def captured() -> Iterator[io.StringIO]:
    """The log of the step that runs inside the block, in this thread."""
    log = io.StringIO()
    token = _current.set(log)
    try:
        yield log
    finally:
        _current.reset(token)
