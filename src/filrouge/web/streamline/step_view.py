"""A step of a run as its page shows it: state, place on the time line, faults in parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.runs import RunStep
from filrouge.web.render import duration
from filrouge.web.streamline.run_words import SHAPES, STEP_STATES

__all__ = ["Span", "StepView", "span_of", "view_of", "words_of"]

_FAULT = re.compile(r"\[(?P<code>[\w.-]+)\] (?P<text>.*)", re.DOTALL)
_THINNEST = 0.7


@dataclass(frozen=True)
class Span:
    """The time that the Gantt covers."""

    start: datetime
    seconds: float


@dataclass(frozen=True)
class StepView:
    """A step: what it is, how it went, and its bar in hundredths of the span."""

    name: str
    kind: str
    state: str
    word: str
    shape: str
    inputs: tuple[str, ...]
    attempts: int
    rows: int | None
    fingerprint: str
    has_log: bool
    faults: tuple[tuple[str, str], ...]
    """Code and words of what went wrong."""
    seconds: float | None
    left: float
    width: float

    words: str
    """State and duration, for the graph."""


def span_of(steps: Sequence[RunStep], start: datetime, now: datetime) -> Span:
    """From the first start to the last end; up to now while a step runs."""
    starts = [step.started_at for step in steps if step.started_at]
    ends = [step.ended_at or now for step in steps if step.started_at]
    first = min(starts, default=start)
    return Span(first, max((max(ends, default=first) - first).total_seconds(), 0.001))


def words_of(step: RunStep, now: datetime) -> str:
    """The state of a step in words, with how long it took."""
    seconds = _seconds(step, now)
    word = _(STEP_STATES.get(step.state, step.state))
    return word if seconds is None or step.state in {"cached", "queued"} else f"{word} · {duration(seconds)}"


def _seconds(step: RunStep, now: datetime) -> float | None:
    """How long it took; a step that lost its process keeps no time."""
    if step.started_at is None:
        return None
    end = step.ended_at or (now if step.state == "running" else step.started_at)
    return max(0.0, (end - step.started_at).total_seconds())


def view_of(step: RunStep, span: Span, now: datetime) -> StepView:
    """One step as the page shows it."""
    seconds, left = _seconds(step, now), 0.0
    if step.started_at:
        left = 100 * (step.started_at - span.start).total_seconds() / span.seconds
    width = 0.0 if seconds is None else max(_THINNEST, 100 * seconds / span.seconds)
    return StepView(
        name=step.name,
        kind=step.kind,
        state=step.state,
        word=_(STEP_STATES.get(step.state, step.state)),
        shape=SHAPES.get(step.state, SHAPES["queued"]),
        inputs=tuple(step.inputs),
        attempts=step.attempts,
        rows=step.rows,
        fingerprint=step.digest[:10],
        has_log=bool(step.log),
        faults=_faults(step.error),
        seconds=seconds,
        left=round(min(left, 100 - _THINNEST), 2),
        width=round(min(width, 100 - min(left, 100 - _THINNEST)), 2),
        words=words_of(step, now),
    )


def _faults(error: str) -> tuple[tuple[str, str], ...]:
    """``[code] where: what …`` in its parts; several faults stand on lines of their own."""
    found = []
    for text in re.split(r"\n(?=\[[\w.-]+\] )", error):
        match = _FAULT.fullmatch(text)
        if match:
            found.append((match["code"], match["text"]))
        elif text:
            found.append(("", text))
    return tuple(found)
