"""The training table: features beside the labels that were known at a moment, in order of time."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BrokenFeatures", "EmptyTraining", "TrainingTable", "training_table"]

_LACKING_FEATURES = N_("The features lack the columns {missing}.")
_LACKING_LABELS = N_("The labels lack the columns {missing}.")
_TWICE_FEATURES = N_("The features hold the same {key} more than once.")
_TWICE_LABELS = N_("The labels hold the same {key} more than once.")


class EmptyTraining(FilrougeError):
    """There is no row to learn from."""

    code = "training.empty"


class BrokenFeatures(FilrougeError):
    """The features or labels cannot be joined as their declarations say."""

    code = "training.features"


@dataclass(frozen=True, kw_only=True)
class TrainingTable:
    """Rows in order of time: ``features`` holds feature columns only."""

    features: "pl.DataFrame"
    labels: "pl.Series"
    times: "pl.Series"

    @property
    def rows(self) -> int:
        """How many."""
        return self.features.height

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the content: equal data give an equal one."""
        whole = self.features.with_columns(self.labels, self.times.alias("__time"))
        content = io.BytesIO()
        whole.write_ipc(content)
        return hashlib.sha256(content.getbuffer()).hexdigest()

    def part(self, first: int, last: int) -> "TrainingTable":
        """The rows ``first`` (included) to ``last`` (excluded)."""
        size = last - first
        return TrainingTable(
            features=self.features.slice(first, size),
            labels=self.labels.slice(first, size),
            times=self.times.slice(first, size),
        )

    def split(self, validation: float) -> tuple["TrainingTable", "TrainingTable"]:
        """An earlier and a later part; the later covers the last ``validation`` of the period."""
        start, end = self.times[0], self.times[-1]
        cut = end - (end - start) * validation
        first = int((self.times < cut).sum())
        return self.part(0, first), self.part(first, self.rows)


def training_table(
    features: "pl.DataFrame",
    labels: "pl.DataFrame",
    *,
    key: tuple[str, ...],
    time: str,
    target: str,
    known_at: str = "",
    start: datetime,
    end: datetime,
    as_of: datetime,
    where: str = "",
) -> TrainingTable:
    """Join features and labels by key, keeping events of the period whose label was known at ``as_of``.

    Args:
        features: one row per event: key, time and features.
        labels: key, target and the time each label was known.
        key: columns that identify an event.
        time: the event's time.
        target: the label's column.
        known_at: the column of ``labels`` that says since when; all are known without it.
        start: first moment of the period.
        end: its end, excluded.
        as_of: labels known later are not seen.
        where: the model, for errors.

    Raises:
        BrokenFeatures: columns are missing, or keys are not unique.
        EmptyTraining: no row is left.
    """
    import polars as pl

    wanted = [
        (features, [*key, time], _LACKING_FEATURES, _TWICE_FEATURES),
        (labels, [*key, target, *filter(None, [known_at])], _LACKING_LABELS, _TWICE_LABELS),
    ]
    for frame, columns, lacking, twice in wanted:
        if missing := [column for column in columns if column not in frame.columns]:
            raise BrokenFeatures(_(lacking).format(missing=", ".join(missing)), where=where)
        if frame.select(key).is_duplicated().any():
            raise BrokenFeatures(
                _(twice).format(key=", ".join(key)),
                where=where,
                action=_("Give one row per event."),
            )
    known = labels.filter(pl.col(known_at) <= as_of) if known_at else labels
    known = known.select(*key, pl.col(target).alias("__label")).drop_nulls("__label")
    joined = (
        features.filter(pl.col(time).is_between(start, end, closed="left"))
        .join(known, on=list(key), how="inner")
        .sort(time, *key)
    )
    if joined.height == 0:
        raise EmptyTraining(
            _("There is nothing to learn from."),
            where=where,
            why=_(
                "No event from {start:%Y-%m-%d} to {end:%Y-%m-%d} has a label known at {as_of:%Y-%m-%d}."
            ).format(start=start, end=end, as_of=as_of),
            action=_("Take an earlier or longer window: --window 2013-01-01..2013-02-28"),
        )
    target_values = joined["__label"].alias(target)
    if target_values.dtype == pl.Boolean:
        target_values = target_values.cast(pl.Int8)
    return TrainingTable(
        features=joined.drop(*key, time, "__label", strict=False),
        labels=target_values,
        times=joined[time],
    )


def described(features: "pl.DataFrame") -> list[dict[str, Any]]:
    """Names and types of the features, in their order."""
    return [{"name": name, "dtype": str(dtype)} for name, dtype in features.schema.items()]
