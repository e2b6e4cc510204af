"""Tables that join on several columns together, where each column alone would multiply rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.reading import Opened
from filrouge.explore.feasibility.shares import number_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CompoundKey", "compound_key"]

_COLUMNS = 3
_LEAST = 0.5


@dataclass(frozen=True)
class CompoundKey:
    """Columns that name one row together.

    Args:
        columns: of the left table.
        others: of the right table, in the same order.
        rows: share of the left table's rows whose key the right table knows.
        back: share of the right table's distinct keys that the left table uses.
        unique: whether the key names one row, in the left and in the right table.
    """

    columns: tuple[str, ...]
    others: tuple[str, ...]
    rows: float
    back: float
    unique: tuple[bool, bool]


def compound_key(
    left: Opened, right: Opened, profiles: tuple[Profile, Profile], pairs: Sequence[tuple[str, str]]
) -> CompoundKey | None:
    """The fewest columns that name one row of a table together, and join most rows.

    Args:
        left: a table.
        right: the other one.
        profiles: of both.
        pairs: columns that meet one by one: of the left, of the right.
    """
    for size in range(2, _COLUMNS + 1):
        found = []
        for several in combinations(pairs, size):
            columns, others = tuple(pair[0] for pair in several), tuple(pair[1] for pair in several)
            if len(set(columns)) < size or len(set(others)) < size:
                continue
            unique = (_unique(left, columns, profiles[0]), _unique(right, others, profiles[1]))
            if any(unique):
                found.append(_met(left, right, columns, others, unique))
        best = max(found, key=lambda one: one.rows, default=None)
        if best is not None and best.rows >= _LEAST:
            return best
    return None


def _unique(table: Opened, columns: Sequence[str], profile: Profile) -> bool:
    """Whether the columns name one row each; asked of the data only where their values could suffice."""
    import polars as pl

    could = 1
    for name in columns:
        could *= max(1, profile.columns[name].distinct)
    if could < profile.rows or any(profile.columns[name].nulls for name in columns):
        return False
    hashed = table.frame.select(pl.struct(columns).hash().n_unique())
    return int(hashed.collect(engine="streaming").item()) == profile.rows


def _met(
    left: Opened, right: Opened, columns: tuple[str, ...], others: tuple[str, ...], unique: tuple[bool, bool]
) -> CompoundKey:
    one, two = _counted(left, columns), _counted(right, others)
    known = one.join(two, on=one.columns[:-1], how="semi")
    rows = number_of(one.get_column("len").sum())
    return CompoundKey(
        columns,
        others,
        number_of(known.get_column("len").sum()) / rows if rows else 0.0,
        known.height / two.height if two.height else 0.0,
        unique,
    )


def _counted(table: Opened, columns: Sequence[str]) -> "pl.DataFrame":
    import polars as pl

    keys = [pl.col(name).alias(f"key{number}") for number, name in enumerate(columns)]
    counted = table.frame.select(keys).drop_nulls().group_by(pl.all()).len()
    return counted.collect(engine="streaming")
