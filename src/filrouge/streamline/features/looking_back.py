"""How far features look back: told before serving, watched while serving."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["LooksTooFarBack", "looked_back", "rows_since", "windows_asked"]

_asked: ContextVar[list[timedelta] | None] = ContextVar("windows_asked", default=None)
_since: ContextVar[datetime | None] = ContextVar("rows_since", default=None)


class LooksTooFarBack(FilrougeError):
    """A feature looks at a past that the server does not keep."""

    code = "features.too-far-back"


@contextmanager
def windows_asked() -> Iterator[list[timedelta]]:
    """Collect the lengths of the pasts that are asked for inside the block."""
    found: list[timedelta] = []
    token = _asked.set(found)
    try:
        yield found
    finally:
        _asked.reset(token)


@contextmanager
def rows_since(start: datetime) -> Iterator[None]:
    """Say that the frames in the block hold only rows known from ``start`` on."""
    token = _since.set(start)
    try:
        yield
    finally:
        _since.reset(token)


def looked_back(length: timedelta, earliest: datetime | None) -> None:
    """Note that rows of ``length`` before the events are looked at, the first of which is at ``earliest``.

    Raises:
        LooksTooFarBack: such rows were not handed over.
    """
    asked, since = _asked.get(), _since.get()
    if asked is not None:
        asked.append(length)
    if since is not None and earliest is not None and as_utc(earliest) - length < since:
        raise LooksTooFarBack(
            _(
                "A feature looks {length} back from {earliest:%Y-%m-%d %H:%M}; "
                "the server hands over what was known since {since:%Y-%m-%d %H:%M}."
            ).format(length=length, earliest=earliest, since=since),
            action=_(
                "Give past(…) a window that does not depend on the data, or score with: filrouge predict"
            ),
        )
