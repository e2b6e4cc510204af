"""The models in memory: one for each slot, swapped whole when the ledger changes."""

import logging
from collections.abc import Mapping

import msgspec

from filrouge.kernel.errors import FilrougeError
from filrouge.streamline.serving.errors import ModelUnreadable
from filrouge.streamline.serving.ports import Ledger, Scorer, SlotEntry

__all__ = ["CHAMPION", "NAIVE", "Loaded", "Models"]

CHAMPION, NAIVE = "champion", "naive"

_log = logging.getLogger(__name__)


class Loaded(msgspec.Struct, frozen=True):
    """A slot whose model is in memory."""

    entry: SlotEntry
    scorer: Scorer


class Models:
    """What serves now.

    A batch takes ``current`` once and keeps it: a swap replaces the whole mapping, so that every
    request is answered by one version, and none is lost.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._generation: object = None
        self.current: Mapping[str, Loaded] = {}
        self.problems: dict[str, FilrougeError] = {}
        """By slot: why the version that should serve does not."""

    def refresh(self, *, force: bool = False) -> bool:
        """Follow the ledger when it has changed.

        A version that cannot be loaded leaves its slot to the one that served before; the problem
        is kept for ``/ready``, and loading is tried again at the next forced refresh or change.

        Returns:
            Whether a slot changed.
        """
        generation = self._ledger.generation()
        if generation == self._generation and not force:
            return False
        before = self.current
        loaded: dict[str, Loaded] = {}
        problems: dict[str, FilrougeError] = {}
        for slot, entry in self._ledger.slots().items():
            if slot not in (CHAMPION, NAIVE):
                continue
            held = before.get(slot)
            try:
                loaded[slot] = self._loaded(entry, before)
            except FilrougeError as error:
                problems[slot] = _unreadable(entry, held, error)
                _log.error("%s", problems[slot])
                if held is not None:
                    loaded[slot] = held
        self.current, self.problems, self._generation = loaded, problems, generation
        return loaded != before

    def _loaded(self, entry: SlotEntry, before: Mapping[str, Loaded]) -> Loaded:
        for held in before.values():
            if held.entry.version == entry.version:
                return Loaded(entry, held.scorer)
        try:
            return Loaded(entry, self._ledger.load(entry))
        except FilrougeError:
            raise
        except Exception as error:
            raise ModelUnreadable(
                f"Its file cannot be read: {type(error).__name__}: {error}", where=entry.version
            ) from error


def _unreadable(entry: SlotEntry, held: Loaded | None, error: FilrougeError) -> ModelUnreadable:
    stays = f"'{held.entry.version}' goes on serving." if held else "Nothing serves in this slot."
    return ModelUnreadable(
        f"The {entry.slot} '{entry.version}' cannot be loaded. {stays}",
        where=entry.version,
        why=str(error),
        action="Promote another version, or train it again.",
    )
