"""A product as a tree of entries: what is read from a file, and what a workspace holds, in one form."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from filrouge.storage.base import Artefact
from filrouge.storage.kinds import container_of, kinds, references
from filrouge.thread.ref import Ref

__all__ = ["PRODUCT_FIELDS", "SCHEMA", "Document", "Entry", "Tie", "fields_in_file", "renamed", "sections"]

SCHEMA = 1
PRODUCT_FIELDS = ("title", "summary", "phase", "code")
_ORDER = (
    "objective",
    "journey",
    "criterion",
    "idea",
    "data_source",
    "uncertainty",
    "indicator",
    "version",
    "story",
    "hypothesis",
)


@dataclass(frozen=True)
class Entry:
    """One artefact. ``values`` holds every field but the container's, as the columns want them."""

    kind: str
    id: str
    values: dict[str, Any]
    parts: tuple["Entry", ...] = ()
    container: str | None = None
    line: int = 0
    path: str = ""

    @property
    def ref(self) -> Ref:
        """Its address."""
        return Ref(self.kind, self.id)

    @property
    def digest(self) -> str:
        """A short hash of its content and its container: what an import compares."""
        plain = json.dumps([self.kind, self.container, _plain(self.values)], sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:12]

    def all(self) -> Iterator["Entry"]:
        """Itself and its parts, at any depth, containers first."""
        yield self
        for part in self.parts:
            yield from part.all()


@dataclass(frozen=True)
class Tie:
    """A link between two artefacts."""

    source: Ref
    relation: str
    target: Ref
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.source} {self.relation} {self.target}"


@dataclass(frozen=True)
class Document:
    """A whole product. ``base`` holds the digests that the file was exported with."""

    product: Entry
    entries: tuple[Entry, ...]
    ties: tuple[Tie, ...]
    base: dict[str, str] = field(default_factory=dict)
    name: str = "product.yaml"

    def all(self) -> Iterator[Entry]:
        """Every entry, containers first."""
        for entry in self.entries:
            yield from entry.all()


def sections() -> list[type[Artefact]]:
    """The kinds of a file's sections, in order; a kind that can live without container has one too."""
    known = {name: kind for name, kind in kinds().items() if name != "product"}
    ordered = [known.pop(name) for name in _ORDER if name in known] + [known[name] for name in sorted(known)]
    return [kind for kind in ordered if _stands_alone(kind)]


def _stands_alone(kind: type[Artefact]) -> bool:
    container = container_of(kind)
    return container is None or bool(kind.__mapper__.columns[container.field].nullable)


def fields_in_file(kind: type[Artefact]) -> list[str]:
    """The fields an entry shows: position and container are told by its place."""
    from filrouge.storage.base import fields_of

    if kind.kind == "product":
        return list(PRODUCT_FIELDS)
    container = container_of(kind)
    hidden = {"position", container.field if container else ""}
    return [name for name in fields_of(kind) if name not in hidden]


def renamed(document: Document, product_id: str) -> Document:
    """The document as another product: every id becomes one of that product, the same each time."""

    def own(identifier: str | None) -> str | None:
        if identifier is None:
            return None
        number = int.from_bytes(hashlib.sha256(f"{product_id}/{identifier}".encode()).digest()[:8], "big")
        alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
        return "".join(alphabet[number >> shift & 31] for shift in range(0, 50, 5))

    def entry(old: Entry) -> Entry:
        kind = kinds()[old.kind]
        named = {reference.field for reference in references(kind)}
        named |= {column.key for column in kind.__mapper__.columns if "id_of" in column.info}
        values = {key: own(value) if value and key in named else value for key, value in old.values.items()}
        parts = tuple(entry(part) for part in old.parts)
        return replace(old, id=str(own(old.id)), container=own(old.container), values=values, parts=parts)

    def ref(old: Ref) -> Ref:
        return Ref(old.kind, product_id if old.kind == "product" else str(own(old.id)))

    return replace(
        document,
        product=replace(document.product, id=product_id),
        entries=tuple(entry(old) for old in document.entries),
        ties=tuple(replace(tie, source=ref(tie.source), target=ref(tie.target)) for tie in document.ties),
        base={},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
