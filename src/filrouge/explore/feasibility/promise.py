"""Question 6: is a first simple model promising, honestly judged, with and without suspected columns?"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.design import Design, design_of
from filrouge.explore.feasibility.folds import Folds, folds_of
from filrouge.explore.feasibility.leaks import Suspicions
from filrouge.explore.feasibility.models import Guess, guesses
from filrouge.explore.feasibility.scores import SCORES, Score, score_of
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.times import Moment
from filrouge.explore.feasibility.widened import Widened
from filrouge.explore.feasibility.words import Answer, Bars, Finding, Question, Said, Table, Verdict, worst
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["promise"]

_ROWS = 40_000
_LEAST = 200
_ORDERED = 0.15
"""The rank correlation from which guesses are worth something although their mean error is not."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class _Tried:
    name: str
    score: Score
    folds: tuple[float, ...]


def promise(
    wide: Widened,
    target: Target,
    time: Moment | None,
    suspects: Suspicions,
    *,
    rows: int,
    gap: timedelta | None = None,
) -> Answer:
    """Try a naive model and a simple one, in the order of time where there is one.

    Args:
        wide: rows to learn from and to judge on, with what joined tables know of them.
        target: what is predicted.
        time: when each row happened.
        suspects: columns that may know the outcome.
        rows: of the whole table, to say what the sample is of.
        gap: between the rows that teach and those that judge; by default the delay of
            the outcome, where known.
    """
    found = _suspected(suspects)
    shown: list[Table | Bars] = [_alone(suspects)] if suspects.strengths else []
    if find_spec("sklearn") is None:
        said = Said(
            N_("scikit-learn is not installed, so no model was tried: pip install 'filrouge[build]'.")
        )
        return Answer(Question.PROMISE, Verdict.NOT_MEASURED, said, found, shown)

    outcome = target.encoded(wide.sample)
    learned = _rows_of(wide.sample, outcome, time)
    if learned.height < _LEAST:
        said = Said(
            N_("Only {n} different rows have an outcome: too few to judge a model."), {"n": learned.height}
        )
        return Answer(Question.PROMISE, Verdict.NO, said, found, shown)
    outcome = target.encoded(learned)
    folds = folds_of(learned, outcome, time, target.kind, gap if gap is not None else suspects.delay)
    if folds is None:
        said = Said(
            N_("The period is too short, or one outcome too rare, to learn on one part and judge on another.")
        )
        return Answer(Question.PROMISE, Verdict.NOT_MEASURED, said, found, shown)
    design = design_of(learned, wide.profile, target.name, time)
    tried = _tried(design, outcome, target, folds, suspects.columns)
    shown += [_scores_table(tried, target), *_folds_bars(tried, folds)]
    found += _how(folds, learned.height, rows, wide)
    return _answer(tried, found, shown, target, suspects, empty=not design.names and not design.texts)


def _rows_of(sample: "pl.DataFrame", outcome: Any, time: Moment | None) -> "pl.DataFrame":
    """Different rows with an outcome, in the order of time: at most 40,000, spread evenly."""
    import numpy as np
    import polars as pl

    rows = sample.filter(pl.Series(np.isfinite(outcome))).unique(maintain_order=True)
    if time is not None:
        rows = (
            rows.with_columns(time.expr.alias("__at"))
            .drop_nulls("__at")
            .sort("__at", maintain_order=True)
            .drop("__at")
        )
    if rows.height <= _ROWS:
        return rows
    picked = np.sort(np.random.default_rng(7).choice(rows.height, _ROWS, replace=False))
    return rows[picked]


def _tried(design: Design, outcome: Any, target: Target, folds: Folds, suspected: set[str]) -> list[_Tried]:
    clean = design.without(suspected)
    plans: list[tuple[str, Design | None]] = [(N_("naive"), None), (N_("simple"), clean)]
    if suspected & {*design.names, *design.texts}:
        plans.append((N_("simple, with the suspected columns"), design))
    tried = []
    for name, plan in plans:
        told: Sequence[Guess] = guesses(plan, outcome, folds.pairs, target)
        score, each = score_of(target, outcome, told)
        tried.append(_Tried(name, score, each))
    return tried


