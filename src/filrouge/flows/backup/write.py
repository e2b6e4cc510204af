"""Writing a backup while everything runs."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filrouge.flows.backup.archive import Progress, read_archive, write_archive
from filrouge.flows.backup.gather import gather
from filrouge.flows.backup.manifest import FORMAT, Manifest
from filrouge.flows.backup.staging import staging
from filrouge.storage.accounts.audit import record
from filrouge.storage.eventlog.compactor import without_compaction
from filrouge.storage.workspace import Workspace

__all__ = ["BackupReport", "verify_backup", "write_backup"]


@dataclass(frozen=True)
class BackupReport:
    """What was written, or read, and where."""

    path: Path
    manifest: Manifest
    bytes: int

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        manifest = self.manifest
        return {
            "file": str(self.path),
            "bytes": self.bytes,
            "written_at": manifest.written_at.isoformat(),
            "filrouge": manifest.filrouge,
            "format": manifest.format,
            "files": len(manifest.files),
            "bytes_of_files": manifest.size,
            "rows": manifest.tables,
            "left_out": manifest.left_out,
        }


def write_backup(
    workspace: Workspace,
    target: Path,
    *,
    revision: str,
    version: str,
    actor: str = "system",
    code: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> BackupReport:
    """Write everything of a workspace into one file, which appears whole or not at all.

    Servers and workers go on: a compaction of the event log waits, nothing else does.

    Args:
        workspace: what is copied.
        target: the file; one that is there is replaced at the end.
        revision: of the database's tables.
        version: of Filrouge.
        actor: whom the audit log names; it is told when the file is complete.
        code: whether the products' code folders come along.
        progress: told bytes done, and of how many.

    Raises:
        BackupBusy: another backup is being written there.
        BackupChanged: a file changed while it was copied.
        DamagedArtifact: a stored file no longer has its content.
    """
    target = target.resolve()
    with staging(target, "writing") as folder, without_compaction(workspace.log_folder):
        at = datetime.now(UTC)
        found = gather(workspace, folder, code=code)
        manifest = Manifest(
            format=FORMAT,
            filrouge=version,
            revision=revision,
            written_at=at,
            tables=found.rows,
            files=[source.entry for source in found.sources],
            tracking=(workspace.root / ".filrouge" / "mlflow").as_uri(),
            left_out=found.left_out,
        )
        aside = folder / "archive"
        write_archive(aside, manifest, found.sources, progress)
        aside.replace(target)
        _sync_folder(target.parent)
    with workspace.transaction(actor) as session:
        record(session, "backup.taken", str(target), files=len(manifest.files), bytes=manifest.size)
    return BackupReport(target, manifest, target.stat().st_size)


def verify_backup(
    path: Path, *, revision: str, progress: Progress = lambda _done, _total: None
) -> BackupReport:
    """Read a backup from end to end, and compare every file with its digest; nothing is written.

    Raises:
        BackupUnreadable: it is no backup.
        BackupTooNew: another version wrote it.
        BackupUnsafe: it holds what no backup does.
        BackupDamaged: it is cut off or changed.
    """
    manifest = read_archive(path, revision=revision, into=None, progress=progress)
    return BackupReport(path, manifest, path.stat().st_size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
