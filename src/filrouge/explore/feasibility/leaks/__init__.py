"""Columns that know the outcome: too good alone, filled or written when it is known, dated after it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.leaks.case import Case, Suspicion, Suspicions
from filrouge.explore.feasibility.leaks.dates import written_later
from filrouge.explore.feasibility.leaks.filled import filled_by_it, filled_with_it
from filrouge.explore.feasibility.leaks.numbers import capped, parts
from filrouge.explore.feasibility.leaks.revised import revised
from filrouge.explore.feasibility.leaks.values import pure_values, too_good
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.times import Moment

if TYPE_CHECKING:
    import polars as pl


__all__ = ["Suspicion", "Suspicions", "suspicions"]


def suspicions(sample: "pl.DataFrame", profile: Profile, target: Target, time: Moment | None) -> Suspicions:
    """Look for columns that know the outcome, and for the reason why they do."""
    import numpy as np
    import polars as pl

    # A row that is there twice would let a column recognise itself.
    rows = sample.unique(maintain_order=True)
    outcome = target.encoded(rows)
    known = np.isfinite(outcome)
    if known.sum() < 100:
        return Suspicions((), ())
    spared = {target.name, *(time.columns if time else ())}
    names = tuple(name for name in rows.columns if name not in spared and not profile.columns[name].constant)
    case = Case(rows.filter(pl.Series(known)), outcome[known], target, time, names)
    alone = {name: case.strength(case.rows.get_column(name)) for name in names}
    found = [*too_good(alone, target), *filled_with_it(rows, ~known, names), *filled_by_it(case, alone)]
    found += [*pure_values(case, alone), *revised(case)]
    if target.kind == "numeric":
        found += [*parts(case), *capped(case)]
    dated, wrong, delay = written_later(case)
    found += dated
    ranked = tuple(sorted(alone.items(), key=lambda pair: -pair[1]))
    return Suspicions(_merged(found), ranked, tuple(wrong), delay)


def _merged(found: Iterable[Suspicion]) -> tuple[Suspicion, ...]:
    """Each column once, under its gravest reason."""
    ordered = sorted(found, key=lambda one: (not one.sure, -one.strength))
    kept: list[Suspicion] = []
    seen: set[str] = set()
    for one in ordered:
        fresh = tuple(name for name in one.columns if name not in seen)
        if fresh:
            seen.update(one.columns)
            kept.append(one)
    return tuple(kept)
