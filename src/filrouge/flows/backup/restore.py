"""Restoring a backup: prepared and verified beside the place, then exchanged at once."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from filrouge.flows.backup.archive import Progress, read_archive
from filrouge.flows.backup.faults import BackupDamaged, RestoreNotEmpty, RestoreRefused
from filrouge.flows.backup.gather import STATE_FILES, TRACKING_DATABASE, TRACKING_FILES, tracking_database
from filrouge.flows.backup.manifest import Manifest
from filrouge.flows.backup.place import STATE, exchange, expect_free
from filrouge.flows.backup.settings_text import is_secret_url, without_places
from filrouge.flows.backup.staging import staging
from filrouge.flows.backup.tables import is_empty, load_tables
from filrouge.flows.backup.tracking import relocate
from filrouge.kernel.i18n import _
from filrouge.kernel.settings import FILE_NAME, load_settings
from filrouge.storage.accounts.audit import record
from filrouge.storage.base import Base
from filrouge.storage.workspace import Workspace

__all__ = ["RestoreReport", "restore_backup"]


@dataclass(frozen=True)
class RestoreReport:
    """What was restored."""

    root: Path
    manifest: Manifest
    aside: Path | None = None
    """Where what stood there before was moved."""
    places: tuple[str, ...] = ()
    """Settings that named places of the old workspace, and were commented out."""
    unwritten: bool = False
    """The database's URL holds a password, and was not written into the settings."""


@dataclass(frozen=True)
class _Wish:
    """What was asked for."""

    root: Path
    database: str
    force: bool
    actor: str
    models: Callable[[], object]
    migrate: Callable[[Workspace], None]

    def workspace(self, root: Path) -> Workspace:
        """The workspace in ``root``, with the database of the restore."""
        asked = {"storage": {"database": self.database}} if self.database else {}
        return Workspace(root, load_settings(root, overrides=asked), models=self.models)


def restore_backup(
    path: Path,
    root: Path,
    *,
    revision: str,
    models: Callable[[], object],
    migrate: Callable[[Workspace], None],
    database: str = "",
    force: bool = False,
    actor: str = "system",
    progress: Progress = lambda _done, _total: None,
) -> RestoreReport:
    """Bring the workspace of a backup into a folder: all of it, verified, or nothing.

    Args:
        path: the backup.
        root: the folder; made when missing.
        revision: of the tables that this version works with.
        models: imports the models of all parts.
        migrate: makes the tables of a workspace.
        database: URL of the database, which must be empty; a SQLite file of the workspace by default.
        force: what is in the folder is moved aside.
        actor: whom the audit log of the restored workspace names.
        progress: told bytes done, and of how many.

    Raises:
        BackupUnreadable, BackupDamaged, BackupUnsafe, BackupTooNew: the file cannot be restored.
        RestoreNotEmpty: folder or database hold something.
        RestoreInUse: a process works in the folder.
        RestoreRefused: settings of the environment lead outside the folder.
    """
    wish = _Wish(root.resolve(), database, force, actor, models, migrate)
    made = [folder for folder in [wish.root, *wish.root.parents] if not folder.exists()]
    try:
        with staging(wish.root / "workspace", "restoring") as folder:
            report = _restore(path, folder, wish, revision, progress)
    except BaseException:
        for each in made:
            with suppress(OSError):
                each.rmdir()
        raise
    return report


def _restore(path: Path, folder: Path, wish: _Wish, revision: str, progress: Progress) -> RestoreReport:
    files, prepared = folder / "files", folder / "new"

    def into(manifest: Manifest) -> Path:
        there = None
        if (wish.root / FILE_NAME).exists() or (wish.root / STATE).exists():
            there = Workspace(wish.root, load_settings(wish.root), models=wish.models)
        expect_free(wish.root, there, _code_of(manifest), force=wish.force)
        files.mkdir()
        return files

    manifest = read_archive(path, revision=revision, into=into, progress=progress)
    report = _settle(files, prepared, RestoreReport(wish.root, manifest), wish)
    workspace = wish.workspace(prepared)
    inside = _expect_inside(workspace, prepared)
    try:
        _place_files(workspace, files, manifest, wish.root)
        wish.migrate(workspace)
        with workspace.engine.begin() as connection:
            _expect_empty(connection, workspace)
            load_tables(connection, files / "tables", manifest.tables, path.name)
        with workspace.transaction(wish.actor) as session:
            record(session, "backup.restored", str(path), written_at=manifest.written_at.isoformat())
        if inside:
            workspace.close()  # the write-ahead log goes into the file
        try:
            aside = exchange(prepared, wish.root, _code_of(manifest))
        except OSError:
            if not inside:
                _empty(workspace)
            raise
    finally:
        workspace.close()
    return replace(report, aside=aside)


