"""The windows that monitors judge: when they are due, what was logged in them, what it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from filrouge.kernel.clock import as_utc
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.profiles import Profile, read_profile
from filrouge.streamline.monitoring.tables import Definition
from filrouge.streamline.registry.profile import reference_profile
from filrouge.streamline.registry.version import ModelVersion

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Logged", "Window", "WindowLog", "bare", "due_windows"]

Window = tuple[datetime, datetime]

_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday, so that weeks are weeks
_FIRST_DAYS = timedelta(days=7)
_FIRST_ROWS = 100


def due_windows(definition: Definition, since: datetime, now: datetime) -> list[Window]:
    """The windows to judge at ``now``, the oldest first: those that end after ``since``.

    Example:
        >>> day = Definition(kind="latency", threshold=1)
        >>> start = datetime(2013, 1, 1, 15, tzinfo=UTC)
        >>> [str(end) for _, end in due_windows(day, start, start + timedelta(days=2))]
        ['2013-01-02 00:00:00+00:00', '2013-01-03 00:00:00+00:00']
    """
    length = timedelta(hours=definition.window_h)
    end = _EPOCH + ((as_utc(since) - _EPOCH) // length + 1) * length
    windows = []
    while end + timedelta(hours=definition.delay_h) <= as_utc(now):
        windows.append((end - length, end))
        end += length
    return windows


@dataclass(frozen=True)
class Logged:
    """What was logged in a window, the challenger's answers apart.

    Attributes:
        frame: as ``EventLog.frame`` gives it.
        reference: profile of the version that answered most; empty when there is none.
        slices: the columns by which that version's errors are shown.
        why_no_reference: in a word, for the record.
    """

    frame: "pl.DataFrame"
    reference: Profile = field(default_factory=dict)
    slices: Sequence[str] = ()
    why_no_reference: str = "nothing was logged"


class WindowLog:
    """The log of the window at hand; monitors that share a window share one reading of the log.

    A version without profile (a model that was trained elsewhere) is held against its own first seven
    days of live predictions, once they are over and hold a hundred rows.
    """

    def __init__(self, workspace: Workspace, log: EventLog, product_id: str) -> None:
        self._workspace, self._log, self._product = workspace, log, product_id
        self._held: tuple[Window, Logged] | None = None
        self._known: dict[str, tuple[Profile, tuple[str, ...]]] = {}
        self._first: dict[str, tuple[datetime, Profile]] = {}

    def of(self, window: Window) -> Logged:
        """What was logged in a window."""
        if self._held is None or self._held[0] != window:
            self._held = window, self._read(window)
        return self._held[1]

    def _read(self, window: Window) -> Logged:
        frame = self._frame(window)
        if not frame.height:
            return Logged(frame)
        versions = frame["model_version"].value_counts().sort("count", "model_version", descending=True)
        version = versions["model_version"][0]
        profile, slices = self._of_version(version)
        if profile:
            return Logged(frame, profile, slices)
        over, early = self._first_days(version)
        if window[1] <= over:
            return Logged(frame, slices=slices, why_no_reference=f"its first days end on {over:%Y-%m-%d}")
        return Logged(frame, early, slices, why_no_reference="its first days hold too few rows")

    def _frame(self, window: Window) -> "pl.DataFrame":
        import polars as pl

        return self._log.frame(self._product, *window).filter(pl.col("slot") != "challenger").collect()

    def _of_version(self, version: str) -> tuple[Profile, tuple[str, ...]]:
        if version not in self._known:
            with self._workspace.reading() as session:
                found = session.get(ModelVersion, version)
            digest = found.profile if found is not None else ""
            profile = read_profile(self._workspace.artifacts.get(digest)) if digest else {}
            self._known[version] = profile, tuple(found.slices) if found is not None else ()
        return self._known[version]

    def _first_days(self, version: str) -> tuple[datetime, Profile]:
        """When a version's first days are over, and what was logged in them."""
        if version not in self._first:
            mine = (PredictionDay.product_id == self._product, PredictionDay.model_version == version)
            with self._workspace.reading() as session:
                first = session.scalar(select(func.min(PredictionDay.day)).where(*mine))
            assert first is not None, "a window that holds its predictions was compacted"
            start = datetime(first.year, first.month, first.day, tzinfo=UTC)
            frame = self._frame((start, start + _FIRST_DAYS))
            early = bare(frame.filter(frame["model_version"] == version))
            described = reference_profile(early) if early.height >= _FIRST_ROWS else {}
            self._first[version] = start + _FIRST_DAYS, msgspec.convert(described, Profile)
        return self._first[version]


def bare(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The features under their own names, with the score."""
    names = [name for name in frame.columns if name.startswith("feature_")]
    return frame.select("score", *names).rename({name: name.removeprefix("feature_") for name in names})
