"""The ledger as lines over time: one for each slot, one piece for each version that held it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filrouge.streamline.registry.ledger import LedgerEntry, Mode
from filrouge.streamline.registry.version import version_name
from filrouge.web.streamline.model_words import SLOTS

__all__ = ["LedgerLine", "Piece", "ledger_line"]

_THINNEST = 0.5


@dataclass(frozen=True)
class Piece:
    """A version in a slot, placed in hundredths of the whole time."""

    entry: LedgerEntry
    label: str
    left: float
    width: float
    degraded: bool


@dataclass(frozen=True)
class LedgerLine:
    """The drawing: when it starts and ends, and the pieces of each slot that was ever held."""

    start: datetime
    end: datetime
    lanes: tuple[tuple[str, str, tuple[Piece, ...]], ...]
    """Slot, its word, its pieces from left to right."""


def ledger_line(entries: Sequence[LedgerEntry], now: datetime) -> LedgerLine | None:
    """Place the entries of a ledger; nothing when there is none."""
    if not entries:
        return None
    start = min(entry.from_at for entry in entries)
    end = max(now, *(entry.to_at or entry.from_at for entry in entries))
    whole = max((end - start).total_seconds(), 0.001)

    def piece(entry: LedgerEntry) -> Piece:
        left = 100 * (entry.from_at - start).total_seconds() / whole
        width = 100 * ((entry.to_at or end) - entry.from_at).total_seconds() / whole
        return Piece(
            entry,
            version_name(entry.version_id),
            round(min(left, 100 - _THINNEST), 3),
            round(max(width, _THINNEST), 3),
            entry.mode == Mode.DEGRADED,
        )

    lanes = tuple(
        (slot, word, tuple(piece(entry) for entry in entries if entry.slot == slot))
        for slot, word in SLOTS.items()
        if any(entry.slot == slot for entry in entries)
    )
    return LedgerLine(start, end, lanes)
