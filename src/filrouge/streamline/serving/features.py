"""From the rows of a micro-batch to their features, by the very function that training used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from filrouge.kernel.i18n import _
from filrouge.streamline.features.looking_back import rows_since
from filrouge.streamline.pipelines.contract import rows_to_frame
from filrouge.streamline.serving.errors import NoFeatures
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.stores import Store

__all__ = ["Rows", "compute", "events_frame", "features_of", "without_past"]


class Rows(Protocol):
    """What hands over the rows of a source."""

    def needed(self, events: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
        """The rows that these events may ask for, known until ``until``."""
        ...


def events_frame(plan: ServingPlan, rows: Sequence[Any]) -> pl.DataFrame:
    """The rows that the door let in, as a frame in the contract's types."""
    return rows_to_frame(plan.contract, list(rows))


def compute(
    plan: ServingPlan, sources: Mapping[str, Rows], events: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """The features of events, one row each, in their order.

    Two requests may ask for the same event at the same moment: each is computed apart from the
    other, as it would be alone.

    Raises:
        NoFeatures: the feature function left an event out, or gave it several rows.
        SourceUnavailable: a lookup is not there.
    """
    if events[plan.key].n_unique() == len(events):
        return _one_round(plan, sources, events, now)
    rounds = events.select(pl.int_range(pl.len()).over(plan.key)).to_series()
    parts = []
    for number in range(max(rounds) + 1):
        places = (rounds == number).arg_true()
        part = _one_round(plan, sources, events[places], now)
        parts.append(part.with_columns(places.alias("__place")))
    return pl.concat(parts).sort("__place").drop("__place")


def _one_round(
    plan: ServingPlan, sources: Mapping[str, Rows], events: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    earliest = events[plan.time].min()
    since = min(earliest, now) if isinstance(earliest, datetime) else now
    frames = {name: rows.needed(events, since, now) for name, rows in sources.items()}
    with rows_since(since - plan.past):
        return features_of(plan, events, frames)


def without_past(plan: ServingPlan, stores: Mapping[str, Store], events: pl.DataFrame) -> pl.DataFrame:
    """Features as if no lookup and no history had anything: what the naive model gets at worst."""
    empty = {name: store.empty() for name, store in stores.items()}
    frames = {name: frame for name, frame in empty.items() if frame is not None}
    rounds = [features_of(plan, events[row : row + 1], frames) for row in range(len(events))]
    return pl.concat(rounds)


def features_of(plan: ServingPlan, events: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Call the feature function and put its rows in the order of the events.

    Raises:
        NoFeatures: a row is missing or doubled.
    """
    found = plan.features({plan.event: events, **frames})
    keys = events[plan.key]
    if len(found) == len(events) and found[plan.key].equals(keys):
        return found
    order = pl.DataFrame({plan.key: keys, "__place": pl.int_range(len(events), eager=True)})
    ordered = order.join(found, on=plan.key, how="left", maintain_order="left_right")
    missing = set(keys) - set(found[plan.key])
    if missing or len(ordered) != len(events):
        raise NoFeatures(
            _("The features have {rows} rows for {events} events.").format(
                rows=len(found), events=len(events)
            ),
            where=", ".join(map(str, sorted(missing, key=str)[:3])),
            action=_("A feature function gives one row for each event: filter in the sources, not there."),
        )
    return ordered.select(found.columns)
