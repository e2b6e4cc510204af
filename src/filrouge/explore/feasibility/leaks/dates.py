"""Dates whose distance tells the outcome."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.leaks.case import ASK, Case, Suspicion
from filrouge.explore.feasibility.shares import share_of
from filrouge.explore.feasibility.times import Moment, moment_columns, pieces_of
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl


__all__ = ["written_later"]

_QUARTER, _FARTHEST = 15 * 60, 14 * 3600
"""Seconds: time zones differ by quarters of an hour, and from UTC by fourteen hours at most."""


def written_later(case: Case) -> tuple[list[Suspicion], list[Said], timedelta | None]:
    """Dates whose distance to the row's time, or to another date, tells the outcome."""
    others = [
        one for one in moment_columns(case.rows) if case.time is None or one.name not in case.time.columns
    ]
    pieces = [
        one
        for one in pieces_of(case.rows)
        if case.time is None or not set(one.columns) & set(case.time.columns)
    ]
    found: list[Suspicion] = []
    wrong: list[Said] = []
    delay = None
    base = case.time
    for one in [*others[:8], *pieces[:2]] if base is not None else []:
        assert base is not None
        gap = case.rows.select((one.expr - base.expr).dt.total_seconds().alias("gap")).get_column("gap")
        power = case.strength(gap)
        later = share_of(gap > 0)
        reads = {"column": one.name, "time": base.name, "share": power}
        if power >= ASK and len(one.columns) > 1:
            wrong.append(
                Said(
                    N_(
                        "The time between {column} and {time} tells the outcome ({share}): {time} is "
                        "written once it is known. Take the moment of the decision as time."
                    ),
                    reads,
                )
            )
        elif power >= ASK:
            text = N_(
                "The time between {time} and {column} tells the outcome ({share}): {column} is written "
                "once it is known."
            )
            found.append(Suspicion(one.columns, True, Said(text, reads), power))
            delay = delay or _usual(gap)
        elif later >= 0.3 and _another_zone(gap):
            continue
        elif later >= 0.3 and _names_outcome(one.name):
            text = N_("{column} comes after {time} in {share} of the rows, and dates the outcome.")
            found.append(Suspicion(one.columns, True, Said(text, {**reads, "share": later}), power))
            # One date for all is the day when labels were exported, and says nothing of their delay.
            several = case.rows.select(one.expr.n_unique()).item() > 2
            delay = delay or (_usual(gap) if several else None)
        elif later >= 0.3:
            text = N_(
                "{column} comes after {time} in {share} of the rows: is it known when a prediction is due?"
            )
            found.append(Suspicion(one.columns, False, Said(text, {**reads, "share": later}), power))
    if base is None:
        found += _between(case, [*others[:6], *pieces[:2]])
    return found, wrong, delay


def _between(case: Case, moments: Sequence[Moment]) -> list[Suspicion]:
    """Without a column of time: the distance between any two dates."""
    found = []
    for one, other in ((a, b) for place, a in enumerate(moments) for b in moments[place + 1 :]):
        gap = case.rows.select((other.expr - one.expr).dt.total_seconds().alias("gap")).get_column("gap")
        power = case.strength(gap)
        if power >= ASK:
            suspect = min((one, other), key=lambda moment: len(moment.columns))
            text = N_(
                "The time between {a} and {b} tells the outcome ({share}): {column} is written once it is "
                "known."
            )
            args = {"a": one.name, "b": other.name, "share": power, "column": suspect.name}
            found.append(Suspicion(suspect.columns, True, Said(text, args), power))
    return found


def _another_zone(gap: "pl.Series") -> bool:
    """Whether two times are one, told in two time zones: a fixed distance, and another in summer."""
    seconds = gap.drop_nulls().unique()
    return seconds.len() <= 2 and bool((seconds % _QUARTER == 0).all() and (seconds.abs() <= _FARTHEST).all())


def _names_outcome(name: str) -> bool:
    return any(
        word in name.lower() for word in ("label", "outcome", "status", "result", "closed", "resolved")
    )


def _usual(gap: "pl.Series") -> timedelta | None:
    """The delay that nine outcomes of ten do not exceed."""
    late = gap.filter(gap > 0)
    return timedelta(seconds=float(late.quantile(0.9) or 0)) if late.len() >= 50 else None
