from datetime import UTC, date, datetime, timedelta

import pytest

from filrouge import Window
from filrouge.streamline.pipelines.window import BadWindow, duration


def test_days_cover_the_window_without_overlap():
    window = Window(datetime(2013, 1, 1, 12, tzinfo=UTC), date(2013, 1, 4))
    days = list(window.days())
    assert [day.start for day in days][1:] == [day.end for day in days][:-1]
    assert (days[0].start, days[-1].end) == (window.start, window.end)


def test_split_ends_with_what_is_left():
    parts = list(Window(date(2013, 1, 1), date(2013, 1, 4)).split("2 days"))
    assert [part.length for part in parts] == [timedelta(days=2), timedelta(days=1)]


@pytest.mark.parametrize("text", ["", "2013", "2013-02-01..2013-01-01", "a..b"])
def test_a_wrong_period_is_a_coded_error(text: str):
    with pytest.raises(BadWindow):
        Window.parse(text)


def test_the_end_is_excluded():
    window = Window.parse("2013-01-01")
    assert datetime(2013, 1, 1, tzinfo=UTC) in window
    assert datetime(2013, 1, 2, tzinfo=UTC) not in window


def test_durations():
    assert duration("15 min") == timedelta(minutes=15)
    assert duration("1 day") == timedelta(days=1)
    with pytest.raises(BadWindow):
        duration("soon")
