"""Charts of monitoring, as Altair objects: the same in a notebook, on a page, in a document.

Colours are left to the theme (the pages give theirs); marks name the styles that it may define:
``bad``, ``band``, ``event``, ``event-bad``, ``threshold``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from filrouge.kernel.clock import as_utc
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Band", "Cell", "Event", "Point", "farthest", "heat_chart", "traffic_chart", "value_chart"]

_HEIGHT = 190
_CHARACTER = 0.008
"""Part of a chart's width that a character of a label takes, at the least width that shows labels."""
_COLUMNS = 60
"""A heat map has no more; further windows are brought together, and the farthest of them counts."""


@dataclass(frozen=True)
class Point:
    """A window's value, drawn where the window ends: what follows stands to its right."""

    start: datetime
    end: datetime
    value: float | None
    n: int = 0
    bad: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened: a promotion, a rollback (``bad``)."""

    at: datetime
    label: str
    words: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Band:
    """A period during which an alert was open."""

    start: datetime
    end: datetime
    words: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure of one row (a column of the data, a slice) in one window."""

    start: datetime
    row: str
    value: float


def value_chart(
    points: Sequence[Point],
    *,
    title: str,
    threshold: float | None = None,
    events: Iterable[Event] = (),
    bands: Iterable[Band] = (),
    percent: bool = False,
    zero: bool = False,
) -> "alt.LayerChart":
    """Values over time, their threshold, what happened meanwhile.

    Args:
        points: windows in their order; one without value breaks the line.
        title: what the values are, with the unit.
        percent: values are shares.
        zero: the axis starts at 0.
    """
    import altair as alt

    style = ".0%" if percent else ",.4~g"
    rows = [_row(point) for point in points]
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=zero), axis=_value_axis(style))
    tips = [
        alt.Tooltip("start:T", title=_("from"), format="%d %b %Y %H:%M"),
        alt.Tooltip("end:T", title=_("until"), format="%d %b %Y %H:%M"),
        alt.Tooltip("value:Q", title=title, format=style),
        alt.Tooltip("n:Q", title=_("rows"), format=","),
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_time_axis("end:T"), y=y)
    layers: list[alt.Chart] = [*_bands(bands), base.mark_line()]
    layers.append(base.mark_point(size=30, opacity=0, tooltip=True).encode(tooltip=tips))
    if any(point.bad for point in points):
        bad = base.mark_point(style="bad", size=34).transform_filter("datum.bad")
        layers.append(bad.encode(tooltip=tips))
    if threshold is not None:
        layers.append(_threshold(threshold))
    span = (points[0].end, points[-1].end) if points else None
    return alt.LayerChart(layer=[*layers, *_events(events, span)], height=_HEIGHT)


def heat_chart(cells: Iterable[Cell], *, title: str, limit: float, worse: str = "above") -> "alt.Chart":
    """Rows by windows, the darker the worse; the rows that went farthest stand on top.

    Args:
        title: what the figures are.
        limit: figure at which the colour is full.
        worse: the side on which a figure is bad, ``above`` or ``below``.
    """
    import altair as alt

    kept, step = _gathered(list(cells), worse)
    order = farthest(((row, value) for (_start, row), value in kept.items()), worse)
    rows = [
        {"start": _iso(start), "end": _iso(start + step), "row": row, "value": value}
        for (start, row), value in sorted(kept.items())
    ]
    domain = [0.0, limit] if worse == "above" else [limit, max([*kept.values(), limit])]
    colour = alt.Scale(
        domain=domain, clamp=True, reverse=worse == "below", range="heatmap", interpolate="rgb"
    )
    made: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rect()
        .encode(
            x=_time_axis(),
            x2="end:T",
            y=alt.Y(
                "row:N", title=None, sort=order, axis=alt.Axis(labelLimit=170, ticks=False, domain=False)
            ),
            color=alt.Color(
                "value:Q", title=title, scale=colour, legend=alt.Legend(gradientLength=120, titleLimit=0)
            ),
            tooltip=[
                alt.Tooltip("row:N", title=_("of")),
                alt.Tooltip("start:T", title=_("from"), format="%d %b %Y"),
                alt.Tooltip("value:Q", title=title, format=".3~f"),
            ],
        )
        .properties(height=alt.Step(17))
    )
    return made


def traffic_chart(
    days: Sequence[Mapping[str, Any]], *, words: Mapping[str, str], events: Iterable[Event] = ()
) -> "alt.LayerChart":
    """Predictions by day and by what answered.

    Args:
        days: ``day``, ``by`` (a key of ``words``) and ``n``.
        words: what each key is called; its order is the order of the colours.
    """
    import altair as alt

    rows = [
        {
            "start": one["day"].isoformat(),
            "by": words[one["by"]],
            "place": list(words).index(one["by"]),
            "n": one["n"],
        }
        for one in days
    ]
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(width=alt.RelativeBandSize(0.7), opacity=0.7)
        .encode(
            x=_time_axis("utcyearmonthdate(start):T"),
            y=alt.Y("n:Q", title=_("predictions a day"), axis=_value_axis(",.0f")),
            color=alt.Color(
                "by:N",
                title=None,
                scale=alt.Scale(domain=list(words.values())),
                legend=alt.Legend(orient="bottom") if len(words) > 1 else None,
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("start:T", title=_("day"), format="%d %b %Y"),
                alt.Tooltip("by:N", title=_("answered by")),
                alt.Tooltip("n:Q", title=_("predictions"), format=","),
            ],
        )
    )
    known = sorted(one["day"] for one in days)
    span = (_midnight(known[0]), _midnight(known[-1])) if known else None
    return alt.LayerChart(layer=[bars, *_events(events, span)], height=_HEIGHT)


