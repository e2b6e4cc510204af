"""Question 5: is there enough to learn from? Counts, distributions, sample sizes and seasons."""

import math
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.period import Period
from filrouge.explore.feasibility.shares import share_of
from filrouge.explore.feasibility.target import MANY_ZEROS, Target
from filrouge.explore.feasibility.words import Answer, Bars, Finding, Question, Said, Table, Verdict, worst
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["least_rows", "parameters", "relevance"]

_SHRINKAGE = 0.9
_FOLDS, _PER_FOLD = 5, 30
_YEAR = 365
_FEW_PER_CLASS = 50


def least_rows(share: float, features: int) -> int:
    """Rows that a model of a yes-or-no outcome needs at least.

    The larger of two criteria of Riley et al., "Calculating the sample size required for developing a
    clinical prediction model", BMJ 2020;368:m441: the overall share known to ±5 points, and an expected
    shrinkage of 0.9 for a model that explains 15 % of what could be explained at most (Cox–Snell R²).

    Example:
        >>> least_rows(0.5, 10), least_rows(0.05, 10)
        (749, 1781)
    """
    precise = (1.96 / 0.05) ** 2 * share * (1 - share)
    null = share * math.log(share) + (1 - share) * math.log(1 - share)
    explained = 0.15 * (1 - math.exp(2 * null))
    kept = max(features, 1) / ((_SHRINKAGE - 1) * math.log(1 - explained / _SHRINKAGE))
    return math.ceil(max(precise, kept))


def parameters(profile: Profile, target: str, without: set[str]) -> int:
    """How many numbers a plain model would learn: one a measure, one a level beyond the first (up to 20)."""
    total = 0
    for name, one in profile.columns.items():
        if name == target or name in without or one.constant or profile.unique(name):
            continue
        total += 1 if one.kind in ("number", "time") else min(max(one.distinct - 1, 1), 20)
    return total


def relevance(
    target: Target, sample: "pl.DataFrame", features: int, distinct_rows: int, period: Period | None
) -> Answer:
    """Enough rows of each outcome for the features, in each fold, and over the seasons."""
    told = _numeric(target, sample, features, distinct_rows) if target.kind == "numeric" else None
    told = told or _classes(target, features, distinct_rows)
    said, found, shown = told
    if period is not None:
        found += _seasons(period)
    return Answer(Question.RELEVANCE, worst(one.verdict for one in found), said, found, shown)


Told = tuple[Said, list[Finding], list[Table | Bars]]


def _classes(target: Target, features: int, distinct_rows: int) -> Told:
    counts = dict(target.classes)
    known = target.known
    rare = target.positive or target.classes[-1][0]
    events = counts[rare]
    found: list[Finding] = []
    share = events / known
    needed = max(
        least_rows(min(max(count / known, 1e-9), 1 - 1e-9), features)
        for count in ([events] if target.positive else counts.values())
    )
    used = min(known, distinct_rows)
    scarce = min(events, known - events) * used / known
    per = scarce / max(features, 1)
    if not features:
        text = N_("No plain column to learn from: only texts, identifiers or time.")
        found.append(Finding(Verdict.YES, Said(text)))
    elif used < needed:
        text = N_(
            "{n} different rows with an outcome; a model of {features} parameters needs about {needed} "
            "(Riley et al. 2020)."
        )
        said = Said(text, {"n": used, "features": features, "needed": needed})
        found.append(Finding(Verdict.WITH_CARE, said))
    else:
        text = N_(
            "{n} different rows with an outcome are more than the {needed} that {features} parameters need "
            "(Riley et al. 2020)."
        )
        found.append(Finding(Verdict.YES, Said(text, {"n": used, "features": features, "needed": needed})))
    if target.kind == "binary" and features:
        text = N_("{per} events per parameter: {n} of the rarer outcome, for {features} parameters.")
        weight = Verdict.YES if per >= 10 else Verdict.WITH_CARE
        found.append(Finding(weight, Said(text, {"per": per, "n": round(scarce), "features": features})))
    if min(events, known - events) < _FOLDS * _PER_FOLD:
        text = N_(
            "{n} rows of the rarer outcome leave fewer than {least} to each of {folds} folds: measures "
            "will be vague."
        )
        weight = Verdict.NO if events < 2 * _FOLDS else Verdict.WITH_CARE
        found.append(
            Finding(
                weight, Said(text, {"n": min(events, known - events), "least": _PER_FOLD, "folds": _FOLDS})
            )
        )
    thin = [name for name, count in counts.items() if count < _FEW_PER_CLASS]
    if target.kind == "classes":
        if thin:
            text = N_("{n} of {all} classes have fewer than {least} rows: {names}.")
            args = {"n": len(thin), "all": len(counts), "least": _FEW_PER_CLASS, "names": thin[:8]}
            found.append(Finding(Verdict.WITH_CARE, Said(text, args)))
        said = Said(
            N_("{n} classes; the largest holds {share} of the rows, the smallest {rows} rows."),
            {"n": len(counts), "share": target.classes[0][1] / known, "rows": target.classes[-1][1]},
        )
    else:
        text = N_("{target} is “{value}” in {n} of {known} rows ({share}).")
        said = Said(text, {"target": target.name, "value": rare, "n": events, "known": known, "share": share})
    bars = Bars(N_("Rows by class"), [(name, float(count)) for name, count in target.classes[:20]])
    return said, found, [bars]


