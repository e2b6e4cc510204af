"""Numbers that the outcome is made of, or that cap it."""

from filrouge.explore.feasibility.leaks.case import COVERS, Case, Suspicion
from filrouge.explore.feasibility.strength import levels_of
from filrouge.explore.feasibility.sums import sums_of
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

__all__ = ["capped", "parts"]


def parts(case: Case) -> list[Suspicion]:
    """Columns that the outcome is the sum of, or that sum up with it."""
    import polars as pl

    with_target = case.rows.select(*case.names, case.target.name)
    measures = [name for name, kind in with_target.schema.items() if kind.is_numeric()]
    found = []
    for total, terms, _broken in sums_of(with_target.select(pl.col(name) for name in measures)):
        family = (total, *terms)
        if case.target.name in family:
            others = tuple(name for name in family if name != case.target.name)
            rule = f"{total} = {' + '.join(terms)}"
            said = Said(N_("{rule}: together these columns are the outcome."), {"rule": rule})
            found.append(Suspicion(others, True, said, 1.0))
    return found


def capped(case: Case) -> list[Suspicion]:
    """A state in which the outcome is nearly always zero, though not elsewhere: a stock-out."""
    import numpy as np

    found = []
    for name in case.names:
        level = levels_of(case.rows.get_column(name))
        counts = np.bincount(level)
        if np.count_nonzero(counts) > 10:
            continue
        for state in np.flatnonzero((counts >= 200) & (counts >= COVERS * len(level))):
            inside = level == state
            zero = float((case.outcome[inside] == 0).mean()), float((case.outcome[~inside] == 0).mean())
            here, elsewhere = abs(case.outcome[inside]).mean(), abs(case.outcome[~inside]).mean()
            if zero[0] < 0.95 or zero[1] > 0.85 or here > 0.2 * elsewhere:
                continue
            text = N_(
                "{column} = {value}: {target} is zero in {share} of these {n} rows. Does it cap the "
                "outcome, so that what would have been stays unseen?"
            )
            first = case.rows.get_column(name)[int(np.flatnonzero(inside)[0])]
            args = {
                "column": name,
                "value": str(first),
                "target": case.target.name,
                "share": zero[0],
                "n": int(inside.sum()),
            }
            found.append(Suspicion((name,), False, Said(text, args)))
    return found
