"""The findings of a product over time, drawn: one column for each kept result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filrouge.thread.check.results import CheckResult

__all__ = ["HEIGHT", "Column", "Trend", "trend"]

HEIGHT = 44
WIDTH = 240
_GAP, _WIDEST, _SHOWN = 2, 12, 24


@dataclass(frozen=True)
class Column:
    """A result: where it stands, and its pieces from the ground up as ``(severity, y, height)``."""

    x: float
    width: float
    pieces: tuple[tuple[str, float, float], ...]
    at: datetime
    total: int


@dataclass(frozen=True)
class Trend:
    """The drawing, in a box of ``WIDTH`` by ``HEIGHT``."""

    columns: tuple[Column, ...]

    @property
    def first(self) -> Column:
        """The oldest result that is shown."""
        return self.columns[0]

    @property
    def last(self) -> Column:
        """The newest."""
        return self.columns[-1]


def trend(results: Sequence[CheckResult]) -> Trend | None:
    """Draw the newest results; nothing before there are two."""
    shown = results[-_SHOWN:]
    if len(shown) < 2:
        return None
    scale = (HEIGHT - 2) / max(1, *(one.total for one in shown))
    step = min(_WIDEST, WIDTH / len(shown))
    columns = []
    for place, one in enumerate(shown):
        pieces, y = [], float(HEIGHT)
        for severity, count in (("error", one.errors), ("warning", one.warnings), ("info", one.infos)):
            if count:
                y -= count * scale
                pieces.append((severity, round(y, 1), round(count * scale, 1)))
        columns.append(Column(round(place * step, 1), step - _GAP, tuple(pieces), one.at, one.total))
    return Trend(tuple(columns))
