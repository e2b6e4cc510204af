"""Packed files: gzip, and zip archives that hold one table."""

import gzip
import zipfile
from pathlib import Path
from typing import IO, cast

from filrouge.explore.feasibility.faults import UnreadableData
from filrouge.kernel.i18n import _

__all__ = ["PACKED", "is_packed", "packed_name", "unpacked"]

PACKED = (".gz", ".zip")
_SHOWN = 5


def is_packed(path: Path) -> bool:
    """Whether what the file holds must be unpacked to be read."""
    return path.suffix.lower() in PACKED


def unpacked(path: Path) -> IO[bytes]:
    """The bytes of a file without its packing.

    Raises:
        UnreadableData: an archive holds several files, none, or one that is locked or damaged.
        OSError: the file cannot be read.
    """
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if path.suffix.lower() != ".zip":
        return path.open("rb")
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.open(_only(archive, path))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableData(
            _("This archive cannot be unpacked."),
            where=str(path),
            why=str(error),
            action=_("Unpack it, and name the file that it holds."),
        ) from None


def packed_name(path: Path) -> str:
    """The name of the file inside of the packing, as far as it can be told.

    Example:
        >>> packed_name(Path("bookings.csv.gz"))
        'bookings.csv'
    """
    if path.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(path) as archive:
                return Path(_only(archive, path)).name
        except (zipfile.BadZipFile, OSError, UnreadableData):
            return path.stem  # said when it is read
    return path.stem if is_packed(path) else path.name


def _only(archive: zipfile.ZipFile, path: Path) -> str:
    """The one file of an archive; what macOS puts beside it does not count."""
    names = [
        one.filename
        for one in archive.infolist()
        if not one.is_dir()
        and not one.filename.startswith("__MACOSX/")
        and not Path(one.filename).name.startswith(".")
    ]
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    held = _("It holds {n}: {names}.") if names else _("It holds nothing.")
    raise UnreadableData(
        _("This archive does not hold one file."),
        where=str(path),
        why=held.format(n=len(names), names=shown),
        action=_("Unpack it, and name the files to study."),
    )
