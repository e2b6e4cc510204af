"""A second copy of a column, changed later."""

from filrouge.explore.feasibility.leaks.case import Case, Suspicion
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

__all__ = ["revised"]


def revised(case: Case) -> list[Suspicion]:
    """A second copy of a column, changed later: where it differs, the outcome is another."""
    import numpy as np
    import polars as pl

    if case.target.kind == "classes":
        return []
    texts = {}
    for name in case.names:
        if case.rows.schema[name] == pl.String:
            levels = set(case.rows.get_column(name).drop_nulls().unique().head(301).to_list())
            if 3 <= len(levels) <= 300:
                texts[name] = levels
    found = []
    for first, second in ((a, b) for a in texts for b in texts if a < b):
        shared = len(texts[first] & texts[second])
        if shared < 0.7 * min(len(texts[first]), len(texts[second])):
            continue
        one, other = case.rows.get_column(first), case.rows.get_column(second)
        differs = (one != other).fill_null(False).to_numpy()
        share = float(differs.mean())
        if not 0.005 <= share <= 0.4:
            continue
        rates = float(case.outcome[differs].mean()), float(case.outcome[~differs].mean())
        spread = float(case.outcome.std()) / max(np.sqrt(differs.sum()), 1)
        low, high = sorted(abs(rate) for rate in rates)
        if high < 3 * low or abs(rates[0] - rates[1]) < 10 * spread:
            continue
        text = N_(
            "{a} and {b} differ in {share} of the rows, and there {target} is {there} against {elsewhere}: "
            "one of them is changed later."
        )
        args = {"a": first, "b": second, "share": share, "target": case.target.name}
        if case.target.kind == "binary":
            args |= {
                "there": {"text": "{share}", "args": {"share": rates[0]}},
                "elsewhere": {"text": "{share}", "args": {"share": rates[1]}},
            }
        else:
            args |= {"there": rates[0], "elsewhere": rates[1]}
        found.append(Suspicion((_later(case, first, second),), False, Said(text, args)))
    return found


def _later(case: Case, first: str, second: str) -> str:
    """Of two copies, the one that stands further right in the table: people append what comes later."""
    order = {name: place for place, name in enumerate(case.rows.columns)}
    return max((first, second), key=lambda name: order[name])
