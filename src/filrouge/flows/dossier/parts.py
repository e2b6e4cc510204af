"""What a dossier is made of: chapters of texts, lists and tables, and what is missing."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Block", "Chapter", "Dossier", "Listing", "Missing", "Table", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph; a ``lead`` says the main thing of its chapter."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Listing:
    """Short lines, in an order that may matter."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a head; the first column names each row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Missing:
    """What the chapter cannot say, because nobody wrote or did it."""

    text: str


Block = Text | Listing | Table | Missing


@dataclass(frozen=True)
class Chapter:
    """One step of the thread.

    Args:
        path: the page where it is written.
    """

    title: str
    blocks: tuple[Block, ...]
    path: str


@dataclass(frozen=True)
class Dossier:
    """The thread of a product so far, for those who decide on it."""

    product_id: str
    title: str
    summary: str
    phase: str
    at: datetime
    chapters: tuple[Chapter, ...]
