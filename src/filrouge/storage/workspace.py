"""A workspace: the folder of ``filrouge.toml``, its database, artefacts and clock."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from filrouge.kernel.clock import Clock, SharedClock
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import Settings, find_root, load_settings
from filrouge.storage.artifacts import ArtifactStore
from filrouge.storage.engine import READ_ONLY, open_direct, open_engine
from filrouge.storage.faults import locked, translated

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from filrouge.storage.direct import Direct

__all__ = ["Workspace"]


class Workspace:
    """Access to the state of one workspace. Cheap to make: nothing is opened before it is used.

    Args:
        root: folder of ``filrouge.toml``.
        settings: what ``load_settings`` read there.
        clock: the clock of every record; the workspace's shared clock by default.
        models: imports the models of all parts; called before the first session is made.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        clock: Clock | None = None,
        models: Callable[[], object] = lambda: None,
    ) -> None:
        self.root = root
        self.settings = settings
        self._clock = clock
        self._models = models
        self._turn = RLock()

    @classmethod
    def at(
        cls,
        root: Path,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
        models: Callable[[], object] = lambda: None,
    ) -> "Workspace":
        """The workspace in or above ``root``.

        Raises:
            NoWorkspace: there is none.
            SettingsError: its settings are wrong.
        """
        found = find_root(root)
        return cls(found, load_settings(found, overrides=overrides), models=models)

    @cached_property
    def clock(self) -> Clock:
        """The clock of every record; processes share it."""
        return self._clock or SharedClock(self.root / ".filrouge" / "clock")

    @cached_property
    def engine(self) -> "sa.Engine":
        """The database."""
        self._models()
        storage = self.settings.storage
        return open_engine(storage.database, self.root, lock_timeout_s=storage.lock_timeout_s)

    @cached_property
    def artifacts(self) -> ArtifactStore:
        """The content-addressed files."""
        location = self.settings.storage.artifacts
        return ArtifactStore(location if "://" in location else self.root / location)

    @property
    def log_folder(self) -> Path:
        """Where the event log lives."""
        return self.root / self.settings.log.folder

    def direct(self) -> "Direct":
        """A connection of the driver's own, which the caller closes; on SQLite it needs no SQLAlchemy.

        Raises:
            DatabaseError: the database cannot be opened.
        """
        storage = self.settings.storage
        return open_direct(
            storage.database, self.root, lambda: self.engine, lock_timeout_s=storage.lock_timeout_s
        )

    @contextmanager
    def transaction(self, actor: str = "system") -> "Iterator[Session]":
        """A session that writes: committed when the block ends well, rolled back otherwise.

        Args:
            actor: who the history names.

        Raises:
            DatabaseLocked: another writer held the database for too long.
            EditConflict: another session changed the same artefact.
        """
        from sqlalchemy.orm import Session

        with (
            self._writing_alone(),
            self._session(Session(self.engine, expire_on_commit=False), actor) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def _writing_alone(self) -> Iterator[None]:
        """Threads of one process write to SQLite in turn.

        SQLite itself serves whoever asks at a lucky moment: of thirty people in a workshop, some would wait
        until their time is over, each holding a connection of the pool.
        """
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=self.settings.storage.lock_timeout_s):
            raise locked()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def reading(self) -> "Iterator[Session]":
        """A session that only reads: it never waits for a writer."""
        from sqlalchemy.orm import Session

        connection = self.engine.execution_options(**{READ_ONLY: True})
        with self._session(Session(connection, autoflush=False), "reader") as session:
            yield session

    @contextmanager
    def _session(self, session: "Session", actor: str) -> "Iterator[Session]":
        from sqlalchemy.exc import DBAPIError
        from sqlalchemy.orm.exc import StaleDataError

        from filrouge.storage.history import EditConflict

        session.info.update(actor=actor, clock=self.clock, settings=self.settings)
        try:
            with session:
                yield session
        except DBAPIError as error:
            fault = translated(error)
            if fault is None:
                raise
            raise fault from error
        except StaleDataError as error:
            raise EditConflict(
                _("Somebody else changed the same thing at the same moment; nothing of yours was written."),
                action=_("Look at the current text, then apply your change again."),
            ) from error

    def close(self) -> None:
        """Give back the database connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()
