"""What the demo replays, and when somebody does something in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from filrouge.streamline.pipelines.window import Window

__all__ = ["FAST", "FULL", "Plan"]


@dataclass(frozen=True)
class Plan:
    """Days of the replay, in their order.

    Attributes:
        days: the days that are replayed.
        challenger_from: on this day the first real model challenges the naive one.
        hurried_on: on this day somebody forces a bad version into production.
    """

    days: tuple[date, ...]
    challenger_from: date
    hurried_on: date

    @property
    def training(self) -> Window:
        """What the first models learn from."""
        return Window(datetime(2013, 1, 1, tzinfo=UTC), datetime(2013, 3, 1, tzinfo=UTC))

    @property
    def hurried_training(self) -> Window:
        """What the bad version learns from: three days."""
        return Window(datetime(2013, 1, 1, tzinfo=UTC), datetime(2013, 1, 4, tzinfo=UTC))


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


FULL = Plan(
    days=_days(date(2013, 3, 1), date(2013, 12, 31)),
    challenger_from=date(2013, 3, 4),
    hurried_on=date(2013, 10, 7),
)
FAST = Plan(
    days=_days(date(2013, 3, 1), date(2013, 3, 26)),
    challenger_from=date(2013, 3, 3),
    hurried_on=date(2013, 3, 12),
)
