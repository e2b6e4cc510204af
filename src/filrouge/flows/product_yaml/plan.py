"""What an import would do: a comparison of the file, the workspace, and what the file was made from."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from filrouge.flows.product_yaml.document import Document, Entry, Tie
from filrouge.flows.product_yaml.snapshot import entry_of, snapshot
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import UnknownArtefact
from filrouge.storage.kinds import kinds, references
from filrouge.storage.product import Product
from filrouge.thread.ref import Ref

__all__ = ["Action", "ImportConflict", "Plan", "Step", "plan_import"]


class ImportConflict(FilrougeError):
    """The file and the workspace both changed the same thing since the file was written."""

    code = "product-yaml.conflict"
    status = 409


class ForeignId(FilrougeError):
    """An id of the file belongs to another product."""

    code = "product-yaml.foreign-id"
    status = 409


class Action(StrEnum):
    """What happens to one artefact."""

    CREATE = "create"
    CHANGE = "change"
    RESTORE = "restore"
    ARCHIVE = "archive"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """The workspace is ahead of the file, or nobody asked to prune: left as it is."""


@dataclass(frozen=True)
class Step:
    """One artefact of the plan; ``changes`` holds before and after by field."""

    action: Action
    entry: Entry
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """All that an import would do."""

    document: Document
    steps: tuple[Step, ...]
    ties_added: tuple[Tie, ...]
    ties_removed: tuple[Tie, ...]
    conflicts: tuple[ImportConflict, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the workspace already is what the file says."""
        idle = (Action.UNCHANGED, Action.KEPT)
        return not (
            self.ties_added or self.ties_removed or any(step.action not in idle for step in self.steps)
        )

    def count(self, action: Action) -> int:
        """How many artefacts an action concerns."""
        return sum(step.action == action for step in self.steps)

    def signature(self) -> list[str]:
        """What was shown to a person, to be compared when it is applied."""
        return [f"{step.action} {step.entry.ref} {step.entry.digest}" for step in self.steps]


def plan_import(session: Session, document: Document, *, prune: bool = False) -> Plan:
    """Compare a document with the workspace.

    Args:
        session: any session.
        document: what ``read_document`` gave.
        prune: whether what the file does not hold is archived.

    Raises:
        ForeignId: ids belong to another product.
        UnknownArtefact: the file refers to something that exists nowhere (several: ``Faults``).
    """
    _check_ids(session, document)
    product = session.get(Product, document.product.id)
    here = snapshot(session, product.id) if product is not None else None
    current = {entry.ref: entry for entry in (here.product, *here.all())} if here else {}
    _check_references(document, current)
    compare = _Comparison(session, document, _moved(document, here))
    steps = [compare.entry(entry, current.get(entry.ref)) for entry in (document.product, *document.all())]
    held = {step.entry.ref for step in steps}
    steps += [compare.missing(entry, prune) for ref, entry in current.items() if ref not in held]
    ties, now = set(document.ties), set(here.ties) if here else set()
    added, gone = sorted(ties - now, key=str), sorted(now - ties, key=str) if prune else []
    return Plan(document, tuple(steps), tuple(added), tuple(gone), tuple(compare.conflicts))