def _numeric(target: Target, sample: "pl.DataFrame", features: int, distinct_rows: int) -> Told:
    """A number: its distribution, and the rows that its spread and the features ask for."""
    import polars as pl

    known = sample.get_column(target.name).drop_nulls().cast(pl.Float64)
    # Riley et al., Statistics in Medicine 2019;38:1262: the residual spread within 10 % asks for 234 rows
    # beyond the parameters; ten rows a parameter keep the shrinkage modest.
    needed = max(234 + features, 10 * features)
    found: list[Finding] = []
    if not features:
        text = N_("No plain column to learn from: only texts, identifiers or time.")
        weight = Verdict.YES
    elif distinct_rows < needed:
        text = N_(
            "{n} different rows; a model of {features} parameters needs about {needed} (Riley et al. 2019)."
        )
        weight = Verdict.NO if distinct_rows < needed / 4 else Verdict.WITH_CARE
    else:
        text = N_(
            "{n} different rows are more than the {needed} that {features} parameters need (Riley et al. "
            "2019)."
        )
        weight = Verdict.YES
    found.append(Finding(weight, Said(text, {"n": distinct_rows, "features": features, "needed": needed})))
    zero = share_of(known == 0)
    if zero > MANY_ZEROS:
        text = N_("{target} is zero in {share} of the rows: predict first whether, then how much.")
        found.append(Finding(Verdict.WITH_CARE, Said(text, {"target": target.name, "share": zero})))
    skew = known.skew() or 0.0
    if abs(skew) > 3:
        text = N_("{target} has a long tail (skewness {skew}): a few rows weigh most in a mean error.")
        found.append(Finding(Verdict.WITH_CARE, Said(text, {"target": target.name, "skew": skew})))
    marks = [known.quantile(one) for one in (0.01, 0.25, 0.5, 0.75, 0.99)]
    text = N_("{target} is {middle} in the middle; half of the rows lie between {low} and {high}.")
    said = Said(text, {"target": target.name, "middle": marks[2], "low": marks[1], "high": marks[3]})
    return said, found, [_histogram(known, marks[0], marks[4])]


def _histogram(known: "pl.Series", low: float | None, high: float | None) -> Bars:
    inside = known.filter(known.is_between(low, high))
    counts = inside.hist(bin_count=12, include_breakpoint=True)
    edges = counts.get_column("breakpoint").to_list()
    items = [
        ({"text": N_("up to {edge}"), "args": {"edge": edge}}, float(count))
        for edge, count in zip(edges, counts.get_column("count"), strict=True)
    ]
    return Bars(N_("Distribution of the target (from the 1st to the 99th hundredth)"), items)


def _seasons(period: Period) -> list[Finding]:
    days = round(period.days)
    if days < 28:
        text, weight = N_("{days} days are too short to see a week repeat itself."), Verdict.WITH_CARE
    elif days < _YEAR - 5:
        text, weight = N_("{days} days are less than a year: seasons cannot be learned."), Verdict.WITH_CARE
    elif days < 2 * _YEAR - 10:
        text, weight = (
            N_("{days} days: each season is seen once, none can be tested on another year."),
            Verdict.WITH_CARE,
        )
    else:
        text, weight = N_("{days} days: each season is seen twice or more."), Verdict.YES
    return [Finding(weight, Said(text, {"days": days}))]
