"""How the value of an indicator is written, and its small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from filrouge.flows.indicators import Reached
from filrouge.kernel.figures import day, with_unit
from filrouge.kernel.i18n import _
from filrouge.web.render import last_day

__all__ = ["Figure", "Spark", "figure_of", "spark"]

_WIDTH, _HEIGHT, _EDGE = 160.0, 40.0, 5.0


@dataclass(frozen=True)
class Spark:
    """A line of values, ready to draw in a box of 160 by 40.

    Attributes:
        path: of the line.
        end: its last point.
        target: height of the target's line; none without target.
    """

    path: str
    end: tuple[float, float]
    target: float | None


def spark(values: Sequence[float], target: float | None = None) -> Spark | None:
    """Draw values in their order; nothing for fewer than two.

    Example:
        >>> spark([0.0, 1.0]).path
        'M5.0 35.0L155.0 5.0'
    """
    if len(values) < 2:
        return None
    known = [*values, *([target] if target is not None else [])]
    low, span = min(known), (max(known) - min(known)) or 1.0

    def height(value: float) -> float:
        return round(_HEIGHT - _EDGE - (value - low) / span * (_HEIGHT - 2 * _EDGE), 1)

    step = (_WIDTH - 2 * _EDGE) / (len(values) - 1)
    points = [(round(_EDGE + place * step, 1), height(value)) for place, value in enumerate(values)]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return Spark(path, points[-1], height(target) if target is not None else None)


@dataclass(frozen=True)
class Figure:
    """What an indicator reached, in words and drawn.

    Attributes:
        text: its newest value; empty before the first.
        target: what is wanted; empty when nothing is.
        on_target: whether the newest value is as good; none when nothing can be said.
        when: the period of the value.
    """

    text: str = ""
    target: str = ""
    on_target: bool | None = None
    when: str = ""
    spark: Spark | None = None


def figure_of(one: Reached) -> Figure:
    """An indicator's figure."""
    indicator, latest = one.indicator, one.latest
    target = "" if indicator.target is None else with_unit(indicator.target, indicator.unit)
    if latest is None:
        return Figure(target=target)
    first, last = day(latest.start_at), last_day(latest.end_at)
    values = [value.value for value in one.values if value.value is not None]
    return Figure(
        text=with_unit(latest.value, indicator.unit),
        target=target,
        on_target=one.on_target,
        when=first if first == last else _("{first} – {last}").format(first=first, last=last),
        spark=spark(values, indicator.target),
    )
