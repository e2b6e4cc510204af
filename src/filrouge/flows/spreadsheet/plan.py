"""What an import would do: each row as it would become, and what is wrong with it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from filrouge.flows.spreadsheet.faults import UnknownColumn
from filrouge.flows.spreadsheet.fields import SheetField, SheetKind, meant
from filrouge.flows.spreadsheet.holders import Holders
from filrouge.flows.spreadsheet.sheet import Line, Sheet
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed
from filrouge.storage.product import product_named

__all__ = ["Plan", "PlannedRow", "Problem", "plan_rows"]

_MOST_TITLE = 2_000
_MOST_TEXT = 20_000


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell: the column's name, the fact, and what was probably meant."""

    column: str
    what: str
    hint: str = ""


@dataclass(frozen=True)
class PlannedRow:
    """A row as it would become.

    Attributes:
        number: of the row in the file.
        values: by field, as the artefact takes them.
        shown: by field, as people read them.
        problems: why it cannot be imported.
        same_as: where the same title stands already: in the product, or in an earlier row.
    """

    number: int
    values: dict[str, Any]
    shown: dict[str, str]
    problems: tuple[Problem, ...]
    same_as: str = ""


@dataclass(frozen=True)
class Plan:
    """All rows of a file, and the fields that they fill."""

    kind: SheetKind
    fields: tuple[SheetField, ...]
    rows: tuple[PlannedRow, ...]

    @property
    def wrong(self) -> tuple[PlannedRow, ...]:
        """The rows with problems."""
        return tuple(row for row in self.rows if row.problems)

    @property
    def doubled(self) -> tuple[PlannedRow, ...]:
        """The good rows whose title is there already."""
        return tuple(row for row in self.rows if not row.problems and row.same_as)

    def taken(self, *, duplicates: bool) -> tuple[PlannedRow, ...]:
        """The rows that an import makes."""
        return tuple(row for row in self.rows if not row.problems and (duplicates or not row.same_as))


def plan_rows(
    session: Session,
    kind: SheetKind,
    product_id: str,
    sheet: Sheet,
    mapping: Mapping[int, str],
    *,
    into: str = "",
) -> Plan:
    """Look at every row; nothing is written.

    Args:
        session: an open session.
        kind: what the rows become.
        product_id: where.
        sheet: the file.
        mapping: field names by column number.
        into: id of what rows stand in that do not say it themselves.

    Raises:
        UnknownColumn: no column gives the title.
        UnknownProduct: there is no such product.
    """
    product_named(session, product_id)
    if kind.title.name not in mapping.values():
        raise UnknownColumn(
            _("No column of the file is read as “{field}”, and every row needs it.").format(
                field=_(kind.title.label)
            ),
            why=_("Columns: {columns}.").format(columns=", ".join(sheet.columns[:12])),
            action=_("Say which column it is; a file with other columns is perhaps another file."),
        )
    reader = _Reader(session, kind, product_id, columns=_columns(sheet, mapping), into=into)
    rows = tuple(reader.read(line) for line in sheet.lines)
    fields = [one for one in kind.fields if one.name in mapping.values() or (one.holds and into)]
    return Plan(kind, tuple(fields), rows)


def _columns(sheet: Sheet, mapping: Mapping[int, str]) -> dict[str, tuple[int, str]]:
    """Number and name of the column by field."""
    return {name: (at, sheet.columns[at]) for at, name in mapping.items()}


class _Reader:
    """Reads rows one after the other, remembering the titles it has seen."""

    def __init__(
        self,
        session: Session,
        kind: SheetKind,
        product_id: str,
        *,
        columns: dict[str, tuple[int, str]],
        into: str,
    ) -> None:
        self.kind, self.into, self.columns = kind, into, columns
        self.holders = Holders(session, kind, product_id)
        self.seen = {
            self._key(getattr(item, kind.title.name), self._held_by(item)): _("in the product already")
            for item in listed(session, kind.artefact, product_id)
        }

    def read(self, line: Line) -> PlannedRow:
        values: dict[str, Any] = {}
        shown: dict[str, str] = {}
        problems: list[Problem] = []
        for field in self.kind.fields:
            at, column = self.columns.get(field.name, (-1, _(field.label)))
            cell = line.cells[at] if at >= 0 else ""
            value, problem = self._value(field, cell)
            if problem is not None:
                problems.append(Problem(column, *problem))
                shown[field.name] = cell
            elif value is not None:
                values[field.name] = value
                shown[field.name] = self._shown(field, value)
        if line.extra:
            what = _("The row has {count} cells more than the header.").format(count=line.extra)
            problems.append(Problem(_("beyond the last column"), what))
        return PlannedRow(line.number, values, shown, tuple(problems), self._same(line, values, problems))

    def _same(self, line: Line, values: dict[str, Any], problems: list[Problem]) -> str:
        if problems:
            return ""
        container = self.kind.container
        key = self._key(values[self.kind.title.name], values[container.name] if container else "")
        same = self.seen.get(key, "")
        self.seen.setdefault(key, _("as row {number}").format(number=line.number))
        return same

    def _held_by(self, item: Artefact) -> str:
        return str(getattr(item, self.kind.container.name)) if self.kind.container else ""

    @staticmethod
    def _key(title: str, holder: str) -> tuple[str, str]:
        return " ".join(title.split()).casefold(), holder

    def _value(self, field: SheetField, cell: str) -> tuple[Any, tuple[str, str] | None]:
        """The value and no problem, or a problem: what, and a hint. An empty cell is no value."""
        cell = cell or (self.into if field.holds else "") or field.default
        if not cell:
            return None, (_("It is empty."), "") if field.needed else None
        if field.holds:
            return self._holder(field, cell)
        if field.words:
            word = field.word(cell)
            return (word, None) if word else (None, (_("It is none of the words."), field.suggestion(cell)))
        column = self.kind.artefact.__mapper__.columns[field.name]
        if isinstance(column.type, sa.Integer):
            return _whole(cell, column.info)
        most = _MOST_TITLE if field is self.kind.title else _MOST_TEXT
        if len(cell) > most:
            told = _("It has {count} characters; {most} are kept at most.").format(count=len(cell), most=most)
            return None, (told, "")
        return cell, None

    def _holder(self, field: SheetField, cell: str) -> tuple[Any, tuple[str, str] | None]:
        same = self.holders.called(cell)
        if len(same) == 1:
            return same[0], None
        if same:
            what = _("Several are called so; write which one is meant.")
            return None, (what, ", ".join(self.holders.apart(same)))
        what = _("The product has no “{label}” of this name.").format(label=_(field.label))
        return None, (what, meant(cell, self.holders.names.values()))

    def _shown(self, field: SheetField, value: Any) -> str:
        if field.holds:
            return self.holders.names[value]
        return _(field.words[value]) if field.words else str(value)


def _whole(cell: str, info: Any) -> tuple[Any, tuple[str, str] | None]:
    try:
        number = float(cell.replace("\u202f", "").replace("\xa0", "").replace(",", "."))
        whole = int(number)
    except (ValueError, OverflowError):
        return None, (_("It is not a number."), "")
    least, most = info.get("least"), info.get("most", 1_000_000)
    if whole != number:
        return None, (_("It is not a whole number."), "")
    if (least is not None and whole < least) or whole > most:
        return None, (_("It is not from {least} to {most}.").format(least=least or 0, most=most), "")
    return whole, None
