"""Question 4: do the tables join, on which keys, and what is lost on the way?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.compound import compound_key
from filrouge.explore.feasibility.reading import Opened
from filrouge.explore.feasibility.shares import number_of
from filrouge.explore.feasibility.words import Answer, Bars, Finding, Question, Said, Table, Verdict, worst
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Overlap", "joinability"]

_WELL, _BADLY = 0.98, 0.5
_KEYS = 200_000
"""Distinct values of a key that are compared, at most."""
_PAIRS = 40


@dataclass(frozen=True)
class Overlap:
    """How two columns of two tables meet, or several (``origin + hour``)."""

    left: str
    right: str
    columns: tuple[str, ...]
    others: tuple[str, ...]
    rows: float
    """Share of the left table's rows whose value the right table knows."""
    back: float
    """Share of the right table's distinct values that the left table uses."""
    unique: tuple[bool, bool]
    """Whether the value names one row, in the left and in the right table."""
    as_text: bool
    """Whether they only meet once blanks, capitals, leading zeros or types are put aside."""

    @property
    def column(self) -> str:
        """The key in the left table, in words."""
        return " + ".join(self.columns)

    @property
    def other(self) -> str:
        """The key in the right table, in words."""
        return " + ".join(self.others)


def joinability(
    tables: Sequence[Opened], profiles: Sequence[Profile], main: int, expected: Sequence[str] = ()
) -> tuple[Answer, list[Overlap]]:
    """Candidate keys of each table, and how well the others join to the one with the target; how they meet.

    Args:
        tables: what was opened.
        profiles: of the tables, in the same order.
        main: which one holds the target.
        expected: names of sources that the product needs besides; empty when nobody said.
    """
    keys = [_keys_of(table, profile) for table, profile in zip(tables, profiles, strict=True)]
    shown: list[Table | Bars] = [_keys_table(tables, keys)]
    if len(tables) == 1:
        return _alone(tables[0], keys[0], expected, shown), []
    found: list[Finding] = []
    lines: list[Overlap] = []
    order = [main, *(number for number in range(len(tables)) if number != main)]
    joined = {main}
    for left, right in combinations(order, 2):
        meet = _with_compound(tables[left], tables[right], (profiles[left], profiles[right]))
        lines += meet
        if meet:
            joined.add(right)
            found += _judged(meet[0])
    for number in order:
        if number not in joined:
            said = Said(
                N_("No column of {name} meets one of the other tables."), {"name": tables[number].name}
            )
            found.append(Finding(Verdict.NO, said))
    shown += _overlap_table(lines)
    said = Said(
        N_("{n} of {others} other tables join to {main}."),
        {"n": len(joined) - 1, "others": len(tables) - 1, "main": tables[main].name},
    )
    return Answer(Question.JOINABILITY, worst(one.verdict for one in found), said, found, shown), lines


def _alone(table: Opened, keys: Sequence[str], expected: Sequence[str], shown: list[Table | Bars]) -> Answer:
    if expected:
        said = Said(
            N_(
                "Only {name} was given; the canvas also needs {others}: give them too, to see whether they "
                "join."
            ),
            {"name": table.name, "others": list(expected)},
        )
        return Answer(Question.JOINABILITY, Verdict.NOT_MEASURED, said, [], shown)
    said = Said(N_("One table: nothing has to be joined. Give another one to see whether it joins."))
    found = []
    if not keys:
        found = [
            Finding(
                Verdict.YES,
                Said(N_("No column names a row by itself: another table has no key to hold on to.")),
            )
        ]
    return Answer(Question.JOINABILITY, Verdict.YES, said, found, shown)


def _keys_of(table: Opened, profile: Profile) -> list[str]:
    """Columns, or a pair of columns, that name one row each; measures (decimals) are no keys."""
    import polars as pl

    schema = table.frame.collect_schema()
    likely = [name for name, kind in schema.items() if not kind.is_float()]
    single = [name for name in likely if profile.unique(name)]
    if single:
        return single
    sizes = {name: profile.columns[name].distinct for name in likely if not profile.columns[name].nulls}
    pairs = [
        pair
        for pair in combinations(sorted(sizes, key=lambda name: -sizes[name])[:8], 2)
        if sizes[pair[0]] * sizes[pair[1]] >= profile.rows
    ]
    for pair in pairs[:6]:
        hashed = table.frame.select(pl.struct(pair).hash().n_unique())
        if int(hashed.collect(engine="streaming").item()) == profile.rows:
            return [" + ".join(pair)]
    return []


def _keys_table(tables: Sequence[Opened], keys: Sequence[Sequence[str]]) -> Table:
    none = {"text": N_("none of one or two columns"), "args": {}}
    rows = [[table.name, list(found[:4]) or none] for table, found in zip(tables, keys, strict=True)]
    return Table(
        N_("Candidate keys"), [(N_("table"), "text"), (N_("columns that name one row"), "text")], rows
    )


def _overlaps(left: Opened, right: Opened, seen: Profile, other: Profile) -> list[Overlap]:
    """The columns that could join two tables, best first."""
    pairs = [(a, b) for a in left.columns for b in right.columns if _may_meet(a, b, seen, other)]
    pairs.sort(
        key=lambda pair: (
            _folded(pair[0]) != _folded(pair[1]),
            -min(_size(seen, pair[0]), _size(other, pair[1])),
        )
    )
    met = (_overlap(left, right, pair, (seen, other)) for pair in pairs[:_PAIRS])
    good = [one for one in met if one is not None]
    return sorted(good, key=lambda one: (not any(one.unique), one.as_text, -one.rows))[:6]


