"""Which rows teach and which rows judge: the past teaches, the future judges, with a gap where needed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.times import Moment
from filrouge.explore.feasibility.words import Said, moment_words
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Folds", "folds_of"]

_BLOCKS, _JUDGED = 5, 3
_LEAST = 50


@dataclass(frozen=True)
class Folds:
    """Pairs of rows that teach and rows that judge, and how they were made."""

    pairs: tuple[tuple[Any, Any], ...]
    labels: tuple[str, ...]
    ordered: bool
    """Whether the future judges."""
    said: Said


def folds_of(
    rows: "pl.DataFrame", outcome: Any, time: Moment | None, kind: str, gap: timedelta | None
) -> Folds | None:
    """The folds; none where no part of the rows could teach and judge.

    Args:
        rows: in the order of time, where there is one.
        outcome: of the rows.
        time: when they happened.
        kind: of the outcome.
        gap: what is left out between those that teach and those that judge.
    """
    if time is not None:
        return _in_time(rows, outcome, time, kind, gap or timedelta(0))
    return _sorted_or_not(outcome, kind)


def _in_time(rows: "pl.DataFrame", outcome: Any, time: Moment, kind: str, gap: timedelta) -> Folds | None:
    import numpy as np

    at = rows.select(time.expr.alias("at")).get_column("at").to_numpy()
    # A moment is never on both sides: cuts fall between moments.
    cuts = [at[min(len(at) - 1, len(at) * block // _BLOCKS)] for block in range(_BLOCKS + 1)]
    gap = min(gap, timedelta(seconds=float((at[-1] - at[0]) / np.timedelta64(1, "s")) / 4))
    pairs, labels = [], []
    for block in range(_BLOCKS - _JUDGED, _BLOCKS):
        start, end = cuts[block], cuts[block + 1]
        judge = np.flatnonzero((at >= start) & ((at < end) | (block == _BLOCKS - 1)))
        teach = np.flatnonzero(at < start - np.timedelta64(int(gap.total_seconds() * 1e6), "us"))
        if _fit(outcome, teach, judge, kind):
            pairs.append((teach, judge))
            labels.append(f"{moment_words(start.astype('datetime64[us]').item())} →")
    if not pairs:
        return None
    said = Said(
        N_("The past teaches, the future judges: {n} parts of the period in turn."), {"n": len(pairs)}
    )
    if gap:
        text = N_(
            "The past teaches, the future judges: {n} parts of the period in turn, {days} days apart, for "
            "the outcome is known late."
        )
        said = Said(text, {"n": len(pairs), "days": round(gap / timedelta(days=1), 1)})
    return Folds(tuple(pairs), tuple(labels), True, said)


def _sorted_or_not(outcome: Any, kind: str) -> Folds | None:
    """Without time: neighbouring rows stay together, unless the table is sorted by the outcome."""
    import numpy as np

    count = len(outcome)
    order = np.arange(count)
    grouped = _grouped(outcome, kind)
    if grouped:
        order = np.random.default_rng(7).permutation(count)
    pairs, labels = [], []
    for number, judge in enumerate(np.array_split(order, _BLOCKS)):
        teach = np.setdiff1d(order, judge)
        if _fit(outcome, teach, judge, kind):
            pairs.append((teach, np.sort(judge)))
            labels.append(f"{number + 1}/{_BLOCKS}")
    if not pairs:
        return None
    text = N_(
        "No time: blocks of neighbouring rows judge in turn. Nothing shows that it will hold in the future."
    )
    if grouped:
        text = N_(
            "No time, and rows sorted by outcome: rows drawn at random judge. This flatters; nothing shows "
            "that it will hold in the future."
        )
    return Folds(tuple(pairs), tuple(labels), False, Said(text))


def _grouped(outcome: Any, kind: str) -> bool:
    """Whether rows of the same outcome stand together."""
    import numpy as np

    if kind == "numeric":
        return bool(np.all(np.diff(outcome) >= 0) or np.all(np.diff(outcome) <= 0))
    changes = float((outcome[1:] != outcome[:-1]).mean())
    shares = np.bincount(outcome.astype(int)) / len(outcome)
    return changes < 0.2 * float(1 - (shares**2).sum())


def _fit(outcome: Any, teach: Any, judge: Any, kind: str) -> bool:
    import numpy as np

    if min(len(teach), len(judge)) < _LEAST:
        return False
    if kind == "numeric":
        return True
    return all(len(np.unique(outcome[part])) > 1 for part in (teach, judge))
