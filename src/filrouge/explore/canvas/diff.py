"""Two states of a canvas compared, box by box, in the words that people would use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from filrouge.explore.canvas.boxes import BOXES, Box
from filrouge.explore.canvas.content import (
    ACTIVATION_BOXES,
    SOURCE_FIELDS,
    Content,
    NoteContent,
    SourceContent,
)

__all__ = ["BoxChanges", "Change", "How", "Mark", "Piece", "changed_boxes", "compare", "word_by_word"]

_MOST = 1200  # pieces that are compared one by one; beyond, whole lines


class How(StrEnum):
    """What happened to something on a canvas."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    REORDERED = "reordered"


class Mark(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Some words, and what happened to them."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Change:
    """One difference: of a note, or of a field of the activation or of a source."""

    how: How
    pieces: tuple[Piece, ...] = ()
    what: str = ""
    """The source concerned; empty for a note."""
    field: str = ""
    """The field concerned; empty for a text of its own."""
    origin: Box | None = None
    """The box that a note was moved from."""


@dataclass(frozen=True)
class BoxChanges:
    """The differences in a box; ``box`` is none for the title."""

    box: Box | None
    changes: tuple[Change, ...]


def compare(old: Content, new: Content) -> tuple[BoxChanges, ...]:
    """What changed from one state to another, in the order of the boxes; nothing where nothing did."""
    found: list[BoxChanges] = []
    if old.title != new.title:
        found.append(BoxChanges(None, (Change(How.CHANGED, word_by_word(old.title, new.title)),)))
    for spec in BOXES:
        changes = [*_notes(old, new, spec.box), *_activation(old, new, spec.box)]
        if spec.box == Box.DATA_SOURCES:
            changes += _sources(old.sources, new.sources)
        if spec.box == Box.KPI:
            before, after = ({one.id: one.title for one in side.indicators} for side in (old, new))
            changes += _texts(before, after)
        if changes:
            found.append(BoxChanges(spec.box, tuple(changes)))
    return tuple(found)


def changed_boxes(changes: Iterable[BoxChanges]) -> tuple[Box | None, ...]:
    """The boxes where something changed."""
    return tuple(one.box for one in changes)


def word_by_word(old: str, new: str) -> tuple[Piece, ...]:
    """The words of two texts, each once, with what happened to them.

    Example:
        >>> [(piece.mark.value, piece.text) for piece in word_by_word("late flights", "late trains")]
        [('same', 'late '), ('removed', 'flights'), ('added', 'trains')]
    """
    before, after = (re.findall(r"\w+\s*|[^\w\s]\s*|\s+", text) for text in (old, new))
    if len(before) > _MOST or len(after) > _MOST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) > _MOST or len(after) > _MOST:
        before, after = [old], [new]
    pieces: list[Piece] = []
    # The blank behind a word is shown with it, and does not tell two words apart.
    was, now = ([piece.rstrip() or piece for piece in side] for side in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, "".join(after[c:d])))
            continue
        if b > a:
            pieces.append(Piece(Mark.REMOVED, "".join(before[a:b])))
        if d > c:
            pieces.append(Piece(Mark.ADDED, "".join(after[c:d])))
    if old != new and all(piece.mark == Mark.SAME for piece in pieces):
        return Piece(Mark.REMOVED, old), Piece(Mark.ADDED, new)
    return tuple(pieces)


def _notes(old: Content, new: Content, box: Box) -> Iterator[Change]:
    elsewhere = {note.id: note for note in old.notes if note.box != box.value}
    before, after = (_in_box(side.notes, box) for side in (old, new))
    left = {note.id for note in new.notes if note.box != box.value}
    staying = {key: text for key, text in before.items() if key not in left}
    for key, text in after.items():
        if key in elsewhere:
            pieces = word_by_word(elsewhere[key].text, text)
            yield Change(How.MOVED, pieces, origin=Box(elsewhere[key].box))
    coming = {key: text for key, text in after.items() if key not in elsewhere}
    yield from _texts(staying, coming)
    common = [[key for key in side if key in staying and key in coming] for side in (before, after)]
    if common[0] != common[1]:
        yield Change(How.REORDERED)


def _in_box(notes: Iterable[NoteContent], box: Box) -> dict[str, str]:
    return {note.id: note.text for note in notes if note.box == box.value}


def _texts(before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    """Texts by id. One that was written again, word for word, is no difference."""
    gone = {key: text for key, text in before.items() if key not in after}
    come = {key: text for key, text in after.items() if key not in before}
    for key, text in list(come.items()):
        same = next((other for other, old in gone.items() if old == text), None)
        if same is not None:
            del gone[same], come[key]
    for key, text in after.items():
        if key in come:
            yield Change(How.ADDED, (Piece(Mark.ADDED, text),))
        elif key in before and before[key] != text:
            yield Change(How.CHANGED, word_by_word(before[key], text))
    for text in gone.values():
        yield Change(How.REMOVED, (Piece(Mark.REMOVED, text),))


def _activation(old: Content, new: Content, box: Box) -> Iterator[Change]:
    for field, where in ACTIVATION_BOXES.items():
        before, after = (side.activation.get(field, "") for side in (old, new))
        if where == box and before != after:
            yield _field(field, before, after)


def _sources(old: Iterable[SourceContent], new: Iterable[SourceContent]) -> Iterator[Change]:
    before, after = ({source.id: source for source in side} for side in (old, new))
    yield from _texts(
        {key: source.name for key, source in before.items()},
        {key: source.name for key, source in after.items()},
    )
    for key, source in after.items():
        past = before.get(key)
        for field in SOURCE_FIELDS if past else ():
            was, now = getattr(past, field), getattr(source, field)
            if was != now:
                yield _field(field, _word(was), _word(now), source.name)


def _word(value: str | bool | None) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else "yes" if value else "no"


def _field(field: str, before: str, after: str, what: str = "") -> Change:
    how = How.CHANGED if before and after else How.ADDED if after else How.REMOVED
    marked = ((Mark.REMOVED, before), (Mark.ADDED, after))
    texts = field in ("meaning", "fallback", "environment_differences", "constraints", "adaptations")
    pieces = (
        word_by_word(before, after) if texts else tuple(Piece(mark, text) for mark, text in marked if text)
    )
    return Change(how, pieces, what, field)
