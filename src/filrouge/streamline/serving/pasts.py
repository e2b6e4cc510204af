"""Histories are fed by labels: an event that was predicted, with what became of it, joins the past."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from filrouge.streamline.serving.plan import ServingPlan, StoredSource
from filrouge.streamline.serving.stores import Store

__all__ = ["Outcome", "Pasts"]

_log = logging.getLogger(__name__)

Outcome = tuple[Mapping[str, Any], Any, datetime]
"""An event, what became of it, and when that was known."""


class Pasts:
    """Turns labels into rows of the histories that can be made of them.

    A history takes part when its columns are those of the event, the target, and the time it became
    known, and the event's key is among them, so that each event counts once; others are only read again
    from their source.

    Args:
        plan: the product.
        stores: its lookups and histories, by name.
    """

    def __init__(self, plan: ServingPlan, stores: Mapping[str, Store]) -> None:
        self._plan = plan
        self._stores = [store for store in stores.values() if store.source.history and store.source.identity]

    @property
    def wanted(self) -> bool:
        """Whether there is a history to feed."""
        return bool(self._plan.target and self._stores)

    def feed(self, outcomes: Sequence[Outcome], recorded_at: datetime) -> None:
        """Add outcomes to the histories; ``recorded_at`` is the machine's time of the last of them."""
        if not outcomes or not self.wanted:
            return
        for store in self._stores:
            rows = [self._row(store.source, event, value, at) for event, value, at in outcomes]
            if not set(store.columns) <= rows[0].keys():
                continue
            try:
                store.feed(pl.DataFrame(rows, infer_schema_length=None), recorded_at)
            except pl.exceptions.PolarsError as error:
                _log.warning("labels cannot feed the history %s: %s", store.source.name, error)

    def _row(
        self, source: StoredSource, event: Mapping[str, Any], value: Any, at: datetime
    ) -> dict[str, Any]:
        row = dict(event) | {self._plan.target: value}
        return row | {source.known_at: at} if source.known_at else row
