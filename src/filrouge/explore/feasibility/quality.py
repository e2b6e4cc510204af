"""Question 3: the quality of the table that holds the target."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.contradictions import contradictions
from filrouge.explore.feasibility.drift import drift
from filrouge.explore.feasibility.shares import counted, number_of, share_of
from filrouge.explore.feasibility.stand_ins import stand_ins
from filrouge.explore.feasibility.times import Moment, moment_columns
from filrouge.explore.feasibility.words import Answer, Bars, Finding, Question, Said, Table, Verdict, worst
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Looked", "duplicates", "is_prose", "quality"]

_NEAR_CONSTANT = 0.995
_MANY_MISSING, _MOSTLY_MISSING = 0.05, 0.5
_SHOWN = 12


@dataclass(frozen=True)
class Looked:
    """What the measures of quality look at."""

    frame: "pl.LazyFrame"
    sample: "pl.DataFrame"
    profile: Profile
    target: str
    time: Moment | None
    now: datetime


def quality(looked: Looked) -> Answer:
    """Duplicates, what is missing or stands for it, silent columns, mixtures, contradictions, drift."""
    found: list[Finding] = []
    evidence: list[Table | Bars] = []
    for part in (_duplicated, _missing, _silent, _mixed, _dates, _drifting):
        more, shown = part(looked)
        found += more
        evidence += shown
    found += stand_ins(looked.sample, looked.target)
    more, shown = contradictions(looked.sample, looked.time)
    found += more
    evidence += shown
    faults = [one for one in found if one.verdict != Verdict.YES]
    if faults:
        first = max(faults, key=lambda one: one.verdict == Verdict.NO)
        said = Said(
            N_("{n} things to look at; first: {first}"),
            {"n": len(faults), "first": {"text": first.said.text, "args": first.said.args}},
        )
        if len(faults) == 1:
            said = first.said
    else:
        said = Said(N_("Nothing is missing, doubled, contradictory or drifting beyond measure."))
    return Answer(Question.QUALITY, worst(one.verdict for one in found), said, found, evidence)


Found = tuple[list[Finding], list[Table | Bars]]


def _missing(looked: Looked) -> Found:
    rows = looked.profile.rows
    shares = {name: one.nulls / rows for name, one in looked.profile.columns.items() if one.nulls}
    worst_first = sorted(shares.items(), key=lambda pair: -pair[1])
    found = []
    empty = [name for name, share in worst_first if share == 1]
    mostly = [name for name, share in worst_first if _MOSTLY_MISSING <= share < 1 and name != looked.target]
    some = [
        name
        for name, share in worst_first
        if _MANY_MISSING <= share < _MOSTLY_MISSING and name != looked.target
    ]
    for names, text in (
        (empty, N_("Empty columns: {names}.")),
        (mostly, N_("More than half missing: {names}.")),
        (some, N_("More than 5 % missing: {names}.")),
    ):
        if names:
            found.append(Finding(Verdict.WITH_CARE, Said(text, {"names": _few(names)})))
    infinite = [name for name, one in looked.profile.columns.items() if one.infinite]
    if infinite:
        said = Said(N_("Infinite values, taken as missing: {names}."), {"names": _few(infinite)})
        found.append(Finding(Verdict.WITH_CARE, said))
    bars: list[Table | Bars] = []
    if worst_first:
        bars = [Bars(N_("Missing values, by column"), list(worst_first[:_SHOWN]), "share")]
    return found, bars


def duplicates(frame: "pl.LazyFrame", rows: int) -> int:
    """How many rows repeat another one exactly, counted on 64-bit hashes."""
    import polars as pl

    hashed = frame.select(pl.struct(pl.all()).hash(seed=7).alias("row"))
    return rows - int(hashed.select(pl.col("row").n_unique()).collect(engine="streaming").item())


def _duplicated(looked: Looked) -> Found:
    rows = looked.profile.rows
    repeated = duplicates(looked.frame, rows)
    if not repeated:
        return [], []
    share = repeated / rows
    said = Said(
        N_(
            "{n} rows ({share}) repeat another row exactly. Are they the same event twice, or is a key "
            "missing?"
        ),
        {"n": repeated, "share": share},
    )
    return [Finding(Verdict.WITH_CARE if share >= 0.001 else Verdict.YES, said)], []


def _silent(looked: Looked) -> Found:
    """Columns that say nothing by themselves: constant, nearly so, or identifiers."""
    constant, nearly, keys, texts = [], [], [], []
    for name, one in looked.profile.columns.items():
        if name == looked.target or one.nulls == looked.profile.rows:
            continue
        if one.constant and not one.nulls:
            constant.append(name)
        elif _top_share(looked.sample, name) >= _NEAR_CONSTANT:
            nearly.append(name)
        elif is_prose(looked.sample, name):
            texts.append(name)
        elif _is_key(looked, name):
            keys.append(name)
    found = []
    for names, text in (
        (constant, N_("Constant columns, which teach nothing: {names}.")),
        (nearly, N_("One value in 99.5 % of the rows or more: {names}.")),
        (texts, N_("Free text: {names}.")),
        (keys, N_("Identifiers, different in each row and of no use to a model: {names}.")),
    ):
        if names:
            found.append(Finding(Verdict.YES, Said(text, {"names": _few(names)})))
    return found, []


def _is_key(looked: Looked, name: str) -> bool:
    """A text or a whole number that differs in each row (measures may too, by chance: they are decimals)."""
    one, kind = looked.profile.columns[name], looked.sample.schema[name]
    taken = looked.time is not None and name in looked.time.columns
    return not taken and looked.profile.unique(name) and (one.kind == "text" or kind.is_integer())


def is_prose(sample: "pl.DataFrame", name: str) -> bool:
    """Whether a column holds sentences rather than names."""
    import polars as pl

    if sample.schema[name] != pl.String:
        return False
    known = sample.get_column(name).drop_nulls().head(2_000)
    words = number_of((known.str.strip_chars().str.count_matches(r"\s+") + 1).mean())
    return bool(words >= 4 and known.n_unique() > 0.3 * known.len())


def _top_share(sample: "pl.DataFrame", name: str) -> float:
    known = sample.get_column(name).drop_nulls()
    if known.len() < 0.5 * sample.height:
        return 0.0
    return float(counted(known).item(0, "count")) / known.len()


def _mixed(looked: Looked) -> Found:
    """Numbers among texts, and texts that differ only by blanks or capitals."""
    import polars as pl

    found, blurred, rows = [], [], []
    for name, kind in looked.sample.schema.items():
        if kind != pl.String:
            continue
        known = looked.sample.get_column(name).drop_nulls()
        if not known.len():
            continue
        numeric = share_of(known.str.contains(r"^\s*[-+]?\d+([.,]\d+)?\s*$"))
        if 0.5 <= numeric < 1:
            others = known.filter(~known.str.contains(r"^\s*[-+]?\d")).unique(maintain_order=True).head(4)
            said = Said(
                N_("{column} mixes numbers ({share}) with texts: {texts}."),
                {"column": name, "share": numeric, "texts": others.to_list()},
            )
            found.append(Finding(Verdict.WITH_CARE, said))
        levels = known.unique()
        if levels.len() > 2_000:
            continue
        folded = levels.to_frame("as").with_columns(
            pl.col("as").str.strip_chars().str.to_lowercase().alias("folded")
        )
        twice = folded.group_by("folded").agg(pl.col("as").sort()).filter(pl.col("as").list.len() > 1)
        if twice.height:
            blurred.append(name)
            rows += [[name, [f"“{one}”" for one in several]] for several in twice.get_column("as").head(6)]
    if blurred:
        said = Said(N_("Categories that differ only by blanks or capitals, in: {names}."), {"names": blurred})
        found.append(Finding(Verdict.WITH_CARE, said))
    headings = [(N_("column"), "text"), (N_("written as"), "text")]
    shown: list[Table | Bars] = [Table(N_("One category, several writings"), headings, rows[:_SHOWN])]
    return found, shown if rows else []


def _dates(looked: Looked) -> Found:
    """Dates that cannot be: unreadable, long past or to come; and signs that make no sense."""
    import polars as pl

    found = []
    moments = moment_columns(looked.sample)
    if looked.time is not None and len(looked.time.columns) > 1:
        moments.append(looked.time)
    for one in moments:
        read = looked.sample.select(one.expr.alias("at"), pl.col(one.columns[0]).is_not_null().alias("known"))
        bad = read.filter(pl.col("known") & pl.col("at").is_null()).height
        old = read.filter(pl.col("at") < datetime(1900, 1, 1)).height
        late = read.filter(pl.col("at") > looked.now.replace(tzinfo=None) + timedelta(days=2)).height
        for count, text in (
            (bad, N_("{column}: {n} values are no date of the calendar.")),
            (old, N_("{column}: {n} dates before 1900.")),
            (late if late < 0.5 * read.height else 0, N_("{column}: {n} dates in the future.")),
        ):
            if count:
                said = Said(text, {"column": one.name, "n": count})
                found.append(Finding(Verdict.WITH_CARE, said))
    for name, kind in looked.sample.schema.items():
        if kind.is_numeric():
            values = looked.sample.get_column(name)
            below = int((values < 0).sum() or 0)
            if 0 < below <= max(1, 0.0005 * looked.sample.height) and name != looked.target:
                text = N_("{column} is below zero in {n} of {rows} rows only.")
                said = Said(text, {"column": name, "n": below, "rows": looked.sample.height})
                found.append(Finding(Verdict.WITH_CARE, said))
    return found, []


def _drifting(looked: Looked) -> Found:
    return ([], []) if looked.time is None else drift(looked.sample, looked.time, looked.target)


def _few(names: Iterable[str]) -> list[Any]:
    """At most eight names; then how many more."""
    listed = list(names)
    more = len(listed) - 8
    rest: list[Any] = [{"text": N_("and {n} more"), "args": {"n": more}}] if more > 0 else []
    return [*listed[:8], *rest]
