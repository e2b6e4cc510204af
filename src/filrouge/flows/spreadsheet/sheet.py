"""Reading a CSV as people save them: the encoding and the separator are found, not asked for."""

import codecs
import csv
import io
import re
from dataclasses import dataclass

from filrouge.flows.spreadsheet.faults import CsvTooLarge, CsvUnreadable
from filrouge.kernel.i18n import _

__all__ = ["MOST_BYTES", "MOST_ROWS", "Line", "Sheet", "protected", "read_sheet"]

MOST_BYTES = 5_000_000
MOST_ROWS = 2_000
_SEPARATORS = (";", ",", "\t")
_SAMPLE = 60
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True)
class Line:
    """A row of the file: its number as a spreadsheet shows it, its cells, and how many it had too many."""

    number: int
    cells: tuple[str, ...]
    extra: int = 0


@dataclass(frozen=True)
class Sheet:
    """A file that was read."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str
    separator: str


def read_sheet(content: bytes) -> Sheet:
    """Read a file with one header row: UTF-8, UTF-16 or Windows-1252; semicolons, commas or tabs.

    Raises:
        CsvTooLarge: it has too many bytes or rows.
        CsvUnreadable: it is no text, empty, or its quotes do not close.

    Example:
        >>> sheet = read_sheet("Idée;Auteur\\nPrévenir tôt;Zoé\\n".encode("cp1252"))
        >>> sheet.columns, sheet.lines[0].cells, sheet.encoding
        (('Idée', 'Auteur'), ('Prévenir tôt', 'Zoé'), 'Windows-1252')
    """
    if len(content) > MOST_BYTES:
        raise CsvTooLarge(
            _("The file is too large."),
            why=_("An import takes {size} MB at most.").format(size=MOST_BYTES // 1_000_000),
            action=_("Split it, or leave out columns that are not imported."),
        )
    text, encoding = _decoded(content)
    separator = max(_SEPARATORS, key=lambda one: _fitness(text, one))
    rows = list(_rows(text, separator))
    if not rows:
        raise CsvUnreadable(_("The file is empty."), action=_("Save the sheet as CSV, with a header row."))
    (_first, header), *rest = rows
    if len(rest) > MOST_ROWS:
        raise CsvTooLarge(
            _("The file has {count} rows.").format(count=len(rest)),
            why=_("An import takes {count} at most.").format(count=MOST_ROWS),
            action=_("Split it into several files."),
        )
    width = len(header)
    names = tuple(
        cell.strip() or _("Column {number}").format(number=at + 1) for at, cell in enumerate(header)
    )
    lines = tuple(
        Line(number, tuple((*map(_bare, cells), *[""] * width)[:width]), _extra(cells, width))
        for number, cells in rest
    )
    return Sheet(names, lines, encoding, separator)


def protected(text: str) -> str:
    """A text as a spreadsheet shows it instead of computing it; ``read_sheet`` takes the sign off again.

    Example:
        >>> protected("=HYPERLINK(1)"), protected("plain")
        ("'=HYPERLINK(1)", 'plain')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _bare(cell: str) -> str:
    return cell[1:] if _PROTECTED.match(cell) else cell.strip()


def _extra(cells: list[str], width: int) -> int:
    return sum(1 for cell in cells[width:] if cell.strip())


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CsvUnreadable(
            _("This is a workbook, not a CSV file."), action=_("In the spreadsheet, save the sheet as CSV.")
        )
    for encoding, label in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, label
    raise CsvUnreadable(
        _("The file is no text in an encoding that is known here."), action=_("Save it as CSV in UTF-8.")
    )


def _candidates(content: bytes) -> list[tuple[str, str]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [("utf-16", "UTF-16")]
    sample = content[:2_000]
    if sample.count(0) > len(sample) / 5:  # Latin letters in UTF-16: every other byte is zero
        return [("utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be", "UTF-16")]
    return [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]


def _rows(text: str, separator: str) -> "list[tuple[int, list[str]]]":
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, number = [], 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise CsvUnreadable(
            _("Line {number} cannot be read.").format(number=reader.line_num),
            why=f"{error}.",
            action=_("Look for a quotation mark that is not closed, and save the file again."),
        ) from None
    return rows


def _fitness(text: str, separator: str) -> tuple[bool, float, int]:
    """How well a separator suits: more than one column, rows like the header, then the most columns."""
    head = "\n".join(text.splitlines()[:_SAMPLE])
    widths = [len(cells) for cells in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if cells]
    if not widths:
        return False, 0.0, 0
    alike = sum(width == widths[0] for width in widths) / len(widths)
    return widths[0] > 1, alike, widths[0]
