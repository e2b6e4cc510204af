"""A dossier on A4 pages, for a committee that wants it in hand."""

import math
from pathlib import Path
from typing import Any

from filrouge.flows.dossier.parts import Block, Dossier, Listing, Missing, Text
from filrouge.flows.typesetting import Typesetter, breakable
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _, current_language

__all__ = ["typeset_dossier"]

_SOURCE = Path(__file__).parents[2] / "templates" / "paper" / "dossier.typ"
_FEW_WORDS = 28


def typeset_dossier(typesetter: Typesetter, dossier: Dossier) -> bytes:
    """The dossier as a PDF, in the current language; the same dossier gives the same bytes.

    Raises:
        TypesettingFailed: the template is wrong.
    """
    (made,) = typesetter.typeset(
        _SOURCE.read_text(encoding="utf-8"), _data(dossier), at=dossier.at.replace(microsecond=0)
    )
    return made


def _data(dossier: Dossier) -> dict[str, Any]:
    about = _("Steering dossier · phase {phase} · {day}")
    return {
        "language": current_language(),
        "title": breakable(dossier.title),
        "about": about.format(phase=_(dossier.phase), day=day(dossier.at)),
        "summary": breakable(dossier.summary),
        "foot": f"{dossier.title} · {day(dossier.at)} · Filrouge",
        "chapters": [
            {"title": chapter.title, "blocks": [_block(block) for block in chapter.blocks]}
            for chapter in dossier.chapters
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "lead" if block.lead else "text", "text": breakable(block.text)}
    if isinstance(block, Missing):
        return {"kind": "missing", "text": breakable(block.text)}
    if isinstance(block, Listing):
        kind = "numbered" if block.numbered else "list"
        return {"kind": kind, "items": [breakable(item) for item in block.items]}
    rows = [[breakable(cell) for cell in row] for row in block.rows]
    return {"kind": "table", "head": list(block.head), "rows": rows, "shares": _shares(rows)}


def _shares(rows: list[list[str]]) -> list[int]:
    """How the columns share the width: 0 for those that take what their few words need."""
    longest = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    shares = [round(math.sqrt(length)) if length > _FEW_WORDS else 0 for length in longest]
    return shares if any(shares) else [1, *shares[1:]]
