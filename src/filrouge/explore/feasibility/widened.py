"""The rows with what the other tables know of them: what a first model sees of a join."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.columns import Profile, clean, profile_of
from filrouge.explore.feasibility.joins import Overlap
from filrouge.explore.feasibility.reading import Opened

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Widened", "widened"]

_LEAST = 0.5
"""The share of rows that must find their key in a table for its columns to be tried."""


@dataclass(frozen=True)
class Widened:
    """Rows, with the columns of the tables that join to them many to one.

    Args:
        sample: the rows; a column that came with a join is called ``table.column``.
        profile: of all these columns; of those that came, over these rows only.
        joined: the tables that were joined.
        left_out: the others.
    """

    sample: "pl.DataFrame"
    profile: Profile
    joined: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def widened(
    sample: "pl.DataFrame", profile: Profile, tables: Sequence[Opened], main: int, meets: Sequence[Overlap]
) -> Widened:
    """Join what names at most one row for each of ours; nothing is multiplied, no row is lost.

    Args:
        sample: rows of the table with the target.
        profile: of that table.
        tables: all that was opened.
        main: which one holds the target.
        meets: how tables meet, the best of each pair first.
    """
    keys = {one.right: one for one in reversed(meets) if one.left == tables[main].name and _usable(one)}
    wide = sample
    for table in tables:
        if table.name in keys:
            wide = _joined(wide, table, keys[table.name])
    others = [table.name for number, table in enumerate(tables) if number != main]
    came = [name for name in wide.columns if name not in sample.columns]
    columns = {
        **profile.columns,
        **(profile_of(wide.select(came).lazy(), wide.height).columns if came else {}),
    }
    return Widened(
        wide,
        Profile(profile.rows, columns),
        tuple(name for name in others if name in keys),
        tuple(name for name in others if name not in keys),
    )


def _usable(one: Overlap) -> bool:
    return one.unique[1] and not one.as_text and one.rows >= _LEAST


def _joined(wide: "pl.DataFrame", table: Opened, key: Overlap) -> "pl.DataFrame":
    import polars as pl

    wanted = wide.select(key.columns).unique().lazy()
    known = clean(table.frame).join(
        wanted.rename(dict(zip(key.columns, key.others, strict=True))), on=list(key.others), how="semi"
    )
    fresh = [pl.col(name).alias(f"{table.name}.{name}") for name in table.columns if name not in key.others]
    # That the key names one row was seen on its first 200,000 values: no row of ours is ever multiplied.
    right = known.select(*key.others, *fresh).unique(list(key.others), keep="any").collect(engine="streaming")
    return wide.join(
        right, left_on=list(key.columns), right_on=list(key.others), how="left", maintain_order="left"
    )
