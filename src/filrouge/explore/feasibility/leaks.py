"""Columns that know the outcome: too good alone, filled or written when it is known, dated after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.shares import share_of
from filrouge.explore.feasibility.strength import levels_of, strength
from filrouge.explore.feasibility.sums import sums_of
from filrouge.explore.feasibility.target import Target
from filrouge.explore.feasibility.times import Moment, moment_columns, pieces_of
from filrouge.explore.feasibility.words import Said
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Suspicion", "Suspicions", "suspicions"]

_COPY, _ASK = 0.94, 0.8
"""Strength of one column alone, from which it is a copy of the outcome, or has to be asked about."""
_PURE, _LEAST_PURE = 0.985, 20
_COVERS = 0.02
_LEVELS = 50


@dataclass(frozen=True)
class Suspicion:
    """Columns suspected to know the outcome.

    Args:
        columns: which ones.
        sure: whether they cannot be used as they are; otherwise somebody has to say when they are written.
        said: the reason.
        strength: how well they tell the outcome alone, where it was measured.
    """

    columns: tuple[str, ...]
    sure: bool
    said: Said
    strength: float = 0.0


@dataclass(frozen=True)
class Suspicions:
    """All of them, and what was learned on the way."""

    found: tuple[Suspicion, ...]
    strengths: tuple[tuple[str, float], ...]
    """Every column alone, strongest first."""
    time: tuple[Said, ...] = ()
    """What is wrong with the column of time itself."""
    delay: timedelta | None = None
    """How long the outcome takes to be known, where a column dates it."""

    @property
    def columns(self) -> set[str]:
        """All suspected columns."""
        return {name for one in self.found for name in one.columns}


@dataclass(frozen=True)
class _Case:
    """Rows with a known outcome, and what is tested on them."""

    rows: "pl.DataFrame"
    outcome: Any
    target: Target
    time: Moment | None
    names: tuple[str, ...]

    def strength(self, values: "pl.Series") -> float:
        return strength(levels_of(values), self.outcome, self.target.kind)


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
    case = _Case(rows.filter(pl.Series(known)), outcome[known], target, time, names)
    alone = {name: case.strength(case.rows.get_column(name)) for name in names}
    found = [*_too_good(alone, target), *_filled_with_it(rows, ~known, names), *_filled_by_it(case, alone)]
    found += [*_pure(case, alone), *_revised(case)]
    if target.kind == "numeric":
        found += [*_parts(case), *_capped(case)]
    dated, wrong, delay = _dated(case)
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


def _too_good(alone: dict[str, float], target: Target) -> list[Suspicion]:
    found = []
    for name, power in alone.items():
        if power < _ASK:
            continue
        text = N_("{column} alone tells nearly everything about {target} ({share}): when is it written?")
        if power >= _COPY:
            text = N_("{column} alone tells {target} ({share}): it is the outcome under another name.")
        said = Said(text, {"column": name, "target": target.name, "share": power})
        found.append(Suspicion((name,), power >= _COPY, said, power))
    return found


def _filled_with_it(rows: "pl.DataFrame", unknown: Any, names: Sequence[str]) -> list[Suspicion]:
    """Columns that are empty where the outcome is not known, and filled where it is."""
    import polars as pl

    missing = pl.Series(unknown)
    if missing.sum() < _LEAST_PURE or missing.sum() > 0.9 * rows.height:
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


def _filled_by_it(case: _Case, alone: dict[str, float]) -> list[Suspicion]:
    """Columns whose being filled or not already tells the outcome."""
    found = []
    for name in case.names:
        void = case.rows.get_column(name).is_null()
        if not 0.005 <= share_of(void) <= 0.995:
            continue
        power = case.strength(void)
        if power >= _ASK and power >= 0.8 * alone[name]:
            text = N_(
                "{column} is filled or empty by the outcome ({share}): it is written once the outcome is "
                "known."
            )
            found.append(Suspicion((name,), True, Said(text, {"column": name, "share": power}), power + 1))
    return found


def _pure(case: _Case, alone: dict[str, float]) -> list[Suspicion]:
    """Values that always come with the same outcome, beyond chance."""
    if case.target.kind != "binary":
        return []
    import numpy as np

    base = float(case.outcome.mean())
    found: list[tuple[str, Any, float]] = []
    for name in case.names:
        level = levels_of(case.rows.get_column(name))
        if len(np.unique(level)) > _LEVELS or alone[name] >= _COPY:
            continue
        counts = np.bincount(level)
        shares = np.bincount(level, case.outcome) / np.maximum(counts, 1)
        always = (shares >= _PURE) & (counts >= _LEAST_PURE) & (base <= 0.7)
        never = (shares <= 1 - _PURE) & (counts >= 10 * _LEAST_PURE) & (base >= 0.2) & (shares < base / 20)
        for pure, side in ((always, 1.0), (never, 0.0)):
            rows = pure[level]
            side_rows = max(int((case.outcome == side).sum()), 1)
            if rows.mean() >= _COVERS or int((rows & (case.outcome == side)).sum()) >= 0.1 * side_rows:
                found.append((name, rows, side))
    return _pure_said(case, found)


def _pure_said(case: _Case, found: Sequence[tuple[str, Any, float]]) -> list[Suspicion]:
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


def _revised(case: _Case) -> list[Suspicion]:
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


def _later(case: _Case, first: str, second: str) -> str:
    """Of two copies, the one that tells more about the outcome together with the other: the later one.

    Where both tell as much, the one that stands further right in the table.
    """
    order = {name: place for place, name in enumerate(case.rows.columns)}
    return max((first, second), key=lambda name: order[name])


def _parts(case: _Case) -> list[Suspicion]:
    """Columns that the outcome is the sum of, or that sum up with it."""
    import polars as pl

    with_target = case.rows.select(*case.names, case.target.name)
    measures = [name for name, kind in with_target.schema.items() if kind.is_numeric()]
    found = []
    for total, parts, _broken in sums_of(with_target.select(pl.col(name) for name in measures)):
        family = (total, *parts)
        if case.target.name in family:
            others = tuple(name for name in family if name != case.target.name)
            rule = f"{total} = {' + '.join(parts)}"
            said = Said(N_("{rule}: together these columns are the outcome."), {"rule": rule})
            found.append(Suspicion(others, True, said, 1.0))
    return found


def _capped(case: _Case) -> list[Suspicion]:
    """A state in which the outcome is nearly always zero, though not elsewhere: a stock-out."""
    import numpy as np

    found = []
    for name in case.names:
        level = levels_of(case.rows.get_column(name))
        counts = np.bincount(level)
        if np.count_nonzero(counts) > 10:
            continue
        for state in np.flatnonzero((counts >= 200) & (counts >= _COVERS * len(level))):
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


def _dated(case: _Case) -> tuple[list[Suspicion], list[Said], timedelta | None]:
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
        if power >= _ASK and len(one.columns) > 1:
            wrong.append(
                Said(
                    N_(
                        "The time between {column} and {time} tells the outcome ({share}): {time} is "
                        "written once it is known. Take the moment of the decision as time."
                    ),
                    reads,
                )
            )
        elif power >= _ASK:
            text = N_(
                "The time between {time} and {column} tells the outcome ({share}): {column} is written "
                "once it is known."
            )
            found.append(Suspicion(one.columns, True, Said(text, reads), power))
            delay = delay or _usual(gap)
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


def _between(case: _Case, moments: Sequence[Moment]) -> list[Suspicion]:
    """Without a column of time: the distance between any two dates."""
    found = []
    for one, other in ((a, b) for place, a in enumerate(moments) for b in moments[place + 1 :]):
        gap = case.rows.select((other.expr - one.expr).dt.total_seconds().alias("gap")).get_column("gap")
        power = case.strength(gap)
        if power >= _ASK:
            suspect = min((one, other), key=lambda moment: len(moment.columns))
            text = N_(
                "The time between {a} and {b} tells the outcome ({share}): {column} is written once it is "
                "known."
            )
            args = {"a": one.name, "b": other.name, "share": power, "column": suspect.name}
            found.append(Suspicion(suspect.columns, True, Said(text, args), power))
    return found


def _names_outcome(name: str) -> bool:
    return any(
        word in name.lower() for word in ("label", "outcome", "status", "result", "closed", "resolved")
    )


def _usual(gap: "pl.Series") -> timedelta | None:
    """The delay that nine outcomes of ten do not exceed."""
    late = gap.filter(gap > 0)
    return timedelta(seconds=float(late.quantile(0.9) or 0)) if late.len() >= 50 else None
