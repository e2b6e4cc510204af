"""What a backup or a restore refuses."""

from filrouge.kernel.errors import FilrougeError

__all__ = [
    "BackupBusy",
    "BackupChanged",
    "BackupDamaged",
    "BackupTooNew",
    "BackupUnreadable",
    "BackupUnsafe",
    "RestoreInUse",
    "RestoreNotEmpty",
    "RestoreRefused",
]


class BackupUnreadable(FilrougeError):
    """The file is no backup of a workspace."""

    code = "backup.unreadable"


class BackupDamaged(FilrougeError):
    """A backup is cut off, or does not hold what its manifest says."""

    code = "backup.damaged"


class BackupUnsafe(FilrougeError):
    """A backup holds a path or an entry that Filrouge never writes, such as a link."""

    code = "backup.unsafe"


class BackupTooNew(FilrougeError):
    """A backup was written by another version of Filrouge, whose format this one does not read."""

    code = "backup.other-version"


class BackupBusy(FilrougeError):
    """Another process writes or restores the same thing at this moment."""

    code = "backup.busy"
    status = 409


class BackupChanged(FilrougeError):
    """A file of the workspace changed while it was copied."""

    code = "backup.changed"
    status = 409


class RestoreNotEmpty(FilrougeError):
    """The place of a restore holds something already."""

    code = "restore.not-empty"
    status = 409


class RestoreInUse(FilrougeError):
    """A process writes to the workspace that a restore would replace."""

    code = "restore.in-use"
    status = 409


class RestoreRefused(FilrougeError):
    """The settings do not allow a restore here."""

    code = "restore.refused"
