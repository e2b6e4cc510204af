"""Which predictions were made: in memory those of the last days, in the log all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from filrouge.kernel.clock import Clock
from filrouge.storage.eventlog import Prediction
from filrouge.streamline.serving.pasts import Outcome
from filrouge.streamline.serving.ports import Log
from filrouge.streamline.serving.recent import Recent
from filrouge.streamline.serving.returns import Label

__all__ = ["LABELS_LATE", "Predicted"]

LABELS_LATE = timedelta(days=31)
"""How long after its prediction a label still finds it in the memory of a restarted server."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Predicted:
    """Answers for labels and feedback: was this predicted, and what was it about?

    Args:
        log: the product's.
        clock: the workspace's.
        recent: what is kept in memory.
    """

    def __init__(self, log: Log, clock: Clock, recent: Recent) -> None:
        self._log, self._clock, self._recent = log, clock, recent

    def restore(self, past: timedelta) -> tuple[list[Outcome], datetime]:
        """Remember what the log holds of the last days, after a restart.

        Args:
            past: how long ago an outcome may have become known to be of use.

        Returns:
            The outcomes that became known meanwhile, and when the last of them was recorded.
        """
        now, outcomes, last = self._clock.now(), [], _NEVER
        for each in self._log.since(now - past - LABELS_LATE):
            self._recent.add(each.id, each.key, each.inputs)
            if each.labelled_at is not None and each.labelled_at >= now - 2 * past:
                outcomes.append((each.inputs, each.label, each.labelled_at))
                last = max(last, each.recorded_at or last)
        return outcomes, last

    def remember(self, records: Iterable[Prediction]) -> None:
        """Keep predictions until their labels come."""
        for record in records:
            self._recent.add(record.id, record.key, record.inputs)

    def known(self, prediction_ids: Collection[str]) -> set[str]:
        """Those of the predictions that were made."""
        found = self._recent.known(prediction_ids)
        others = set(prediction_ids) - found
        return found | self._log.known(others) if others else found

    def ids_of(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The predictions of each key; of a key that memory does not know, those of the log."""
        found: dict[str, Sequence[str]] = dict(self._recent.ids(keys))
        others = sorted(set(keys) - found.keys())
        return {**found, **self._log.ids_by_key(others, self._clock.now())} if others else found

    def outcomes(self, labels: Iterable[Label]) -> list[Outcome]:
        """What labels say became of the events that are remembered."""
        pairs = [(self._recent.get(each.prediction_id), each) for each in labels]
        return [(about.inputs, each.label, each.at) for about, each in pairs if about and each.at]