def _settle(files: Path, prepared: Path, report: RestoreReport, wish: _Wish) -> RestoreReport:
    """Write the settings of the new workspace."""
    (prepared / STATE).mkdir(parents=True)
    (prepared / STATE / ".gitignore").write_text("*\n", encoding="utf-8")
    source = files / "settings" / FILE_NAME
    unwritten = is_secret_url(wish.database)
    text, places = without_places(
        source.read_text(encoding="utf-8") if source.exists() else "", "" if unwritten else wish.database
    )
    (prepared / FILE_NAME).write_text(text, encoding="utf-8")
    return replace(report, places=tuple(places), unwritten=unwritten)


def _expect_inside(workspace: Workspace, prepared: Path) -> bool:
    """Refuse places that would be written before all is verified; tells whether the database is inside."""
    tracking = tracking_database(workspace)
    outside = [
        f"[{section}] {key}"
        for section, key, place in (
            ("log", "folder", workspace.log_folder),
            ("storage", "tracking", tracking or prepared),
        )
        if not place.resolve().is_relative_to(prepared)
    ]
    if outside:
        raise RestoreRefused(
            _("The environment sets places outside the folder of the restore."),
            where=", ".join(outside),
            action=_("Unset FILROUGE_LOG_FOLDER and FILROUGE_STORAGE_TRACKING, restore, then move them."),
        )
    url = sa.make_url(workspace.settings.storage.database)
    if url.get_backend_name() != "sqlite":
        return False
    return (prepared / (url.database or "")).resolve().is_relative_to(prepared)


def _place_files(workspace: Workspace, files: Path, manifest: Manifest, root: Path) -> None:
    prepared = workspace.root
    if (files / "log").exists():
        _move(files / "log", workspace.log_folder)
    database = tracking_database(workspace)
    if database is not None and (files / TRACKING_DATABASE).exists():
        _move(files / TRACKING_DATABASE, database)
        relocate(database, manifest.tracking, (root / STATE / "mlflow").as_uri())
    if (files / TRACKING_FILES).exists():
        _move(files / TRACKING_FILES, prepared / STATE / "mlflow")
    for name in STATE_FILES:
        if (files / "state" / name).exists():
            _move(files / "state" / name, prepared / STATE / name)
    for name in _code_of(manifest):
        _move(files / "code" / name, prepared / name)
    for entry in manifest.files:
        place, __, name = entry.name.partition("/")
        if place != "artifacts":
            continue
        if workspace.artifacts.put_file(files / entry.name) != name:
            raise BackupDamaged(
                _("A stored file does not have the content that its name says; nothing was restored."),
                where=name[:12],
                action=_("Take another backup."),
            )
        (files / entry.name).unlink()


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)


def _code_of(manifest: Manifest) -> list[str]:
    """The first folders of the code: they are exchanged as a whole."""
    names = {entry.name.split("/")[1] for entry in manifest.files if entry.name.startswith("code/")}
    return sorted(names)


def _expect_empty(connection: Any, workspace: Workspace) -> None:
    if not is_empty(connection):
        raise RestoreNotEmpty(
            _("The database of the restore is not empty; nothing was touched."),
            where=workspace.engine.url.render_as_string(hide_password=True),
            action=_("Name an empty one with --database; a database is never moved aside."),
        )


def _empty(workspace: Workspace) -> None:
    """Take back the rows that were loaded into a database outside the folder."""
    with workspace.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                if key.column.table is table:
                    connection.execute(sa.update(table).values({key.parent.name: None}))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(sa.delete(table))
