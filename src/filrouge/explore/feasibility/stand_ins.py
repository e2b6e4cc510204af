"""Values that stand for nothing known: an age of 0, a wind of −999, a town called “unknown”."""

from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.shares import counted, share_of
from filrouge.explore.feasibility.words import Finding, Said, Verdict
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["stand_ins"]

_NUMBERS = (0, -1, -9, -99, -999, -9999, 99, 999, 9999, 99999, 999999)
_WORDS = frozenset(
    {"?", "-", "--", ".", "unknown", "undefined", "missing", "not available", "inconnu", "non renseigné"}
)
_LEAST, _MOST = 0.001, 0.5
_LEVELS, _NEAR, _STEPS, _SPREAD = 10, 20, 3, 0.1
_SHOWN = 8


def stand_ins(sample: "pl.DataFrame", target: str) -> list[Finding]:
    """The columns in which a value looks like one that was written for want of another.

    A number counts when it stands at an end, in 0.1 % to 50 % of the rows, and farther from the next value
    than three steps of the values there and than a tenth of the spread of the others.
    """
    import polars as pl

    found: list[Finding] = []
    for name, kind in sample.schema.items():
        if name == target:
            continue
        values = sample.get_column(name).drop_nulls()
        if kind.is_numeric():
            values = values.cast(pl.Float64)  # a column of small integers knows no 9999
            said = [one for one in _NUMBERS if _stands_apart(values, one)]
        elif kind == pl.String:
            levels = counted(values).to_series(0).head(200).to_list()
            said = [one for one in levels if one.strip().lower() in _WORDS]
        else:
            continue
        for one in said[:2]:
            share = share_of(values == one)
            if share >= _LEAST:
                text = N_("{column} is “{value}” in {share} of the rows: does it mean that nothing is known?")
                args = {"column": name, "value": str(one), "share": share}
                found.append(Finding(Verdict.WITH_CARE, Said(text, args)))
    return found[:_SHOWN]


def _stands_apart(values: "pl.Series", one: Any) -> bool:
    share = share_of(values == one)
    if not _LEAST <= share <= _MOST:
        return False
    rest = values.filter(values != one)
    levels = rest.unique().sort()
    if levels.len() < _LEVELS or levels[0] < one < levels[-1]:
        return False
    near = levels.head(_NEAR) if one < levels[0] else levels.tail(_NEAR)
    distance = abs((levels[0] if one < levels[0] else levels[-1]) - one)
    step = near.diff().drop_nulls().median()
    spread = rest.quantile(0.95) - rest.quantile(0.05)  # type: ignore[operator]
    return bool(distance >= _STEPS * step and distance >= _SPREAD * spread)  # type: ignore[operator]
