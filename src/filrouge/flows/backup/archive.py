"""The archive: a tar compressed with Zstandard, written and read as a stream, one file at a time."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from filrouge.flows.backup.faults import BackupChanged, BackupDamaged, BackupUnreadable, BackupUnsafe
from filrouge.flows.backup.manifest import MANIFEST, Entry, Manifest, read_manifest
from filrouge.kernel.i18n import _

__all__ = ["Progress", "Source", "read_archive", "source_of", "write_archive"]

Progress = Callable[[int, int], None]
"""Told how many bytes are done, and of how many."""
_CHUNK = 1 << 20
_MOST_MANIFEST = 1 << 29
_LEVEL = 3


@dataclass(frozen=True)
class Source:
    """A file that goes into the archive: the first ``size`` bytes of ``path``."""

    entry: Entry
    path: Path
    executable: bool = False


def source_of(name: str, path: Path, size: int | None = None) -> Source:
    """A file with the digest of its first ``size`` bytes (all of them by default)."""
    sha, read = hashlib.sha256(), 0
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        wanted = stat.st_size if size is None else size
        while read < wanted and (chunk := file.read(min(_CHUNK, wanted - read))):
            sha.update(chunk)
            read += len(chunk)
    return Source(Entry(name, read, sha.hexdigest()), path, bool(stat.st_mode & 0o100))


def write_archive(target: Path, manifest: Manifest, sources: Iterable[Source], progress: Progress) -> None:
    """Write an archive and bring it to the disk.

    Raises:
        BackupChanged: a file no longer has the content that the manifest says.
    """
    from backports.zstd import CompressionParameter, ZstdFile

    options: dict[int, int] = {
        CompressionParameter.compression_level: _LEVEL,
        CompressionParameter.checksum_flag: 1,
    }
    done, total = 0, manifest.size
    with target.open("wb") as file:
        with (
            ZstdFile(file, "w", options=options) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            content = manifest.encode()
            tar.addfile(_member(MANIFEST, len(content), manifest, 0o644), io.BytesIO(content))
            for source in sources:
                member = _member(
                    source.entry.name, source.entry.size, manifest, 0o755 if source.executable else 0o644
                )
                with _opened(source) as reader:
                    _add(tar, member, reader, source)
                _forget(tar)
                done += source.entry.size
                progress(done, total)
        file.flush()
        os.fsync(file.fileno())


def _forget(tar: tarfile.TarFile) -> None:
    """Let go of the members that are done: tarfile keeps them all, and a store has many."""
    tar.members = []  # type: ignore[attr-defined]


def _member(name: str, size: int, manifest: Manifest, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, int(manifest.written_at.timestamp())
    return member


def _opened(source: Source) -> IO[bytes]:
    try:
        return source.path.open("rb")
    except FileNotFoundError:
        raise _changed(source) from None


def _add(tar: tarfile.TarFile, member: tarfile.TarInfo, reader: IO[bytes], source: Source) -> None:
    counted = _Counted(reader)
    try:
        tar.addfile(member, counted)
    except OSError as error:
        if error.errno is not None:
            raise
        raise _changed(source) from None  # tarfile's own: the file is shorter now
    if counted.sha.hexdigest() != source.entry.sha256:
        raise _changed(source)


def _changed(source: Source) -> BackupChanged:
    return BackupChanged(
        _("A file changed while it was copied."),
        where=str(source.path),
        action=_("Run the backup again when nothing writes there (a training, an editor)."),
    )


class _Counted(io.RawIOBase):
    """A file whose digest is taken while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.sha, self._file = hashlib.sha256(), file

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.sha.update(chunk)
        return chunk


def read_archive(
    path: Path, *, revision: str, into: Callable[[Manifest], Path] | None, progress: Progress
) -> Manifest:
    """Read a whole archive and compare every file with its digest.

    Args:
        path: the archive.
        revision: of the tables that this version works with.
        into: gives the folder that takes the files; none to verify only.
        progress: told how far it is.

    Raises:
        BackupUnreadable: it is no backup.
        BackupTooNew: another version wrote it.
        BackupUnsafe: it holds a link, a device or an unexpected path.
        BackupDamaged: it is cut off or changed.
    """
    with _reading(path) as (stream, tar):
        member = tar.next()
        if member is None or member.name != MANIFEST or member.size > _MOST_MANIFEST:
            raise _no_backup(path)
        manifest = read_manifest(_content(tar, member, path).read(), path.name, revision=revision)
        folder = into(manifest) if into else None
        done = 0
        for entry in manifest.files:
            member = tar.next()
            _expected(member, entry, path)
            assert member is not None
            _take(_content(tar, member, path), entry, folder, path)
            if folder is not None and member.mode & 0o100:
                (folder / entry.name).chmod(0o755)
            _forget(tar)
            done += entry.size
            progress(done, manifest.size)
        if tar.next() is not None:
            raise _damaged(path, _("It holds files that its manifest does not name."))
        while stream.read(_CHUNK):  # to the end: a cut or damaged frame shows there
            pass
    return manifest


@contextmanager
def _reading(path: Path) -> "Iterator[tuple[Any, tarfile.TarFile]]":
    from backports.zstd import ZstdError, ZstdFile

    with path.open("rb") as file:
        if file.read(4) != b"\x28\xb5\x2f\xfd":
            raise _no_backup(path)
        file.seek(0)
        try:
            with ZstdFile(file) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                yield stream, tar
        except (ZstdError, EOFError, tarfile.TarError) as error:
            raise _damaged(
                path, f"{str(error).rstrip('.')}." if str(error) else _("It ends too early.")
            ) from None


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> IO[bytes]:
    _plain(member, path)
    content = tar.extractfile(member)
    assert content is not None
    return content


def _plain(member: tarfile.TarInfo, path: Path) -> None:
    if member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or member.sparse is not None:
        raise BackupUnsafe(
            _("The backup holds something that is no plain file: {name!r}.").format(name=member.name),
            where=str(path),
            action=_("Do not use this file; take a backup that filrouge backup wrote."),
        )


def _expected(member: tarfile.TarInfo | None, entry: Entry, path: Path) -> None:
    if member is None:
        raise _damaged(path, _("{name} is missing.").format(name=entry.name))
    _plain(member, path)
    if member.name != entry.name or member.size != entry.size:
        raise _damaged(
            path,
            _("{found!r} stands where {name!r} is expected.").format(found=member.name, name=entry.name),
        )


def _take(content: IO[bytes], entry: Entry, folder: Path | None, path: Path) -> None:
    target = Path(os.devnull)
    if folder is not None:
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        while chunk := content.read(_CHUNK):
            sha.update(chunk)
            size += len(chunk)
            file.write(chunk)
    if size != entry.size or sha.hexdigest() != entry.sha256:
        raise _damaged(path, _("{name} does not have its content.").format(name=entry.name))


def _no_backup(path: Path) -> BackupUnreadable:
    return BackupUnreadable(
        _("This is not a backup of a workspace."),
        where=str(path),
        action=_("Give a file that filrouge backup wrote."),
    )


def _damaged(path: Path, why: str) -> BackupDamaged:
    return BackupDamaged(
        _("The backup is damaged; nothing was restored from it."),
        where=str(path),
        why=why,
        action=_("Take another backup."),
    )
