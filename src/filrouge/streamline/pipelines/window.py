"""The logical period of a run: schedules, backfills and training ranges are windows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["BadWindow", "Window", "duration"]

_UNITS = {
    "s": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "w": 604800,
    "week": 604800,
}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", re.IGNORECASE)


class BadWindow(FilrougeError):
    """A period or a duration cannot be understood."""

    code = "window.invalid"


@dataclass(frozen=True)
class Window:
    """A period in UTC, its end excluded.

    Dates mean their midnight; times without zone are taken as UTC.

    Raises:
        BadWindow: the end is not after the start.

    Example:
        >>> Window(date(2013, 1, 1), date(2013, 3, 1)).length.days
        59
    """

    start: datetime
    end: datetime

    def __init__(self, start: date | datetime, end: date | datetime) -> None:
        object.__setattr__(self, "start", _moment(start))
        object.__setattr__(self, "end", _moment(end))
        if self.end <= self.start:
            raise BadWindow(
                _("The window ends before or when it starts."),
                why=_("It would last from {start:%Y-%m-%d %H:%M} to before {end:%Y-%m-%d %H:%M}.").format(
                    start=self.start, end=self.end
                ),
                action=_("Give a start before the end."),
            )

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read ``2013-01-01..2013-02-28``; a day as end is included, a moment is excluded.

        Raises:
            BadWindow: the text has another form.

        Example:
            >>> Window.parse("2013-01-01..2013-02-28").end.isoformat()
            '2013-03-01T00:00:00+00:00'
        """
        first, dots, last = text.partition("..")
        try:
            if not dots:
                last = first
            end = datetime.fromisoformat(last.strip())
            if len(last.strip()) == len("2013-02-28"):
                end += timedelta(days=1)
            return cls(datetime.fromisoformat(first.strip()), end)
        except (ValueError, OverflowError) as error:
            raise BadWindow(
                _("'{text}' is not a period.").format(text=text),
                action=_("Write it as 2013-01-01..2013-02-28."),
            ) from error

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def __contains__(self, at: datetime) -> bool:
        return self.start <= as_utc(at) < self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"

    def days(self) -> Iterator["Window"]:
        """The UTC days it touches, the first and the last cut to the window.

        Example:
            >>> len(list(Window.parse("2013-01-01..2013-01-31").days()))
            31
        """
        start = self.start
        while start < self.end:
            midnight = datetime.combine(start.date(), time(), UTC) + timedelta(days=1)
            yield Window(start, min(midnight, self.end))
            start = midnight

    def split(self, every: timedelta | str) -> Iterator["Window"]:
        """Consecutive windows of one length; the last may be shorter.

        Raises:
            BadWindow: the length is not positive.
        """
        step = duration(every)
        if step <= timedelta(0):
            raise BadWindow(_("A window cannot be split into parts of no length."))
        start = self.start
        while start < self.end:
            yield Window(start, min(start + step, self.end))
            start += step


def duration(text: str | timedelta) -> timedelta:
    """A length of time: ``90s``, ``15 min``, ``24h``, ``1 day``, ``2 weeks``.

    Raises:
        BadWindow: the text is no duration.

    Example:
        >>> duration("1 day") == duration("24h")
        True
    """
    if isinstance(text, timedelta):
        return text
    found = _DURATION.fullmatch(text)
    seconds = _UNITS.get(found[2].lower()) if found else None
    if found is None or seconds is None:
        raise BadWindow(
            _("'{text}' is not a duration.").format(text=text),
            action=_("Write it as 90s, 15 min, 24h or 1 day."),
        )
    return timedelta(seconds=float(found[1]) * seconds)


def _moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return as_utc(value)
    return datetime.combine(value, time(), UTC)
