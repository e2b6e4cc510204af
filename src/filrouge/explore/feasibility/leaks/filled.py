"""Columns that are filled, or left empty, once the outcome is known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.leaks.case import ASK, Case, Suspicion
from filrouge.explore.feasibility.shares import share_of
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl


__all__ = ["filled_by_it", "filled_with_it"]

_FEW = 20


def filled_with_it(rows: "pl.DataFrame", unknown: Any, names: Sequence[str]) -> list[Suspicion]:
    """Columns that are empty where the outcome is not known, and filled where it is."""
    import polars as pl

    missing = pl.Series(unknown)
    if missing.sum() < _FEW or missing.sum() > 0.9 * rows.height:
        return []
    found = []
    for name in names:
        void = rows.get_column(name).is_null()
        without, with_it = share_of(void.filter(missing)), share_of(void.filter(~missing))
        if without >= 0.5 and with_it <= 0.02:
            text = N_(
                "{column} is empty in {share} of the rows whose outcome is missing, and filled where it is "
                "known."
            )
            found.append(Suspicion((name,), True, Said(text, {"column": name, "share": without}), without))
    return found


def filled_by_it(case: Case, alone: dict[str, float]) -> list[Suspicion]:
    """Columns whose being filled or not already tells the outcome."""
    found = []
    for name in case.names:
        void = case.rows.get_column(name).is_null()
        if not 0.005 <= share_of(void) <= 0.995:
            continue
        power = case.strength(void)
        if power >= ASK and power >= 0.8 * alone[name]:
            text = N_(
                "{column} is filled or empty by the outcome ({share}): it is written once the outcome is "
                "known."
            )
            found.append(Suspicion((name,), True, Said(text, {"column": name, "share": power}), power + 1))
    return found
