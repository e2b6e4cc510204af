"""What the server asks of the ledger, of a model and of the log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import polars as pl

from filrouge.storage.eventlog import Prediction

if TYPE_CHECKING:
    from filrouge.streamline.serving.returns import Feedback, Label

__all__ = ["Ledger", "Log", "LoggedEvent", "Scorer", "SlotEntry"]


class Scorer(Protocol):
    """A model version that can answer."""

    @property
    def baseline(self) -> Mapping[str, Any]:
        """The ordinary value of each feature in training: median or most frequent value."""
        ...

    def score(self, frame: pl.DataFrame) -> Sequence[float]:
        """One number for each row of features."""
        ...


class SlotEntry(msgspec.Struct, frozen=True):
    """What the ledger says of a slot: the version that serves in it, since when, and why."""

    slot: str
    version: str
    since: datetime
    why: str = ""
    by: str = ""
    degraded: bool = False
    """Whether the ledger has declared the degraded mode: the naive model stands in the champion's slot."""


class Ledger(Protocol):
    """Which version serves in which slot of one product."""

    def generation(self) -> Any:
        """A value that changes with every entry; cheap to read."""
        ...

    def slots(self) -> Mapping[str, SlotEntry]:
        """The version of each slot now."""
        ...

    def load(self, entry: SlotEntry) -> Scorer:
        """The model of an entry, from its stored file.

        Raises:
            FilrougeError: the file is missing, damaged or cannot be read.
        """
        ...


class LoggedEvent(msgspec.Struct, frozen=True):
    """A logged prediction as a restarted server needs it."""

    id: str
    key: str
    inputs: Mapping[str, Any]
    label: Any = None
    labelled_at: datetime | None = None
    recorded_at: datetime | None = None
    """Of the label."""


class Log(Protocol):
    """The durable log of one product: what it has taken survives the process."""

    @property
    def blocking(self) -> bool:
        """Whether writing waits for the disk, so that it belongs in a thread."""
        ...

    def predictions(self, records: Sequence[Prediction]) -> None:
        """Write predictions; they are durable when this returns."""
        ...

    def labels(self, records: "Sequence[Label]") -> datetime:
        """Write labels; returns their ``recorded_at``."""
        ...

    def feedback(self, records: "Sequence[Feedback]") -> None:
        """Write feedback."""
        ...

    def known(self, prediction_ids: Collection[str]) -> set[str]:
        """Those of the predictions that the log holds."""
        ...

    def ids_by_key(self, keys: Sequence[str], before: datetime) -> Mapping[str, Sequence[str]]:
        """The predictions of each key that the log holds of some time before."""
        ...

    def since(self, start: datetime) -> Iterable[LoggedEvent]:
        """What was predicted from a time on, with the labels that came, the oldest first."""
        ...

    def close(self) -> None:
        """Finish what is under way."""
        ...
