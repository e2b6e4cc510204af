"""What the server needs of a product's graph: the door's contract, the sources, the feature function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from filrouge.streamline.pipelines.contract import Column, Contract

__all__ = ["PAST", "ServingPlan", "StoredSource"]

PAST = timedelta(days=8)
"""How much past of lookups and histories the server keeps at least; more where features look further back."""


@dataclass(frozen=True, kw_only=True)
class StoredSource:
    """A source that the server keeps in memory: a lookup, or the bounded past of a history.

    Args:
        name: the parameter of the feature function.
        read: its rows as of a time (nothing that was not known then).
        key: columns that both it and the events have; a row is handed over when one of them matches an
            event's (a past may be looked up by origin and by carrier). None means every row.
        known_at: column of the time each row was known; none for a table without time.
        refresh: age (workspace clock) at which it is read again; none means never.
        keep: how much past of a key is handed over before the first event's time; none keeps the
            latest row known by then.
        identity: columns that name a row; of several with the same, the last one counts.
        fallback: rows to use (as of a time) when it cannot be read and never was; none without one.
        history: whether labels and outcomes feed it while it serves.
    """

    name: str
    read: Callable[[datetime], pl.DataFrame]
    key: tuple[str, ...] = ()
    known_at: str | None = None
    refresh: timedelta | None = None
    keep: timedelta | None = None
    identity: tuple[str, ...] = ()
    fallback: Callable[[datetime], pl.DataFrame] | None = None
    history: bool = False


@dataclass(frozen=True, kw_only=True)
class ServingPlan:
    """One product, ready to be served.

    Args:
        product: its id.
        contract: of the event source; the door checks requests against it.
        schema: Polars types of the contract's columns.
        event: name of the event source, the parameter that gets the request's rows.
        key: column that names an event, in the events and in the features.
        time: column of the event's time.
        features: from one frame for each source to one row of features for each event; the very
            function that training used.
        sources: lookups and histories.
        code_version: of the product's package.
    """

    product: str
    contract: type[Contract]
    schema: Mapping[str, pl.DataType]
    event: str
    key: str
    time: str
    features: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]
    sources: tuple[StoredSource, ...] = field(default=())
    code_version: str = ""
    target: str = ""
    """Column of the labels; a history that has it is fed by them."""
    label: Column | None = None
    """What a label must hold to: the target's column in the contract of the source that tells outcomes."""
    past: timedelta = PAST
    """How much past is kept, and handed over before the first event's time: longer than the longest
    window of a feature. An event that is older is not served."""
