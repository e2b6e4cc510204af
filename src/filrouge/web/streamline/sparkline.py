"""The last values of a monitor as a small line, with its threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.streamline.monitoring.tables import Definition, Monitor, MonitorValue
from filrouge.streamline.monitoring.wording import value_words

__all__ = ["HEIGHT", "WIDTH", "Sparkline", "sparkline", "sparkline_of"]

WIDTH, HEIGHT = 240, 44
_EDGE = 4
_WINDOWS = 60


@dataclass(frozen=True)
class Sparkline:
    """The drawing, and what it says.

    Args:
        path: of the line; windows without value leave a gap.
        threshold: height of the threshold, from the top.
        bad: points beyond it, ``(x, y)``; ``last`` is the newest value.
        windows: how many have a value; ``beyond`` of them are bad.
        latest: the newest value, as people read it.
        start: of the first window.
        end: of the last one.
        higher: whether higher is better.
    """

    path: str
    threshold: float
    bad: tuple[tuple[float, float], ...]
    last: tuple[float, float]
    last_bad: bool
    windows: int
    beyond: int
    latest: str
    limit: str
    start: datetime
    end: datetime
    higher: bool


def sparkline_of(session: Session, monitor: Monitor) -> Sparkline | None:
    """The last windows of a monitor; none while it has no value."""
    query = select(MonitorValue).where(MonitorValue.monitor_id == monitor.id, MonitorValue.slice == "")
    newest = session.scalars(query.order_by(MonitorValue.end_at.desc()).limit(_WINDOWS)).all()
    return sparkline(monitor.parsed, newest[::-1])


def sparkline(definition: Definition, windows: Sequence[MonitorValue]) -> Sparkline | None:
    """Place the values, the oldest first."""
    known = [(place, one, one.value) for place, one in enumerate(windows) if one.value is not None]
    if not known:
        return None
    values = [value for _place, _one, value in known]
    low = min(0.0, *values) if definition.worse == "above" else min(definition.threshold, *values)
    high = max(definition.threshold, *values)
    step = (WIDTH - 2 * _EDGE) / max(1, len(windows) - 1)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 1)

    points = [(round(_EDGE + place * step, 1), height(value)) for place, _one, value in known]
    joined = [place and known[place][0] == known[place - 1][0] + 1 for place in range(len(known))]
    path = "".join(f"{'L' if on else 'M'}{x} {y}" for (x, y), on in zip(points, joined, strict=True))
    bad = tuple(point for point, (_p, one, _v) in zip(points, known, strict=True) if one.bad)
    return Sparkline(
        path=path,
        threshold=height(definition.threshold),
        bad=bad,
        last=points[-1],
        last_bad=known[-1][1].bad,
        windows=len(known),
        beyond=len(bad),
        latest=value_words(definition, values[-1]),
        limit=value_words(definition, definition.threshold, trim=True),
        start=windows[0].start_at,
        end=windows[-1].end_at,
        higher=definition.worse == "below",
    )
