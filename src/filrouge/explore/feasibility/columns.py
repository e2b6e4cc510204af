"""Each column in one pass over all rows, and the sample that the finer measures look at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CELLS", "SAMPLE", "Column", "Profile", "clean", "profile_of", "sample_of"]

SAMPLE = 120_000
"""Rows that the finer measures look at, at most."""
CELLS = 5_000_000
"""Values of a sample, at most: wide tables are looked at by fewer rows."""
_EXACT = 300_000
_MIX = 2_654_435_761


@dataclass(frozen=True)
class Column:
    """What all rows say of a column."""

    name: str
    kind: str
    """``number``, ``flag``, ``text`` or ``time``."""
    nulls: int
    distinct: int
    """Without the missing value; estimated within 2 % on large tables."""
    infinite: int = 0
    low: Any = None
    high: Any = None

    @property
    def constant(self) -> bool:
        """Whether it never varies."""
        return self.distinct <= 1


@dataclass(frozen=True)
class Profile:
    """A table, column by column."""

    rows: int
    columns: dict[str, Column]

    def unique(self, name: str) -> bool:
        """Whether each row has a value of its own."""
        column = self.columns[name]
        return column.nulls == 0 and column.distinct == self.rows > 1


def clean(frame: "pl.LazyFrame") -> "pl.LazyFrame":
    """Without values that are no numbers: infinite ones and NaN are missing."""
    import polars as pl

    floats = [name for name, kind in frame.collect_schema().items() if kind.is_float()]
    finite = [pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats]
    return frame.with_columns(finite)


def profile_of(frame: "pl.LazyFrame", rows: int) -> Profile:
    """Look at all rows once; a second time at the columns that may be keys."""
    import polars as pl

    schema = frame.collect_schema()
    exact = rows <= _EXACT
    wanted = []
    for number, (name, kind) in enumerate(schema.items()):
        column = pl.col(name)
        wanted.append(column.null_count().alias(f"{number}:nulls"))
        known = column.drop_nulls()
        wanted.append((known.n_unique() if exact else known.approx_n_unique()).alias(f"{number}:distinct"))
        if kind.is_float():
            wanted.append(column.is_infinite().sum().alias(f"{number}:infinite"))
        if kind.is_numeric() or kind.is_temporal():
            wanted += [column.min().alias(f"{number}:low"), column.max().alias(f"{number}:high")]
    seen = frame.select(wanted).collect(engine="streaming").row(0, named=True)
    columns = {}
    for number, (name, kind) in enumerate(schema.items()):
        said = {key.partition(":")[2]: value for key, value in seen.items() if key.startswith(f"{number}:")}
        columns[name] = Column(name, _kind(kind), **said)
    if not exact:
        near = [name for name, one in columns.items() if not one.nulls and one.distinct >= 0.95 * rows]
        for name in near:
            # Counted on 64-bit hashes: a tenth of the memory of the values.
            counted = frame.select(pl.col(name).hash().n_unique()).collect(engine="streaming").item()
            columns[name] = Column(**{**vars(columns[name]), "distinct": counted})
    return Profile(rows, columns)


def _kind(kind: "pl.DataType") -> str:
    import polars as pl

    if kind == pl.Boolean:
        return "flag"
    if kind.is_temporal():
        return "time"
    return "number" if kind.is_numeric() else "text"


def sample_of(frame: "pl.LazyFrame", rows: int, columns: int) -> "pl.DataFrame":
    """Rows spread over the whole table, always the same ones, in the order of the table."""
    import polars as pl

    wanted = min(SAMPLE, CELLS // max(columns, 1))
    if rows <= wanted:
        return frame.collect()
    row = "__row"
    mixed = (pl.col(row).cast(pl.UInt64) * _MIX) % 2**32
    picked = frame.with_row_index(row).filter(mixed < int(wanted / rows * 2**32)).drop(row)
    return picked.collect(engine="streaming")