def _answer(
    tried: Sequence[_Tried],
    found: list[Finding],
    shown: list[Table | Bars],
    target: Target,
    suspects: Suspicions,
    *,
    empty: bool,
) -> Answer:
    naive, simple = tried[0].score, tried[1].score
    metric = SCORES[target.metric]
    verdict = metric.verdict(simple, naive)
    if empty:
        said = Said(N_("No column is left to predict from: nothing could be tried."))
        return Answer(Question.PROMISE, Verdict.NO, said, found, shown)
    values = {"value": simple.value, "low": simple.low, "high": simple.high, "naive": naive.value}
    shares = {f"share_{name}": value for name, value in values.items()}
    said = Said(metric.texts[verdict], {"metric": {"text": metric.name}, **values, **shares})
    if target.metric == "numeric" and verdict == Verdict.NO and simple.others[1] >= _ORDERED:
        verdict = Verdict.WITH_CARE
        ordered = N_(
            "{result} But it puts the rows in order a little (rank correlation {rank}): try a target of yes "
            "or no, as “more than so much”."
        )
        said = Said(ordered, {"result": {"text": said.text, "args": said.args}, "rank": simple.others[1]})
    if suspects.found:
        verdict = worst([verdict], Verdict.WITH_CARE)
        text = N_("{result} Left out, for they may know the outcome: {names}.")
        said = Said(
            text, {"result": {"text": said.text, "args": said.args}, "names": sorted(suspects.columns)}
        )
    return Answer(Question.PROMISE, verdict, said, found, shown)


def _suspected(suspects: Suspicions) -> list[Finding]:
    found = [Finding(Verdict.WITH_CARE, one.said) for one in suspects.found]
    return [*[Finding(Verdict.WITH_CARE, said) for said in suspects.time], *found]


def _how(folds: Folds, learned: int, rows: int, wide: Widened) -> list[Finding]:
    found = [Finding(Verdict.YES if folds.ordered else Verdict.WITH_CARE, folds.said)]
    if wide.joined:
        said = Said(N_("The model saw the columns of these tables too: {names}."), {"names": wide.joined})
        found.append(Finding(Verdict.YES, said))
    if wide.left_out:
        text = N_("Not seen by the model, for no key of theirs names one row: {names}.")
        found.append(Finding(Verdict.WITH_CARE, Said(text, {"names": wide.left_out})))
    if learned < rows:
        text = N_("The model saw {n} different rows with an outcome, of {rows}.")
        found.append(Finding(Verdict.YES, Said(text, {"n": learned, "rows": rows})))
    return found


def _alone(suspects: Suspicions) -> Bars:
    items: list[tuple[Any, float]] = list(suspects.strengths[:10])
    return Bars(N_("What each column alone tells of the outcome"), items, "share")


def _scores_table(tried: Sequence[_Tried], target: Target) -> Table:
    metric = SCORES[target.metric]
    kind = "share" if metric.share else "number"
    headings = [(N_("model"), "text"), (metric.name, kind), (N_("from"), kind), (N_("to"), kind)]
    headings += [(name, how) for name, how in metric.others]
    rows = [
        [{"text": one.name, "args": {}}, one.score.value, one.score.low, one.score.high, *one.score.others]
        for one in tried
    ]
    return Table(N_("Models tried, with intervals that hold in 95 cases of 100"), headings, rows)


def _folds_bars(tried: Sequence[_Tried], folds: Folds) -> list[Table | Bars]:
    values = [value for value in tried[1].folds if math.isfinite(value)]
    if len(values) < 2:
        return []
    labels = [
        label for label, value in zip(folds.labels, tried[1].folds, strict=True) if math.isfinite(value)
    ]
    return [Bars(N_("The simple model, part by part"), list(zip(labels, values, strict=True)))]