class _Comparison:
    """One file against one workspace; what both changed is gathered in ``conflicts``."""

    def __init__(self, session: Session, document: Document, moved: set[Ref]) -> None:
        self.session, self.document, self.moved = session, document, moved
        self.conflicts: list[ImportConflict] = []

    def entry(self, entry: Entry, current: Entry | None) -> Step:
        """What happens to an entry of the file."""
        if current is not None:
            return self._changed(entry, current)
        archived = self.session.get(kinds()[entry.kind], entry.id)
        if archived is None:
            return Step(Action.CREATE, entry)
        base = self.document.base.get(str(entry.ref))
        if base == entry.digest:
            return Step(Action.KEPT, entry, why="archived in the workspace since")
        if base is not None:
            self.conflicts.append(
                _conflict(self.document, entry, _("It was archived in the workspace since."))
            )
        return Step(Action.RESTORE, entry, _changes(entry_of(archived), entry))

    def _changed(self, entry: Entry, current: Entry) -> Step:
        changes = _changes(current, entry)
        if not changes:
            moved = entry.ref in self.moved
            action = Action.CHANGE if moved else Action.UNCHANGED
            return Step(action, entry, {"position": ("", "moved")} if moved else {})
        base = self.document.base.get(str(entry.ref))
        if base == entry.digest:
            return Step(Action.KEPT, entry, why="changed in the workspace since")
        if base is not None and base != current.digest:
            why = ngettext(
                "It was changed in the workspace since ({fields} differs).",
                "It was changed in the workspace since ({fields} differ).",
                len(changes),
            ).format(fields=", ".join(changes))
            self.conflicts.append(_conflict(self.document, entry, why))
        return Step(Action.CHANGE, entry, changes)

    def missing(self, entry: Entry, prune: bool) -> Step:
        """What happens to an artefact that the file does not hold."""
        base = self.document.base.get(str(entry.ref))
        if self.document.base and base is None:
            return Step(Action.KEPT, entry, why="added in the workspace since")
        if not prune:
            return Step(Action.KEPT, entry, why="not in the file; --prune archives it")
        if base is not None and base != entry.digest:
            self.conflicts.append(
                _conflict(self.document, entry, _("The file removes it, the workspace changed it."))
            )
        return Step(Action.ARCHIVE, entry)


def _conflict(document: Document, entry: Entry, why: str) -> ImportConflict:
    line = f":{entry.line} ({entry.path})" if entry.line else ""
    return ImportConflict(
        _("{ref} was changed on both sides.").format(ref=entry.ref),
        where=f"{document.name}{line}",
        why=why,
        action=_("Export again, and bring your changes into that file."),
    )


def _changes(before: Entry, after: Entry) -> dict[str, tuple[Any, Any]]:
    found = {
        name: (before.values.get(name), value)
        for name, value in after.values.items()
        if before.values.get(name) != value
    }
    if before.container != after.container:
        found["container"] = (before.container, after.container)
    return found


def _moved(document: Document, here: Document | None) -> set[Ref]:
    """Entries whose order among their siblings is another than in the workspace."""
    if here is None:
        return set()
    ours, theirs = _siblings(document), _siblings(here)
    moved: set[Ref] = set()
    for place, order in ours.items():
        common = [ref for ref in order if ref in set(theirs.get(place, []))]
        before = [ref for ref in theirs.get(place, []) if ref in set(common)]
        moved.update(ref for ref, other in zip(common, before, strict=True) if ref != other)
    return moved


def _siblings(document: Document) -> dict[tuple[str, str | None], list[Ref]]:
    found: dict[tuple[str, str | None], list[Ref]] = {}
    for entry in document.all():
        found.setdefault((entry.kind, entry.container), []).append(entry.ref)
    return found


def _check_ids(session: Session, document: Document) -> None:
    known = kinds()
    faults: list[FilrougeError] = []
    for entry in document.all():
        other = session.get(known[entry.kind], entry.id)
        if other is not None and other.product_id != document.product.id:
            faults.append(
                ForeignId(
                    _("{ref} belongs to the product '{product}'.").format(
                        ref=entry.ref, product=other.product_id
                    ),
                    where=f"{document.name}:{entry.line} ({entry.path})",
                    action=_("To copy it, run: filrouge import {name} --as NEW-PRODUCT").format(
                        name=document.name
                    ),
                )
            )
    Faults.raise_if_any(faults)


def _check_references(document: Document, current: dict[Ref, Entry]) -> None:
    known = {*current, *(entry.ref for entry in document.all()), document.product.ref}
    faults: list[FilrougeError] = []

    def require(ref: Ref, line: int, path: str) -> None:
        if ref not in known:
            near = [other.id for other in known if other.kind == ref.kind]
            where = f"{document.name}:{line} ({path})"
            faults.append(
                UnknownArtefact(
                    _("There is no {ref}.").format(ref=ref), where=where, action=did_you_mean(ref.id, near)
                )
            )

    for entry in document.all():
        for reference in references(kinds()[entry.kind]):
            value = entry.values.get(reference.field)
            if value:
                require(Ref(reference.kind, value), entry.line, f"{entry.path}.{reference.field}")
    for tie in document.ties:
        for end in (tie.source, tie.target):
            require(end, tie.line, "links")
    Faults.raise_if_any(faults)
