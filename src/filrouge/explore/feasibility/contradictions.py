"""Columns that contradict each other: rules that nearly all rows keep, and the rows that break them."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.shares import counted
from filrouge.explore.feasibility.sums import sums_of
from filrouge.explore.feasibility.times import Moment, moment_columns
from filrouge.explore.feasibility.words import Bars, Finding, Said, Table, Verdict
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["contradictions", "determined"]

_FEW = 0.01
"""Share of rows that may break a rule and still leave it a rule."""
_LEVELS = 3_000
_SHOWN = 8


def contradictions(sample: "pl.DataFrame", time: Moment | None) -> tuple[list[Finding], list[Table | Bars]]:
    """Functions, sums and orders that hold in all but a few rows."""
    found: list[Finding] = []
    rows: list[list[Any]] = []
    pairs = determined(sample, without=time.columns if time else ())
    for cause, effect, broken in pairs:
        if broken:
            rows.append(
                [Said(N_("{a} decides {b}"), {"a": cause, "b": effect}), broken, broken / sample.height]
            )
    for cause, effects in _told_by(pairs).items():
        said = Said(N_("{a} decides {b}: they say nothing that it does not say."), {"a": cause, "b": effects})
        found.append(Finding(Verdict.YES, said))
    for total, parts, broken in sums_of(sample):
        rule = Said(N_("{total} = {parts}"), {"total": total, "parts": " + ".join(parts)})
        if broken:
            rows.append([rule, broken, broken / sample.height])
        else:
            found.append(Finding(Verdict.YES, rule))
    rows += _orders(sample, time)
    rows.sort(key=lambda row: -row[2])
    for rule, broken, share in rows[:_SHOWN]:
        said = Said(
            N_("{rule}: all rows but {n} ({share})."),
            {"rule": {"text": rule.text, "args": rule.args}, "n": broken, "share": share},
        )
        found.append(Finding(Verdict.WITH_CARE, said))
    headings = [(N_("rule that nearly all rows keep"), "text"), (N_("rows that break it"), "number")]
    table = Table(N_("Contradictions"), [*headings, (N_("share"), "share")], _plain(rows[:12]))
    return found, [table] if rows else []


def _plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[{"text": rule.text, "args": rule.args}, broken, share] for rule, broken, share in rows]


def _told_by(pairs: Sequence[tuple[str, str, int]]) -> dict[str, list[str]]:
    """What each column decides without exception, at the top of each chain only."""
    sure = [(cause, effect) for cause, effect, broken in pairs if not broken]
    below = {effect for _cause, effect in sure}
    told: dict[str, list[str]] = {}
    for cause, effect in sure:
        if cause not in below:
            told.setdefault(cause, []).append(effect)
    return told


def determined(sample: "pl.DataFrame", without: Sequence[str] = ()) -> list[tuple[str, str, int]]:
    """Pairs of columns where the first decides the second, with the rows in which it does not.

    Only what could not hold by chance counts: a cause with many rows per value, an effect that varies.
    """
    import polars as pl

    levels = {name: sample.get_column(name).n_unique() for name in sample.columns}
    limit = min(_LEVELS, sample.height // 10)
    codes = {}
    for name, count in levels.items():
        if name in without or sample.schema[name].is_temporal() or _is_measure(sample.get_column(name)):
            continue
        top = counted(sample.get_column(name)).item(0, "count") / sample.height
        if 2 <= count <= limit and top <= 0.9:
            codes[name] = sample.get_column(name).cast(pl.String).fill_null("∅").rank("dense").cast(pl.UInt32)
    found: list[tuple[str, str, int]] = []
    quick = min(sample.height, 4_000)
    for cause, effect in ((a, b) for a in codes for b in codes if a != b and 2 * levels[a] >= levels[b] > 2):
        if _broken(codes[cause].head(quick), codes[effect].head(quick), levels[effect]) > 0.03 * quick:
            continue
        broken = _broken(codes[cause], codes[effect], levels[effect])
        if broken > _FEW * sample.height or (not broken and levels[cause] > 0.02 * sample.height):
            continue
        if levels[cause] == levels[effect] and any(pair[:2] == (effect, cause) for pair in found):
            continue
        found.append((cause, effect, broken))
    return found


def _is_measure(values: "pl.Series") -> bool:
    """Whether it holds decimals: what a measure seems to decide, it decides by chance."""
    return values.dtype.is_float() and bool((values != values.round()).any())


def _broken(cause: "pl.Series", effect: "pl.Series", levels: int) -> int:
    """Rows whose effect is not the usual one of their cause."""
    import numpy as np

    pairs = cause.to_numpy().astype(np.int64) * (levels + 2) + effect.to_numpy()
    seen, counts = np.unique(pairs, return_counts=True)
    causes = seen // (levels + 2)
    starts = np.flatnonzero(np.r_[True, causes[1:] != causes[:-1]])
    usual = np.maximum.reduceat(counts, starts).sum()
    return int(len(pairs) - usual)


def _orders(sample: "pl.DataFrame", time: Moment | None) -> list[list[Any]]:
    """Dates that come in one order in nearly all rows."""
    import polars as pl

    moments = moment_columns(sample)
    if time is not None and time.name not in {one.name for one in moments}:
        moments.append(time)
    rows: list[list[Any]] = []
    for one, other in combinations(moments[:8], 2):
        if set(one.columns) & set(other.columns):
            continue
        pair = sample.select(one.expr.alias("a"), other.expr.alias("b")).drop_nulls()
        if pair.height < 100:
            continue
        before, after = (
            int(pair.select(test.sum()).item()) for test in _order_tests(pl.col("a"), pl.col("b"))
        )
        for first, last, broken in ((one, other, after), (other, one, before)):
            if 0 < broken <= _FEW * pair.height:
                rule = Said(N_("{a} comes before {b}"), {"a": first.name, "b": last.name})
                rows.append([rule, broken, broken / sample.height])
    return rows


def _order_tests(a: "pl.Expr", b: "pl.Expr") -> tuple["pl.Expr", "pl.Expr"]:
    return a < b, a > b
