"""The predictions of the last days, in memory: what each was about, and which are of one key."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

__all__ = ["Recent", "Remembered"]

_REMEMBERED = 200_000


class Remembered(msgspec.Struct, frozen=True):
    """What a label needs of a prediction."""

    key: str
    inputs: Mapping[str, Any]


class Recent:
    """Keeps predictions until their labels come; the oldest are let go.

    Args:
        limit: how many are kept.
        inputs: whether the events are kept too, for the histories that labels feed.

    Example:
        >>> recent = Recent()
        >>> recent.add("p1", "bus-7", {"line": "A"})
        >>> recent.ids(["bus-7", "bus-8"])
        {'bus-7': ['p1']}
    """

    def __init__(self, limit: int = _REMEMBERED, *, inputs: bool = True) -> None:
        self._limit, self._inputs = limit, inputs
        self._by_id: OrderedDict[str, Remembered] = OrderedDict()
        self._by_key: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def add(self, identifier: str, key: str, inputs: Mapping[str, Any]) -> None:
        """Keep a prediction; one that is there already stays as it is."""
        with self._lock:
            if identifier in self._by_id:
                return
            self._by_id[identifier] = Remembered(key, inputs if self._inputs else {})
            self._by_key.setdefault(key, []).append(identifier)
            if len(self._by_id) > self._limit:
                self._forget(*self._by_id.popitem(last=False))

    def _forget(self, identifier: str, remembered: Remembered) -> None:
        ids = self._by_key[remembered.key]
        ids.remove(identifier)
        if not ids:
            del self._by_key[remembered.key]

    def get(self, identifier: str) -> Remembered | None:
        """What is kept of a prediction."""
        return self._by_id.get(identifier)

    def known(self, identifiers: Collection[str]) -> set[str]:
        """Those that are kept."""
        return {each for each in identifiers if each in self._by_id}

    def ids(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """The predictions of each key, the oldest first; a key without one is left out."""
        with self._lock:
            return {key: list(self._by_key[key]) for key in keys if key in self._by_key}
