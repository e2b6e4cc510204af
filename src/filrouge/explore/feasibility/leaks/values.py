"""Columns that tell the outcome alone, and values that always come with it."""

from collections.abc import Sequence
from typing import Any

from filrouge.explore.feasibility.leaks.case import ASK, COPY, COVERS, Case, Suspicion
from filrouge.explore.feasibility.strength import levels_of
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

__all__ = ["pure_values", "too_good"]

_PURE, _LEAST_PURE = 0.985, 20
_LEVELS = 50


def too_good(alone: dict[str, float], target: Target) -> list[Suspicion]:
    """Columns that tell the outcome, one by one."""
    found = []
    for name, power in alone.items():
        if power < ASK:
            continue
        text = N_("{column} alone tells nearly everything about {target} ({share}): when is it written?")
        if power >= COPY:
            text = N_("{column} alone tells {target} ({share}): it is the outcome under another name.")
        said = Said(text, {"column": name, "target": target.name, "share": power})
        found.append(Suspicion((name,), power >= COPY, said, power))
    return found


def pure_values(case: Case, alone: dict[str, float]) -> list[Suspicion]:
    """Values that always come with the same outcome, beyond chance."""
    if case.target.kind != "binary":
        return []
    import numpy as np

    base = float(case.outcome.mean())
    found: list[tuple[str, Any, float]] = []
    for name in case.names:
        level = levels_of(case.rows.get_column(name))
        if len(np.unique(level)) > _LEVELS or alone[name] >= COPY:
            continue
        counts = np.bincount(level)
        shares = np.bincount(level, case.outcome) / np.maximum(counts, 1)
        always = (shares >= _PURE) & (counts >= _LEAST_PURE) & (base <= 0.7)
        never = (shares <= 1 - _PURE) & (counts >= 10 * _LEAST_PURE) & (base >= 0.2) & (shares < base / 20)
        for pure, side in ((always, 1.0), (never, 0.0)):
            rows = pure[level]
            side_rows = max(int((case.outcome == side).sum()), 1)
            if rows.mean() >= COVERS or int((rows & (case.outcome == side)).sum()) >= 0.1 * side_rows:
                found.append((name, rows, side))
    return _pure_said(case, found)


def _pure_said(case: Case, found: Sequence[tuple[str, Any, float]]) -> list[Suspicion]:
    """One by one; and together, where their values make up nearly all of the outcome."""
    import numpy as np

    positive = case.outcome == 1
    always = [(name, rows) for name, rows, side in found if side == 1.0]
    covered = np.zeros(len(positive), bool)
    for _name, rows in always:
        covered |= rows
    share = float((covered & positive).sum() / max(positive.sum(), 1))
    if len(always) > 1 and share >= 0.9:
        names = tuple(name for name, _rows in always)
        text = N_(
            "{names}: their values make up {share} of {target}; they are its causes or parts, known only "
            "with it."
        )
        args = {"names": list(names), "share": share, "target": case.target.name}
        return [Suspicion(names, True, Said(text, args), 1.0)]
    suspected = []
    for name, rows, side in found:
        text = N_(
            "{column}: in {n} rows that share a value, the outcome is nearly always {target}. Is it "
            "written before or after?"
        )
        if side == 0.0:
            text = N_(
                "{column}: in {n} rows that share a value, the outcome is nearly never {target}. Is it "
                "written before or after?"
            )
        target = f"{case.target.name} = {case.target.positive}"
        said = Said(text, {"column": name, "n": int(rows.sum()), "target": target})
        suspected.append(Suspicion((name,), False, said))
    return suspected
