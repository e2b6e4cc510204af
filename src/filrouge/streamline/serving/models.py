"""The models in memory: one for each slot, swapped whole when the ledger changes."""

import logging
from collections.abc import Mapping

import msgspec

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.streamline.serving.errors import ModelUnreadable, NoModelLoads
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
        self.problems: Mapping[str, FilrougeError] = {}
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
        failed: dict[str, tuple[SlotEntry, FilrougeError]] = {}
        for slot, entry in self._ledger.slots().items():
            if slot not in (CHAMPION, NAIVE):
                continue
            held = before.get(slot)
            try:
                loaded[slot] = self._loaded(entry, before)
            except FilrougeError as error:
                failed[slot] = entry, error
                if held is not None:
                    loaded[slot] = held
        problems = {slot: _unreadable(entry, loaded, error) for slot, (entry, error) in failed.items()}
        for problem in problems.values():
            _log.error("%s", problem)
        self.current, self.problems, self._generation = loaded, problems, generation
        return loaded != before

    def require_one(self, product: str) -> None:
        """Refuse to go on without a model when the ledger has some: a product where none serves yet may.

        Raises:
            NoModelLoads: versions should serve, and none of them can be loaded.
        """
        if self.problems and not self.current:
            raise NoModelLoads(
                _("None of the models of '{product}' can be loaded: nothing could answer.").format(
                    product=product
                ),
                where=product,
                why=" ".join(f"{problem.where}: {problem.why}" for problem in self.problems.values()),
                action=_(
                    "Put the files back from a backup, or promote a version whose file is whole: "
                    "filrouge models promote {product} VERSION --why …"
                ).format(product=product),
            )

    def without_champion(self) -> str:
        """Why no champion answers, while there is none in memory."""
        problem = self.problems.get(CHAMPION)
        return f"the champion '{problem.where}' cannot be loaded" if problem else "there is no champion"

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
                _("Its file cannot be read: {error}").format(error=f"{type(error).__name__}: {error}"),
                where=entry.version,
            ) from error


def _unreadable(entry: SlotEntry, loaded: Mapping[str, Loaded], error: FilrougeError) -> ModelUnreadable:
    cannot = _("The {slot} '{version}' cannot be loaded.").format(slot=entry.slot, version=entry.version)
    return ModelUnreadable(
        f"{cannot} {_instead(entry.slot, loaded)}",
        where=entry.version,
        why=str(error),
        action=_("Promote another version, or train it again."),
    )


def _instead(slot: str, loaded: Mapping[str, Loaded]) -> str:
    if slot in loaded:
        return _("'{version}' goes on serving.").format(version=loaded[slot].entry.version)
    if not loaded:
        return _("Nothing serves in this slot.")
    if slot == CHAMPION:
        return _("The naive model '{version}' answers instead.").format(version=loaded[NAIVE].entry.version)
    return _("Nothing answers when the champion cannot.")
