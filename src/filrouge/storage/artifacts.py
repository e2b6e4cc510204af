"""Content-addressed files: written once, named by their SHA-256, checked when read."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _

__all__ = ["ArtifactStore", "BadStore", "DamagedArtifact", "MissingArtifact", "digest_of"]

_CHUNK = 1 << 20


class MissingArtifact(FilrougeError):
    """The store holds no file of this digest."""

    code = "artifact.missing"
    status = 404


class DamagedArtifact(FilrougeError):
    """A stored file no longer has the content that its name says."""

    code = "artifact.damaged"
    status = 500


class BadStore(FilrougeError):
    """The artefact store's address cannot be used."""

    code = "artifact.bad-store"


class ArtifactStore:
    """Files by content, in a local folder or behind an fsspec URL (``s3://bucket/prefix``).

    A file appears whole or not at all: it is written aside, synced and renamed. What was damaged since
    is replaced when the same content is stored again.

    Example:
        >>> import tempfile
        >>> store = ArtifactStore(tempfile.mkdtemp())
        >>> digest = store.put(b"hello")
        >>> store.get(digest)
        b'hello'
    """

    def __init__(self, location: str | Path) -> None:
        text = str(location)
        self._remote: Any = None
        if "://" in text and not text.startswith("file://"):
            self._remote, text = _filesystem(text)
            self._cache = Path(tempfile.gettempdir()) / "filrouge-artifacts"
            self._prefix = text.rstrip("/")
        else:
            self._cache = Path(text.removeprefix("file://"))

    def put(self, content: bytes) -> str:
        """Store bytes; return their digest (64 hexadecimal characters)."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.sound(digest):
            with self._staged() as staged:
                staged.write_bytes(content)
                self._keep(staged, digest)
        return digest

    def put_file(self, path: Path) -> str:
        """Store a copy of a file; return its digest."""
        with self._staged() as staged:
            sha = hashlib.sha256()
            with path.open("rb") as source, staged.open("wb") as target:
                while chunk := source.read(_CHUNK):
                    sha.update(chunk)
                    target.write(chunk)
            digest = sha.hexdigest()
            if not self.sound(digest):
                self._keep(staged, digest)
        return digest

    @contextmanager
    def writing(self) -> Iterator["Staged"]:
        """A path to write to; its content is stored when the block ends well.

        Example:
            >>> import tempfile
            >>> store = ArtifactStore(tempfile.mkdtemp())
            >>> with store.writing() as staged:
            ...     _ = staged.path.write_text("table")
            >>> store.path(staged.digest).read_text()
            'table'
        """
        with self._staged() as path:
            staged = Staged(path)
            yield staged
            staged.digest = digest_of(path)
            if not self.sound(staged.digest):
                self._keep(path, staged.digest)

    def has(self, digest: str) -> bool:
        """Whether the store holds this digest."""
        if self._remote is not None:
            return bool(self._remote.exists(self._remote_path(digest)))
        return self._local(digest).exists()

    def sound(self, digest: str) -> bool:
        """Whether the store can give this content back: it is there, and is what was written.

        A remote file of which there is no local copy is believed until it is fetched.
        """
        if not self.has(digest):
            return False
        if self._remote is not None and not self._local(digest).exists():
            return True
        try:
            self.path(digest)
        except (MissingArtifact, DamagedArtifact, OSError):
            return False
        return True

    def get(self, digest: str) -> bytes:
        """The content of this digest.

        Raises:
            MissingArtifact: it is not there.
            DamagedArtifact: its content has changed.
        """
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """A local path with the content of this digest, checked.

        Raises:
            MissingArtifact: it is not there.
            DamagedArtifact: its content has changed.
        """
        local = self._local(digest)
        if _holds(local, digest):
            return local
        place = str(local)
        if self._remote is not None and self.has(digest):
            with self._staged() as staged:
                self._remote.get_file(self._remote_path(digest), str(staged))
                _sync_rename(staged, local)
            if _holds(local, digest):
                return local
            place = self._remote.unstrip_protocol(self._remote_path(digest))
        if not local.exists():
            raise MissingArtifact(
                _("A stored file is missing."),
                where=digest[:12],
                action=_("Run again what made it, or restore a backup."),
            )
        raise DamagedArtifact(
            _("A stored file was damaged: its content is not what was written."),
            where=place,
            action=_("Run again what made it: that replaces the file; or put it back from a backup."),
        )

    def digests(self) -> Iterator[str]:
        """Every digest that the store holds."""
        if self._remote is not None:
            found = self._remote.find(self._prefix) if self._remote.exists(self._prefix) else []
            yield from sorted(name.rpartition("/")[2] for name in found)
            return
        yield from sorted(path.name for path in self._cache.glob("[0-9a-f][0-9a-f]/*"))

    def _local(self, digest: str) -> Path:
        return self._cache / digest[:2] / digest

    def _remote_path(self, digest: str) -> str:
        return f"{self._prefix}/{digest[:2]}/{digest}"

    def _keep(self, staged: Path, digest: str) -> None:
        if self._remote is not None:
            self._remote.put_file(str(staged), self._remote_path(digest))
        _sync_rename(staged, self._local(digest))

    @contextmanager
    def _staged(self) -> Iterator[Path]:
        self._cache.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".staged-", dir=self._cache)
        os.close(handle)
        path = Path(name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


class Staged:
    """A file being written to the store: ``path`` now, ``digest`` once it is stored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = ""


def _filesystem(url: str) -> tuple[Any, str]:
    import fsspec

    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:  # an unknown protocol, or its package is not installed
        raise BadStore(
            _("The artefact store '{url}' cannot be used.").format(url=url),
            where="[storage] artifacts",
            why=f"{error}.",
            action=_("Give a folder, or a URL whose fsspec package is installed (s3:// needs s3fs)."),
        ) from error
    return filesystem, path


def _holds(path: Path, digest: str) -> bool:
    return path.exists() and digest_of(path) == digest


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, as the store would name it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_rename(staged: Path, target: Path) -> None:
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(target)
