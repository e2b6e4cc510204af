"""The column to predict: what kind of outcome it is, and what makes it one that cannot be learned."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filrouge.explore.feasibility.columns import Profile
from filrouge.explore.feasibility.faults import BadTarget
from filrouge.explore.feasibility.quality import is_prose
from filrouge.explore.feasibility.shares import share_of
from filrouge.kernel.figures import figure
from filrouge.kernel.i18n import _, ngettext

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MANY_ZEROS", "MOST_CLASSES", "Target", "target_of"]

MOST_CLASSES = 200
MANY_ZEROS = 0.4
_FEW_NUMBERS = 10


@dataclass(frozen=True)
class Target:
    """An outcome: ``binary``, ``classes`` or ``numeric``."""

    name: str
    kind: str
    classes: tuple[tuple[str, int], ...] = ()
    """Classes with their rows (all rows), largest first."""
    positive: str = ""
    """Of a binary outcome: the class that is looked for, the rarer one unless one reads as yes."""
    sparse: bool = False
    """Of a number: whether it is zero so often that its median says nothing."""

    @property
    def known(self) -> int:
        """Rows whose class is known."""
        return sum(count for _name, count in self.classes)

    @property
    def metric(self) -> str:
        """By what a model of it is judged: its kind, or ``sparse``."""
        return "sparse" if self.sparse else self.kind

    @property
    def share(self) -> float:
        """Of a binary outcome: the share of the class that is looked for."""
        return dict(self.classes)[self.positive] / self.known

    def encoded(self, sample: "pl.DataFrame") -> Any:
        """The outcome of each row: 0 or 1, the number of its class, or itself; NaN when missing."""
        import numpy as np
        import polars as pl

        values = sample.get_column(self.name)
        if self.kind == "numeric":
            return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        text = values.cast(pl.String)
        if self.kind == "binary":
            return (text == self.positive).cast(pl.Float64).fill_null(float("nan")).to_numpy()
        numbers = {name: float(number) for number, (name, _count) in enumerate(self.classes)}
        return np.array([numbers.get(one, float("nan")) for one in text.to_list()])


def target_of(frame: "pl.LazyFrame", sample: "pl.DataFrame", profile: Profile, name: str) -> Target:
    """Look at the column to predict.

    Raises:
        BadTarget: nothing could be learned of it.
    """
    column = profile.columns[name]
    if column.nulls - column.infinite >= profile.rows:
        what = _("The target '{name}' is missing in every row.").format(name=name)
        raise _bad(what, _("Name the column that holds the outcome."))
    if column.infinite:
        count = column.infinite
        what = ngettext(
            "The target '{name}' is infinite in {n} row.",
            "The target '{name}' is infinite in {n} rows.",
            count,
        ).format(name=name, n=count)
        raise _bad(what, _("Replace these by a number, or by nothing."))
    if column.constant:
        what = _("The target '{name}' has the same value in every row.").format(name=name)
        raise _bad(what, _("Give a period in which both outcomes happened."))
    kind = sample.schema[name]
    if kind.is_temporal():
        what = _("The target '{name}' is a time.").format(name=name)
        raise _bad(what, _("Derive what is to be predicted of it first: a delay, or yes and no."))
    if profile.unique(name) and (column.kind == "text" or _counts(sample, name)):
        what = _("The target '{name}' is different in every row: it looks like the key.").format(name=name)
        raise _bad(what, _("Name the outcome, not the identifier."))
    whole = column.kind == "number" and not _decimal(sample, name)
    if column.kind == "number" and not (whole and column.distinct <= _FEW_NUMBERS):
        zero = share_of(sample.get_column(name) == 0)
        return Target(name, "numeric", sparse=zero > MANY_ZEROS)
    if column.distinct > MOST_CLASSES or is_prose(sample, name):
        what = _("The target '{name}' has {count} classes; {most} at most can be looked at.").format(
            name=name, count=figure(column.distinct), most=MOST_CLASSES
        )
        raise _bad(what, _("Group the classes first, for instance into families."))
    return _classes(frame, name)


def _classes(frame: "pl.LazyFrame", name: str) -> Target:
    import polars as pl

    counted = frame.select(pl.col(name).cast(pl.String).alias("class")).drop_nulls().group_by("class").len()
    rows = counted.sort(["len", "class"], descending=[True, False]).collect(engine="streaming").rows()
    classes = tuple((str(one), int(count)) for one, count in rows)
    if len(classes) > 2:
        return Target(name, "classes", classes)
    words = {one.lower(): one for one, _count in classes}
    yes = next((words[word] for word in ("1", "true", "yes", "y", "oui") if word in words), classes[-1][0])
    return Target(name, "binary", classes, yes)


def _bad(what: str, action: str) -> BadTarget:
    return BadTarget(what, where="--target", action=action)


def _decimal(sample: "pl.DataFrame", name: str) -> bool:
    known = sample.get_column(name).drop_nulls()
    return known.dtype.is_float() and bool((known != known.round()).any())


def _counts(sample: "pl.DataFrame", name: str) -> bool:
    """Whether whole numbers follow each other like the numbers of rows."""
    known = sample.get_column(name).drop_nulls()
    if not known.dtype.is_integer() and _decimal(sample, name):
        return False
    ordered = bool(known.is_sorted()) or bool(known.is_sorted(descending=True))
    return ordered or bool(known.max() - known.min() + 1 == known.len())  # type: ignore[operator]
