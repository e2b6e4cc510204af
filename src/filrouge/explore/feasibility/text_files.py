"""What a text file is before it can be scanned as a table: packing, encoding, separator, header."""

import codecs
import csv
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from filrouge.explore.feasibility.faults import EmptyTable, UnreadableData
from filrouge.explore.feasibility.packing import is_packed, unpacked
from filrouge.kernel.i18n import _

__all__ = ["TextFile", "blanks_to_tabs", "headings_of", "plain_copy", "shape_of"]

_CHUNK = 1 << 20
_HEAD = 1 << 16
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+([eE][-+]?\d+)?")


@dataclass(frozen=True)
class TextFile:
    """A text file that can be scanned: itself, or a plain copy in UTF-8."""

    path: Path
    encoding: str
    size: int
    digest: str


@dataclass(frozen=True)
class Shape:
    """How the lines of a text file make a table; ``separator`` is a blank for runs of blanks."""

    separator: str
    header: bool
    fields: int


def plain_copy(path: Path, scratch: Path) -> TextFile:
    """The file as UTF-8 without packing; copied into ``scratch`` only where it must be.

    Raises:
        UnreadableData: it is binary, or its packing is damaged.
    """
    sha = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            sha.update(chunk)
    try:
        encoding = _encoding(path)
        target = path
        if is_packed(path) or encoding not in ("utf-8", "utf-8-sig"):
            target = scratch / f"{sha.hexdigest()[:16]}.txt"
            with target.open("wb") as file:
                decoder = codecs.getincrementaldecoder(encoding)()
                for chunk in _chunks(path):
                    file.write(decoder.decode(chunk).encode())
                file.write(decoder.decode(b"", final=True).encode())
    except (OSError, EOFError, zlib.error, BadZipFile, UnicodeDecodeError) as error:
        raise _damaged(path, error) from None
    return TextFile(target, encoding, path.stat().st_size, sha.hexdigest())


def _damaged(path: Path, error: Exception) -> UnreadableData:
    return UnreadableData(
        _("This file cannot be read."),
        where=str(path),
        why=f"{type(error).__name__}: {error}",
        action=_("Open it with what wrote it, and save it as UTF-8 CSV or Parquet."),
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with unpacked(path) as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is; else what its first bytes announce, or Western European."""
    first = next(_chunks(path), b"")
    for bom, name in _BOMS:
        if first.startswith(bom):
            return name
    if b"\x00" in first[:_HEAD]:
        raise UnreadableData(
            _("This file is binary, not text."),
            where=str(path),
            action=_("Give CSV, JSON lines or Parquet; a spreadsheet is saved as CSV first."),
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _western(path)
    return "utf-8"


def _western(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("cp1252")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def shape_of(path: Path) -> Shape:
    """The separator and whether the first line names the columns.

    Raises:
        EmptyTable: there is no line.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    separator, fields, first = _first_line(head, path)
    return Shape(separator, _is_header(first), fields)


def headings_of(path: Path) -> list[str]:
    """The names of the columns of a text file, from its beginning only.

    Raises:
        EmptyTable: there is no line.
    """
    with unpacked(path) as file:
        head = file.read(_HEAD)
    _separator, fields, first = _first_line(head, path)
    return first if _is_header(first) else [f"column_{number}" for number in range(fields)]


def _first_line(head: bytes, path: Path) -> tuple[str, int, list[str]]:
    """The separator, the usual number of fields, and the fields of the first line."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8-sig", errors="ignore")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(head) >= _HEAD and len(lines) > 1:
        lines.pop()  # it may be cut
    if not lines:
        raise EmptyTable(_("This file is empty."), where=str(path), action=_("Give a file that holds rows."))
    separator, fields = _separator(lines[:60])
    first = lines[0].split() if separator == " " else next(csv.reader([lines[0]], delimiter=separator))
    return separator, fields, [field.strip() for field in first]


def _separator(lines: list[str]) -> tuple[str, int]:
    """The separator under which most lines have the same number of fields, two at least."""
    best, least, found = ",", 0.7, 1
    for separator in _SEPARATORS:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        usual = max(set(counts), key=counts.count, default=1)
        alike = counts.count(usual) / len(counts) if counts else 0.0
        if usual > 1 and (alike, usual) > (least, found):
            best, least, found = separator, alike, usual
    if found == 1:
        counts = [len(line.split()) for line in lines]
        if (
            counts[0] > 1
            and len(set(counts)) == 1
            and all(_NUMBER.fullmatch(one) for one in lines[-1].split())
        ):
            return " ", counts[0]
    return best, found


def _is_header(fields: list[str]) -> bool:
    numbers = [field for field in fields if _NUMBER.fullmatch(field)]
    years = all(field.isdigit() and 1900 <= int(field) <= 2100 for field in numbers)
    return 2 * len(numbers) <= len(fields) or (years and len(set(numbers)) == len(numbers) > 2)


def blanks_to_tabs(path: Path, scratch: Path) -> Path:
    """A copy whose runs of blanks are tabs."""
    target = scratch / f"{path.stem}.tabs.txt"
    with path.open(encoding="utf-8-sig") as source, target.open("w", encoding="utf-8") as file:
        file.writelines("\t".join(line.split()) + "\n" for line in source if line.strip())
    return target
