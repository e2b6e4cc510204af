"""A dossier as Markdown; what people wrote comes out as they wrote it, never as markup."""

import re
from collections.abc import Iterator

from filrouge.flows.dossier.parts import Block, Dossier, Listing, Missing, Table, Text
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _

__all__ = ["as_markdown"]

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BEGIN = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def as_markdown(dossier: Dossier) -> str:
    """The dossier as a file."""
    lines = [f"# {_plain(dossier.title)}", ""]
    lines.append(
        _("Steering dossier · phase {phase} · {day}").format(phase=_(dossier.phase), day=day(dossier.at))
    )
    if dossier.summary:
        lines += ["", _plain(dossier.summary)]
    for chapter in dossier.chapters:
        lines += ["", f"## {_plain(chapter.title)}"]
        for block in chapter.blocks:
            lines += ["", *_block(block)]
    return "\n".join(lines) + "\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield f"**{_plain(block.text)}**" if block.lead else _plain(block.text)
    elif isinstance(block, Missing):
        yield f"> {_plain(block.text)}"
    elif isinstance(block, Listing):
        for number, item in enumerate(block.items, 1):
            yield f"{f'{number}.' if block.numbered else '-'} {_plain(item)}"
    else:
        yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(_plain(word) for word in table.head)} |"
    yield f"|{'---|' * len(table.head)}"
    for row in table.rows:
        yield f"| {' | '.join(_plain(cell) for cell in row)} |"


def _plain(text: str) -> str:
    """One line, with the signs of Markdown escaped.

    Example:
        >>> _plain("- a | b\\nc"), _plain("1. <b>")
        ('\\\\- a \\\\| b c', '1\\\\. \\\\<b\\\\>')
    """
    line = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    found = _BEGIN.match(line)
    if found is None:
        return line
    mark = found[2]
    return f"{mark[:-1]}\\{mark[-1]}{line[found.end() :]}"
