"""The port to whatever puts documents on paper; ``bootstrap.typesetter`` hands over the one there is."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

__all__ = ["PaperFormat", "Typesetter", "breakable"]

_LONGEST_WORD = 24

PaperFormat = Literal["pdf", "png", "svg"]


class Typesetter(Protocol):
    """Makes files of a Typst source and the data that it shows."""

    def typeset(
        self,
        source: str,
        data: Mapping[str, Any],
        *,
        format: PaperFormat = "pdf",
        ppi: int = 144,
        at: datetime | None = None,
    ) -> tuple[bytes, ...]:
        """Typeset a document.

        Args:
            source: Typst code of ours; it can read no file. It finds the data with
                ``#let data = json(bytes(sys.inputs.data))``, and has the typefaces Inter, Fraunces and Noto
                Emoji.
            data: what it shows, as JSON; texts are printed as they are, whatever signs they hold.
            format: ``pdf``, ``png`` or ``svg``.
            ppi: pixels per inch of a PNG.
            at: the time that a PDF says it was made at; with it, the same data give the same bytes.

        Returns:
            One file for a PDF, one for each page otherwise.

        Raises:
            TypesettingFailed: the source is wrong.
        """
        ...


def breakable(text: str) -> str:
    """A word that no column holds may be parted anywhere.

    Example:
        >>> breakable("short"), breakable("x" * 24).count("\u200b")
        ('short', 2)
    """
    return re.sub(rf"\S{{{_LONGEST_WORD},}}", lambda word: "\u200b".join(re.findall(".{1,8}", word[0])), text)
