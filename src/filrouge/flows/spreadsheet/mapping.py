"""Which column becomes which field: proposed by name, and told otherwise by a person."""

import difflib
from collections.abc import Mapping, Sequence

from filrouge.flows.spreadsheet.faults import UnknownColumn
from filrouge.flows.spreadsheet.fields import SheetField, SheetKind, plain
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _

__all__ = ["Proposal", "propose", "told"]

_CLOSE = 0.78


class Proposal(dict[int, str]):
    """Field names by column number. ``guesses`` are the columns whose names only resemble a field's."""

    def __init__(self, fields: Mapping[int, str] = {}, guesses: Sequence[int] = ()) -> None:
        super().__init__(fields)
        self.guesses = frozenset(guesses)


def propose(kind: SheetKind, columns: Sequence[str]) -> Proposal:
    """The field of each column whose name says or resembles one; a field is given once.

    Example:
        >>> from filrouge.flows.spreadsheet.fields import SHEETS
        >>> found = propose(SHEETS["idea"], ["Titre", "Descripton", "Budget"])
        >>> dict(found), found.guesses
        ({0: 'title', 1: 'description'}, frozenset({1}))
    """
    fields: dict[int, str] = {}
    guesses: list[int] = []
    for at, column in enumerate(columns):
        free = [one for one in kind.fields if one.name not in fields.values()]
        exact = next((one for one in free if plain(column) in one.known_names()), None)
        if exact is not None:
            fields[at] = exact.name
    for at, column in enumerate(columns):
        if at in fields:
            continue
        free = [one for one in kind.fields if one.name not in fields.values()]
        near = _nearest(plain(column), free)
        if near is not None:
            fields[at] = near.name
            guesses.append(at)
    return Proposal(fields, guesses)


def _nearest(column: str, fields: Sequence[SheetField]) -> SheetField | None:
    by_name = {name: one for one in fields for name in one.known_names()}
    close = difflib.get_close_matches(column, by_name, n=1, cutoff=_CLOSE)
    return by_name[close[0]] if close else None


def told(kind: SheetKind, columns: Sequence[str], words: Sequence[str]) -> Proposal:
    """The proposal, corrected by what a person wrote: ``Column=field``, or ``Column=`` to leave it out.

    Raises:
        UnknownColumn: one names a column or a field that is not there.
        Faults: several do.
    """
    fields = dict(propose(kind, columns))
    faults: list[FilrougeError] = []
    by_name = {plain(column): at for at, column in reversed(list(enumerate(columns)))}
    by_field = {name: one.name for one in kind.fields for name in (*one.known_names(), plain(one.name))}
    for word in words:
        column, sign, field = word.rpartition("=")
        at = by_name.get(plain(column))
        if not sign or at is None:
            known = did_you_mean(column or word, columns)
            faults.append(
                UnknownColumn(_("There is no column “{name}”.").format(name=column or word), action=known)
            )
            continue
        name = by_field.get(plain(field)) if field.strip() else ""
        if name is None:
            known = did_you_mean(field, [one.name for one in kind.fields])
            faults.append(UnknownColumn(_("There is no field “{name}”.").format(name=field), action=known))
            continue
        fields = {place: held for place, held in fields.items() if place != at and held != name}
        if name:
            fields[at] = name
    Faults.raise_if_any(faults)
    return Proposal(fields)