def _with_compound(left: Opened, right: Opened, profiles: tuple[Profile, Profile]) -> list[Overlap]:
    """The columns that could join two tables; several together where each alone repeats in both."""
    meet = _overlaps(left, right, *profiles)
    if not meet or any(meet[0].unique):
        return meet
    pairs = [(one.columns[0], one.others[0]) for one in meet if not one.as_text]
    key = compound_key(left, right, profiles, pairs)
    if key is None:
        return meet
    together = Overlap(
        left.name, right.name, key.columns, key.others, key.rows, key.back, key.unique, as_text=False
    )
    return [together, *meet]


def _size(profile: Profile, name: str) -> int:
    return profile.columns[name].distinct


def _folded(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _may_meet(a: str, b: str, seen: Profile, other: Profile) -> bool:
    """Same name, or one is called after the other (``plane_id`` and ``id``); flags are no keys."""
    one, two = seen.columns[a], other.columns[b]
    if "flag" in (one.kind, two.kind) or min(one.distinct, two.distinct) < 3:
        return False
    names = _folded(a), _folded(b)
    alike = names[0] == names[1] or (
        min(map(len, names)) >= 2 and (names[0].endswith(names[1]) or names[1].endswith(names[0]))
    )
    keyed = one.distinct >= 0.9 * seen.rows or two.distinct >= 0.9 * other.rows
    return alike or (keyed and one.kind == two.kind == "text")


def _overlap(
    left: Opened, right: Opened, pair: tuple[str, str], profiles: tuple[Profile, Profile]
) -> Overlap | None:
    import polars as pl

    values = []
    for table, name in ((left, pair[0]), (right, pair[1])):
        if table.frame.collect_schema()[name].is_float() and not _whole(table, name):
            return None
        counted = table.frame.select(pl.col(name).alias("key")).drop_nulls().group_by("key").len()
        values.append(counted.head(_KEYS).collect(engine="streaming"))
    exact = _meeting(*values) if values[0].schema["key"] == values[1].schema["key"] else (0.0, 0.0)
    loose = _meeting(*(_loosened(one) for one in values))
    as_text = loose[0] > exact[0] + 0.02
    rows, back = loose if as_text else exact
    if rows < 0.05 or max(rows, back) < 0.2:
        return None
    unique = tuple(
        profile.unique(name) or number_of(one.get_column("len").max()) == 1
        for profile, name, one in zip(profiles, pair, values, strict=True)
    )
    return Overlap(left.name, right.name, (pair[0],), (pair[1],), rows, back, (unique[0], unique[1]), as_text)


def _whole(table: Opened, name: str) -> bool:
    import polars as pl

    column = pl.col(name).drop_nulls()
    return bool(table.frame.head(50_000).select((column == column.round()).all()).collect().item())


def _meeting(left: "pl.DataFrame", right: "pl.DataFrame") -> tuple[float, float]:
    """Share of left rows whose key the right one knows; share of right keys that the left one uses."""
    known = left.join(right.select("key"), on="key", how="semi")
    rows = number_of(left.get_column("len").sum())
    return (
        number_of(known.get_column("len").sum()) / rows if rows else 0.0,
        known.height / right.height if right.height else 0.0,
    )


def _loosened(values: "pl.DataFrame") -> "pl.DataFrame":
    """Keys as texts, without blanks, capitals, leading zeros or a decimal ``.0``."""
    import polars as pl

    text = pl.col("key").cast(pl.String).str.strip_chars().str.to_lowercase()
    text = text.str.replace(r"\.0$", "").str.replace(r"^0+(.)", "$1")
    return values.with_columns(text).group_by("key").agg(pl.col("len").sum())


def _judged(best: Overlap) -> list[Finding]:
    where = {"left": best.left, "right": best.right, "column": best.column, "other": best.other}
    weight = Verdict.YES if best.rows >= _WELL else Verdict.WITH_CARE if best.rows >= _BADLY else Verdict.NO
    said = Said(
        N_(
            "{left}.{column} finds a row of {right}.{other} for {share} of its rows; {share_back} of those "
            "values are used."
        ),
        {**where, "share": best.rows, "share_back": best.back},
    )
    found = [Finding(weight, said)]
    if not any(best.unique):
        text = N_(
            "{left}.{column} and {right}.{other} both repeat: joining them multiplies rows (many to many)."
        )
        found.append(Finding(Verdict.WITH_CARE, Said(text, where)))
    if best.as_text:
        text = N_(
            "{left}.{column} and {right}.{other} are written differently (“007” and 7, blanks, capitals): "
            "they only meet once cleaned."
        )
        found.append(Finding(Verdict.WITH_CARE, Said(text, where)))
    return found


def _overlap_table(lines: Sequence[Overlap]) -> list[Table | Bars]:
    if not lines:
        return []
    both, one, many = N_("one to one"), N_("many to one"), N_("many to many")
    words = {(True, True): both, (False, True): one, (True, False): N_("one to many"), (False, False): many}
    rows: list[list[Any]] = [
        [
            f"{line.left}.{line.column}",
            f"{line.right}.{line.other}",
            line.rows,
            line.back,
            {"text": words[line.unique], "args": {}},
        ]
        for line in lines[:12]
    ]
    headings = [
        (N_("from"), "text"),
        (N_("to"), "text"),
        (N_("rows that find their key"), "share"),
        (N_("keys that are used"), "share"),
        (N_("kind"), "text"),
    ]
    return [Table(N_("Where tables meet"), headings, rows)]
