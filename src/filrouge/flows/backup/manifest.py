"""The manifest: the first entry of a backup, which says what follows."""

import re
from datetime import datetime

import msgspec

from filrouge.flows.backup.faults import BackupDamaged, BackupTooNew, BackupUnreadable, BackupUnsafe
from filrouge.kernel.i18n import _

__all__ = ["FORMAT", "MANIFEST", "Entry", "Manifest", "read_manifest"]

FORMAT = 1
"""Raised when a reader of the format before could not read what is written."""
MANIFEST = "manifest.json"
_PLACES = ("settings", "tables", "log", "artifacts", "tracking", "code", "state")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[\x00-\x1f\\]")


class Entry(msgspec.Struct, frozen=True):
    """A file of the backup."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds.

    Attributes:
        format: of the archive; a reader refuses one that it does not know.
        filrouge: the version that wrote it.
        revision: of the database's tables.
        written_at: by the machine's clock.
        tables: rows by table.
        files: what follows, in this order.
        tracking: address of the folder of MLflow's files, which its database repeats.
        left_out: what is not in the backup, in words.
    """

    format: int
    filrouge: str
    revision: str
    written_at: datetime
    tables: dict[str, int]
    files: list[Entry]
    tracking: str = ""
    left_out: list[str] = []

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files)

    def encode(self) -> bytes:
        """The manifest as it is written."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


class _Head(msgspec.Struct):
    """What every format begins with."""

    format: int
    filrouge: str = ""


def read_manifest(content: bytes, where: str, *, revision: str) -> Manifest:
    """Read a manifest, and refuse what this version cannot restore or should not touch.

    Args:
        content: the first entry of the archive.
        where: the archive's name, for messages.
        revision: of the tables that this version works with.

    Raises:
        BackupUnreadable: it is no manifest.
        BackupTooNew: another version wrote it.
        BackupUnsafe: it names a path outside the places of a backup.
        BackupDamaged: it contradicts itself.
    """
    try:
        head = msgspec.json.decode(content, type=_Head)
    except msgspec.MsgspecError as error:
        raise BackupUnreadable(
            _("The manifest cannot be read."), where=where, why=f"{error}.", action=_("Take another backup.")
        ) from None
    if head.format != FORMAT:
        raise _other_version(
            where,
            _("Its format is {found}; this version reads {format}.").format(found=head.format, format=FORMAT),
            head.filrouge,
        )
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupUnreadable(
            _("The manifest cannot be read."), where=where, why=f"{error}.", action=_("Take another backup.")
        ) from None
    if manifest.revision != revision:
        why = _("Its tables are at revision {found}; this version works with {wanted}.").format(
            found=manifest.revision, wanted=revision
        )
        raise _other_version(where, why, manifest.filrouge)
    _examine(manifest, where)
    return manifest


def _other_version(where: str, why: str, version: str) -> BackupTooNew:
    return BackupTooNew(
        _("Another version of Filrouge wrote this backup."),
        where=where,
        why=why,
        action=_(
            "Restore it with that one (pip install 'filrouge=={version}'), then run: filrouge migrate"
        ).format(version=version),
    )


def _examine(manifest: Manifest, where: str) -> None:
    seen: set[str] = set()
    for entry in manifest.files:
        if not _is_safe(entry.name):
            raise BackupUnsafe(
                _("The backup names a path that no backup has: {name!r}.").format(name=entry.name),
                where=where,
                action=_("Do not use this file; take a backup that filrouge backup wrote."),
            )
        if entry.name in seen or entry.size < 0 or not _DIGEST.fullmatch(entry.sha256):
            raise BackupDamaged(
                _("The manifest is wrong about {name!r}.").format(name=entry.name),
                where=where,
                action=_("Take another backup."),
            )
        seen.add(entry.name)


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    inside = len(parts) > 1 and parts[0] in _PLACES and not {"", ".", ".."} & set(parts)
    return inside and not _UNSAFE.search(name)
