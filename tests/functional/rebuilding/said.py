"""What a ``product.yaml`` says, and what its links are called."""

from collections.abc import Iterator
from typing import Any

__all__ = ["Said", "Ties", "entries", "word_of"]

Said = dict[str, Any]


class Ties:
    """The links of the file, by what they are called."""

    def __init__(self, said: Said) -> None:
        self._words = {one["id"]: word_of(one) for one in entries(said)}
        self._links = [line.replace(":", " ").split(" ") for line in said["links"]]

    def word(self, identifier: str) -> str:
        """What a thing is called."""
        return self._words[identifier]

    def to(self, one: Said, relation: str, kind: str) -> list[str]:
        """What leads to a thing by a relation, from things of a kind."""
        return [
            self.word(near)
            for of, near, named, _kind, far in self._links
            if (of, named, far) == (kind, relation, one["id"])
        ]

    def of(self, one: Said, relation: str, kind: str) -> list[str]:
        """What a thing leads to."""
        return [
            self.word(far)
            for _of, near, named, to, far in self._links
            if (to, named, near) == (kind, relation, one["id"])
        ]


def word_of(one: Said) -> str:
    """What people call it."""
    return str(next(one[key] for key in ("statement", "text", "name", "title", "rationale") if key in one))


def entries(value: Any) -> Iterator[Said]:
    """Everything that has an id, containers first."""
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for one in value.values():
            yield from entries(one)
    if isinstance(value, list):
        for one in value:
            yield from entries(one)
