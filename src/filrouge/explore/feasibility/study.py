"""The study: opens the tables, answers the six questions, and sums them up in one sentence."""

import tempfile
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filrouge.explore.feasibility.columns import clean, profile_of, sample_of
from filrouge.explore.feasibility.faults import NoSuchTarget, UnknownColumn
from filrouge.explore.feasibility.joins import joinability
from filrouge.explore.feasibility.leaks import suspicions
from filrouge.explore.feasibility.period import period_of
from filrouge.explore.feasibility.presence import access, presence
from filrouge.explore.feasibility.promise import promise
from filrouge.explore.feasibility.quality import Looked, duplicates, quality
from filrouge.explore.feasibility.reading import Opened, open_tables
from filrouge.explore.feasibility.relevance import parameters, relevance
from filrouge.explore.feasibility.target import target_of
from filrouge.explore.feasibility.times import moment_columns, pieces_of, read_time
from filrouge.explore.feasibility.widened import widened
from filrouge.explore.feasibility.words import SHORT, Answer, Question, Said, Study, Verdict
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import N_, _

__all__ = ["STEPS", "Asked", "study"]

STEPS = (
    N_("reading"),
    N_("counting"),
    N_("quality"),
    N_("joins"),
    N_("statistics"),
    N_("leaks"),
    N_("models"),
)
"""What a study does, in its order."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """What a study is asked.

    Args:
        data: files, folders, patterns, or ``URL#table``.
        target: the column to predict.
        time: the column of time, or its pieces joined by ``+``; empty when there is none.
        without: columns to leave out of everything.
        gap_days: days between what teaches a model and what judges it; by itself when none is given.
        expected: other sources that the product needs.
    """

    data: tuple[str, ...]
    target: str
    time: str = ""
    without: tuple[str, ...] = ()
    gap_days: float | None = None
    expected: tuple[str, ...] = ()


def study(asked: Asked, tell: Tell = lambda _done, _of: None, now: datetime | None = None) -> Study:
    """Measure the feasibility of predicting a column from some tables.

    Args:
        asked: what is to be measured.
        tell: hears how many of the ``STEPS`` are done, and of how many.
        now: against which dates are in the future.

    Raises:
        NoSuchData, UnreadableData, EmptyTable: the data cannot be had.
        NoSuchTarget, BadTarget: there is nothing to predict.
        NoSuchTime, BadTime, OneMoment: there is no time.
        UnknownColumn: a column to leave out does not exist.
    """
    started = clock.monotonic()
    with tempfile.TemporaryDirectory(prefix="filrouge-") as scratch:
        tell(0, len(STEPS))
        tables = open_tables(asked.data, Path(scratch))
        made = _measured(asked, _without(tables, asked.without), tell, now or datetime.now(UTC))
    return _with_seconds(made, clock.monotonic() - started)


def _with_seconds(made: Study, seconds: float) -> Study:
    import msgspec

    return msgspec.structs.replace(made, seconds=round(seconds, 1))


def _without(tables: Sequence[Opened], left: Sequence[str]) -> list[Opened]:
    from dataclasses import replace

    known = {name for table in tables for name in table.columns}
    for name in left:
        if name not in known:
            raise UnknownColumn(
                _("There is no column '{name}' to leave out.").format(name=name),
                where="--without",
                action=did_you_mean(name, known),
            )
    return [
        replace(
            table,
            frame=table.frame.drop([name for name in left if name in table.columns]),
            columns=tuple(name for name in table.columns if name not in left),
        )
        for table in tables
    ]


def _main(tables: Sequence[Opened], target: str) -> int:
    for number, table in enumerate(tables):
        if target in table.columns:
            return number
    known = [name for table in tables for name in table.columns]
    raise NoSuchTarget(
        _("No table has a column '{target}'.").format(target=target),
        where="--target",
        action=did_you_mean(target, known),
    )


def _measured(asked: Asked, tables: list[Opened], tell: Tell, now: datetime) -> Study:
    done = iter(range(1, len(STEPS) + 1))

    def step() -> None:
        tell(next(done), len(STEPS))

    main = _main(tables, asked.target)
    table = tables[main]
    frame = clean(table.frame)
    step()
    sample = sample_of(frame, table.rows, len(table.columns))
    time = read_time(sample, asked.time) if asked.time else None
    profiles = [profile_of(one.frame, one.rows) for one in tables]
    profile = profiles[main]
    target = target_of(frame, sample, profile, asked.target)
    period = period_of(frame, time) if time is not None else None
    times = [] if time else [one.name for one in (*moment_columns(sample), *pieces_of(sample))]
    answers = [presence(profile, asked.target, time, period, times), access(tables)]
    step()
    answers.append(quality(Looked(frame, sample, profile, asked.target, time, now)))
    step()
    joins, meets = joinability(tables, profiles, main, asked.expected)
    answers.append(joins)
    wide = widened(sample, profile, tables, main, meets)
    step()
    suspects = suspicions(wide.sample, wide.profile, target, time)
    step()
    features = parameters(wide.profile, asked.target, suspects.columns | set(time.columns if time else ()))
    different = table.rows - duplicates(frame, table.rows) - profile.columns[asked.target].nulls
    answers.append(relevance(target, sample, features, max(different, 0), period))
    step()
    gap = timedelta(days=asked.gap_days) if asked.gap_days is not None else None
    answers.append(promise(wide, target, time, suspects, rows=table.rows, gap=gap))
    step()
    return Study(
        target=asked.target,
        time=asked.time,
        tables=[one.record for one in tables],
        answers=answers,
        said=_summed_up(answers, asked.target),
        sample=sample.height if sample.height < table.rows else 0,
    )


def _summed_up(answers: Sequence[Answer], target: str) -> Said:
    """One sentence: can we?"""
    by = {answer.question: answer for answer in answers}
    refused = [one for one in answers if one.verdict == Verdict.NO and one.question != Question.JOINABILITY]
    careful = [one for one in answers if one.verdict in (Verdict.WITH_CARE, Verdict.NO)]
    promised = by[Question.PROMISE]
    if refused:
        return Said(N_("Not with this data as it is. {why}"), {"why": _reason(refused[-1])})
    args = {"target": target, "why": {"text": promised.said.text, "args": promised.said.args}}
    if promised.verdict == Verdict.NOT_MEASURED:
        return Said(N_("The data allows a try at {target}; no model was tried yet. {why}"), args)
    if careful:
        which = [{"text": SHORT[one.question], "args": {}} for one in careful]
        return Said(N_("Yes, with care. {why} To look at: {which}."), {**args, "which": which})
    return Said(N_("Yes. {why}"), args)


def _reason(answer: Answer) -> dict[str, Any]:
    """The fact that weighs most on a refused answer."""
    facts = [one.said for one in answer.findings if one.verdict == Verdict.NO]
    said = facts[0] if facts else answer.said
    return {"text": said.text, "args": said.args}
