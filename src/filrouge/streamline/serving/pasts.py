"""Histories are fed by labels: an event that was predicted, with what became of it, joins the past."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from filrouge.storage.eventlog import Prediction
from filrouge.streamline.serving.plan import ServingPlan, StoredSource
from filrouge.streamline.serving.returns import Label
from filrouge.streamline.serving.stores import Store

__all__ = ["Pasts"]

_log = logging.getLogger(__name__)
_REMEMBERED = 200_000


class Pasts:
    """Turns labels into rows of the histories that can be made of them.

    A history takes part when its columns are those of the event, the target, and the time it became
    known; others are only read again from their source.

    Args:
        plan: the product.
        stores: its lookups and histories, by name.
    """

    def __init__(self, plan: ServingPlan, stores: Mapping[str, Store]) -> None:
        self._plan = plan
        self._stores = [store for store in stores.values() if store.source.history]
        self._events: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether there is a history to feed."""
        return bool(self._plan.target and self._stores)

    def remember(self, records: Iterable[Prediction]) -> None:
        """Keep the events of predictions until their labels come; the oldest are let go."""
        if not self.wanted:
            return
        with self._lock:
            for record in records:
                self._events[record.id] = record.inputs
            while len(self._events) > _REMEMBERED:
                self._events.popitem(last=False)

    def labelled(self, labels: Sequence[Label]) -> None:
        """Feed the histories with labels that have come."""
        with self._lock:
            known = [(self._events.get(each.prediction_id), each.label, each.at) for each in labels]
        self.restore(
            [(event, value, at) for event, value, at in known if event is not None and at is not None]
        )

    def restore(self, outcomes: Sequence[tuple[Mapping[str, Any], Any, datetime]]) -> None:
        """Feed the histories with events, what became of them, and when that was known."""
        if not outcomes or not self.wanted:
            return
        for store in self._stores:
            rows = [self._row(store.source, event, value, at) for event, value, at in outcomes]
            if not set(store.columns) <= rows[0].keys():
                continue
            try:
                store.feed(pl.DataFrame(rows, infer_schema_length=None))
            except pl.exceptions.PolarsError as error:
                _log.warning("labels cannot feed the history %s: %s", store.source.name, error)

    def _row(
        self, source: StoredSource, event: Mapping[str, Any], value: Any, at: datetime
    ) -> dict[str, Any]:
        row = dict(event) | {self._plan.target: value}
        return row | {source.known_at: at} if source.known_at else row
