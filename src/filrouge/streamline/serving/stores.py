"""Lookups and histories in memory: read again when they are due, fed by outcomes as they come."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _
from filrouge.streamline.serving.errors import SourceUnavailable
from filrouge.streamline.serving.keyed import Keyed
from filrouge.streamline.serving.plan import StoredSource

__all__ = ["Store", "View"]

_log = logging.getLogger(__name__)
_MERGE_AT = 1_000


@dataclass(frozen=True)
class View:
    """A store at one moment; what is read or fed later is not seen through it.

    Attributes:
        snapshot: names what it holds: ``<source>@<as of>``, and for a history that outcomes were fed
            to, ``/`` and the machine's time at which the last of them was recorded.
    """

    source: StoredSource
    snapshot: str
    keyed: Keyed
    recent: Keyed | None = None

    def needed(self, events: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
        """The rows that these events may ask for, known until ``until``.

        Args:
            events: the micro-batch.
            since: the earliest time at which one of them is decided.
            until: now.
        """
        if self.source.keep is not None:
            since = since - self.source.keep
        rows = self.keyed.needed(events, since, until)
        if self.recent is None:
            return rows
        return distinct(self.source, pl.concat([rows, self.recent.needed(events, since, until)]))


def distinct(source: StoredSource, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a source, of several that name the same the last."""
    identity = list(source.identity)
    return frame.unique(identity, keep="last", maintain_order=True) if identity else frame


class Store:
    """One source in memory: its snapshot, when it was read, and what has come since.

    Args:
        source: how to read it.
        now: the workspace's clock.
    """

    def __init__(self, source: StoredSource, now: Callable[[], datetime]) -> None:
        self.source = source
        self.snapshot = ""
        self.degraded = ""
        """Why it is not what it should be; empty when all is well."""
        self._now = now
        self._as_of: datetime | None = None
        self._tried: datetime | None = None
        self._keyed: Keyed | None = None
        self._fed_until: datetime | None = None
        self._told: pl.DataFrame | None = None  # outcomes already in the indexed frame
        self._fed: list[pl.DataFrame] = []
        self._recent: Keyed | None = None  # of what was fed, made when first asked for
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def due(self) -> bool:
        """Whether the declared interval has passed since it was read (or last tried)."""
        if self._tried is None:
            return True
        return self.source.refresh is not None and self._now() - self._tried >= self.source.refresh

    @property
    def age(self) -> timedelta | None:
        """Time since the snapshot was read; none before the first."""
        return None if self._as_of is None else self._now() - self._as_of

    def refresh(self, *, only_if_due: bool = True) -> None:
        """Read the source again; a failure keeps what there is, or takes the declared fallback.

        Raises:
            SourceUnavailable: the first reading failed and there is no fallback.
        """
        with self._refreshing:
            if only_if_due and not self.due:
                return
            as_of = self._now()
            self._tried = as_of
            try:
                frame = self.source.read(as_of)
                keyed = Keyed(frame, self.source.key, self.source.known_at)
            except Exception as error:  # noqa: BLE001  (the source is the product's code: anything may come)
                self._fall_back(as_of, error)
                return
            with self._lock:
                self._keyed, self._as_of = keyed, as_of
                self.degraded, self.snapshot = "", f"{self.source.name}@{as_of.isoformat()}"
                if self.source.history:
                    self._merge(again=True)

    def _fall_back(self, as_of: datetime, error: Exception) -> None:
        reason = str(error) if isinstance(error, FilrougeError) else f"{type(error).__name__}: {error}"
        _log.warning("source %s cannot be read: %s", self.source.name, reason)
        self.degraded = f"cannot be read ({reason})"
        if self._keyed is not None and not self.snapshot.endswith("@fallback"):
            return
        if self.source.fallback is None:
            raise self._unavailable(
                N_("The source '{name}' cannot be read, and it has no fallback."), reason
            ) from error
        try:
            rows = self.source.fallback(as_of)
        except Exception as second:
            reason = f"{reason}; {type(second).__name__}: {second}"
            raise self._unavailable(
                N_("The source '{name}' cannot be read, and its fallback fails too."), reason
            ) from second
        self._keyed = Keyed(rows, self.source.key, self.source.known_at)
        self._as_of, self.snapshot = as_of, f"{self.source.name}@fallback"

    def _unavailable(self, what: str, reason: str) -> SourceUnavailable:
        self._tried = None
        return SourceUnavailable(
            _(what).format(name=self.source.name),
            where=self.source.name,
            why=reason,
            action=_("Mend the source, or declare a fallback that needs less: @source(fallback=…)."),
        )

    @property
    def columns(self) -> list[str]:
        """Its columns; none before it was read."""
        return self._keyed.frame.columns if self._keyed is not None else []

    def feed(self, rows: pl.DataFrame, recorded_at: datetime) -> None:
        """Add rows to a history, as outcomes come.

        Args:
            rows: in the columns of the source.
            recorded_at: the machine's time of the last of them; the snapshot names it.
        """
        with self._lock:
            self._fed_until = recorded_at
            if self._keyed is not None:
                rows = _like(self._keyed.frame, rows)
            self._fed.append(rows)
            self._recent = None
            if sum(map(len, self._fed)) >= _MERGE_AT:
                self._merge()

    def _merge(self, *, again: bool = False) -> None:
        """Put what was fed into the indexed frame, and drop what is too old to be asked for.

        Args:
            again: the source was read again, so that what was put in before has to be put in again.
        """
        if self._keyed is None or not (self._fed or again):
            return
        base = self._keyed.frame
        before = [] if self._told is None else [self._told]
        told = [_like(base, rows) for rows in [*before, *self._fed]]
        if not told:
            return
        self._told = self._kept(distinct(self.source, pl.concat(told)))
        whole = self._kept(distinct(self.source, pl.concat([base, self._told])))
        self._keyed = Keyed(whole, self.source.key, self.source.known_at)
        self._fed, self._recent = [], None

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self.source.keep is None or self.source.known_at is None:
            return rows
        return rows.filter(pl.col(self.source.known_at) >= self._now() - 2 * self.source.keep)

    def view(self) -> View:
        """What it holds now.

        Raises:
            SourceUnavailable: it was never read.
        """
        with self._lock:
            keyed = self._keyed
            if keyed is None:
                raise SourceUnavailable(
                    _("The source '{name}' has not been read.").format(name=self.source.name),
                    where=self.source.name,
                )
            if self._fed and self._recent is None:
                rows = _like(keyed.frame, pl.concat(self._fed))
                self._recent = Keyed(rows, self.source.key, self.source.known_at)
            fed = "" if self._fed_until is None else f"/{self._fed_until.isoformat()}"
            return View(self.source, self.snapshot + fed, keyed, self._recent)

    def empty(self) -> pl.DataFrame | None:
        """No row, in its columns: what the degraded features are computed from; none if never read."""
        keyed = self._keyed
        return None if keyed is None else keyed.frame.clear()


def _like(model: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(model.columns).cast(model.schema)
