"""The table as a simple model takes it: numbers, categories by number, words of a text, parts of the time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.quality import is_prose
from filrouge.explore.feasibility.shares import counted
from filrouge.explore.feasibility.times import Moment, moment_columns

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Design", "design_of"]

_LEVELS = 200
_WORDS = 24
_CALENDAR = ("month", "weekday", "hour")


@dataclass(frozen=True)
class Design:
    """Features of rows, in their order.

    Args:
        values: one row each; NaN is missing.
        names: of the columns of ``values``, each after the column it comes from.
        categories: which of them are numbers of categories.
        texts: sentences of the rows, by column.
    """

    values: Any
    names: tuple[str, ...]
    categories: tuple[bool, ...]
    texts: dict[str, list[str]]

    def without(self, columns: set[str]) -> "Design":
        """Without what comes from some columns."""
        keep = [number for number, name in enumerate(self.names) if name not in columns]
        texts = {name: text for name, text in self.texts.items() if name not in columns}
        return Design(
            self.values[:, keep],
            tuple(self.names[number] for number in keep),
            tuple(self.categories[number] for number in keep),
            texts,
        )


def design_of(rows: "pl.DataFrame", profile: Profile, target: str, time: Moment | None) -> Design:
    """Features without fitting anything to the outcome: identifiers and constants are left out."""
    import numpy as np
    import polars as pl

    at = rows.select(time.expr.alias("at")).get_column("at") if time is not None else None
    dates = {one.name: one for one in moment_columns(rows)}
    made: list[tuple[str, bool, Any]] = []
    texts: dict[str, list[str]] = {}
    for name, kind in rows.schema.items():
        column = profile.columns[name]
        if name == target or column.constant or (time is not None and name in time.columns):
            continue
        values = rows.get_column(name)
        if is_prose(rows, name):
            texts[name] = values.fill_null("").to_list()
        elif name in dates:
            made += _date(rows, dates[name], at)
        elif profile.unique(name) and (column.kind == "text" or kind.is_integer()):
            continue
        elif kind.is_numeric() or kind == pl.Boolean:
            made.append((name, False, values.cast(pl.Float64).fill_null(float("nan")).to_numpy()))
        elif kind == pl.String:
            made.append((name, True, _codes(values)))
    if at is not None and time is not None:
        made += [(f"time: {part}", False, _part(at, part)) for part in _CALENDAR if _part_varies(at, part)]
    stacked = np.column_stack([one[2] for one in made]) if made else np.empty((rows.height, 0))
    return Design(stacked, tuple(one[0] for one in made), tuple(one[1] for one in made), texts)


def _codes(values: "pl.Series") -> Any:
    """The most frequent categories by number; the rest is one category, missing is missing."""
    import polars as pl

    levels = counted(values.drop_nulls()).to_series(0).head(_LEVELS).to_list()
    numbers = {level: float(number) for number, level in enumerate(levels)}
    coded = values.replace_strict(numbers, default=float(len(levels)), return_dtype=pl.Float64)
    return pl.select(pl.when(values.is_null()).then(float("nan")).otherwise(coded)).to_series().to_numpy()


def _date(rows: "pl.DataFrame", one: Moment, at: "pl.Series | None") -> list[tuple[str, bool, Any]]:
    """Another date: its distance in days to the row's time; without one it cannot be used for a model."""
    import polars as pl

    if at is None:
        return []
    other = rows.select(one.expr.alias("other")).get_column("other")
    days = (other - at).dt.total_seconds().cast(pl.Float64) / 86_400
    return [(one.name, False, days.fill_null(float("nan")).to_numpy())]


def _part(at: "pl.Series", part: str) -> Any:
    import polars as pl

    return getattr(at.dt, part)().cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _part_varies(at: "pl.Series", part: str) -> bool:
    return bool(getattr(at.dt, part)().n_unique() > 1)