def _value_axis(style: str) -> "alt.Axis":
    """The title lies above the axis and above the labels of events."""
    import altair as alt

    return alt.Axis(format=style, tickCount=5, titleAngle=0, titleAlign="left", titleX=0, titleY=-30)


def _time_axis(field: str = "start:T") -> "alt.X":
    import altair as alt

    return alt.X(field, title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False))


def _threshold(threshold: float) -> "alt.Chart":
    import altair as alt

    base = alt.Chart(alt.InlineData(values=[{"value": threshold}]))
    made: alt.Chart = base.mark_rule(style="threshold", strokeDash=[2, 4]).encode(y="value:Q")
    return made


def _bands(bands: Iterable[Band]) -> "list[alt.Chart]":
    import altair as alt

    rows = [{"start": _iso(one.start), "end": _iso(one.end), "words": one.words} for one in bands]
    if not rows:
        return []
    mark = alt.Chart(alt.InlineData(values=rows)).mark_rect(style="band")
    return [mark.encode(x=_time_axis(), x2="end:T", tooltip=alt.Tooltip("words:N", title=_("alert")))]


def _events(events: Iterable[Event], span: tuple[datetime, datetime] | None) -> "list[alt.Chart]":
    """A line at each event, its label on top; what went wrong in the style of what went wrong.

    Args:
        span: from where to where the chart goes without them.
    """
    import altair as alt

    known = sorted(events, key=lambda one: one.at)
    layers = []
    for bad, style in ((False, "event"), (True, "event-bad")):
        rows = [
            {"start": _iso(one.at), "label": label, "words": one.words or one.label}
            for one, label in zip(known, _labels(known, span), strict=True)
            if one.bad == bad
        ]
        if not rows:
            continue
        base = alt.Chart(alt.InlineData(values=rows)).encode(
            x=_time_axis(), tooltip=alt.Tooltip("words:N", title=_("what happened"))
        )
        layers.append(base.mark_rule(style=style))
        label = base.mark_text(style=style, align="left", baseline="bottom", dx=-2)
        layers.append(label.encode(text="label:N", y=alt.value(-4)))
    return layers


def _labels(events: Sequence[Event], span: tuple[datetime, datetime] | None) -> list[str]:
    """The labels that do not run into each other; what went wrong keeps its own."""
    if not events:
        return []
    first, last = span or (events[0].at, events[-1].at)
    first, last = min(first, events[0].at), max(last, events[-1].at)
    whole = max((last - first).total_seconds(), 1.0)
    kept: list[str] = []
    free_from = 0.0
    for one in events:
        place = (one.at - first).total_seconds() / whole
        fits = place >= free_from or one.bad
        if place < free_from and one.bad and kept:
            kept[-1] = ""
        kept.append(one.label if fits else "")
        if fits:
            free_from = place + _CHARACTER * (len(one.label) + 1)
    return kept


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _gathered(cells: Sequence[Cell], worse: str) -> tuple[dict[tuple[datetime, str], float], timedelta]:
    """The worst figure of each row over as many neighbouring windows as keep the map legible."""
    starts = sorted({as_utc(cell.start) for cell in cells})
    if not starts:
        return {}, timedelta(days=1)
    window = min((b - a for a, b in pairwise(starts)), default=timedelta(days=1))
    windows = round((starts[-1] - starts[0]) / window) + 1
    step = window * -(-windows // _COLUMNS)
    pick = max if worse == "above" else min
    kept: dict[tuple[datetime, str], float] = {}
    for cell in cells:
        start = starts[0] + (as_utc(cell.start) - starts[0]) // step * step
        key = start, cell.row
        kept[key] = pick(kept.get(key, cell.value), cell.value)
    return kept, step


def farthest(values: Iterable[tuple[str, float]], worse: str) -> list[str]:
    """The rows by their worst value, the worst first.

    Example:
        >>> farthest([("JFK", 0.7), ("LGA", 0.6), ("JFK", 0.5)], "below")
        ['JFK', 'LGA']
    """
    extremes: dict[str, float] = {}
    pick = max if worse == "above" else min
    for row, value in values:
        extremes[row] = pick(extremes.get(row, value), value)
    return sorted(extremes, key=lambda row: (-extremes[row] if worse == "above" else extremes[row], row))


def _row(point: Point) -> dict[str, Any]:
    span = {"start": _iso(point.start), "end": _iso(point.end)}
    return {**span, "value": point.value, "n": point.n, "bad": point.bad}


def _iso(moment: datetime) -> str:
    return as_utc(moment).isoformat().replace("+00:00", "Z")
