"""A canvas handed to somebody: one page as PDF or PNG, or Markdown (EXP-6)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from filrouge.explore.canvas import (
    BoxContent,
    Canvas,
    Content,
    Signature,
    boxes_of,
    content_at,
    content_of,
    signature_of,
    signatures_of,
    version_numbered,
)
from filrouge.explore.canvas.choice import main_canvas
from filrouge.explore.canvas.content import SourceContent
from filrouge.explore.canvas.words import FIELDS, box_title, word_for
from filrouge.flows.typesetting import Typesetter, breakable
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _, current_language
from filrouge.storage.editing import find
from filrouge.storage.product import product_named

__all__ = [
    "CanvasPaper",
    "NoCanvas",
    "PaperSize",
    "as_markdown",
    "canvas_named",
    "canvas_paper",
    "typeset_canvas",
]

PaperSize = Literal["a4", "a3"]
_SOURCE = Path(__file__).parent.parent / "templates" / "paper" / "canvas.typ"
_TONES = {"necessary": "strong", "important": "warn"}


@dataclass(frozen=True)
class CanvasPaper:
    """A canvas, or a version of it, as it is handed over: in the current language."""

    content: Content
    about: str
    """Version and signature, in a line."""
    product: str
    name: str
    """Of the file, without its ending."""


class NoCanvas(FilrougeError):
    """The product has no canvas yet."""

    code = "canvas.none"
    status = 404


def canvas_named(session: Session, product_id: str, identifier: str = "") -> Canvas:
    """A canvas of a product; without an id, that of the idea that is built, or else the first.

    Raises:
        UnknownArtefact: there is none with this id.
        NoCanvas: there is none at all.
    """
    product_named(session, product_id)
    if identifier:
        return find(session, Canvas, identifier, product_id=product_id)
    chosen = main_canvas(session, product_id)
    if chosen is None:
        raise NoCanvas(
            _("The product '{product}' has no canvas.").format(product=product_id),
            action=_("Start one on its page Explore, Canvas."),
        )
    return chosen


def canvas_paper(session: Session, canvas: Canvas, version: int | None = None) -> CanvasPaper:
    """The canvas as it stands, or a version of it.

    Raises:
        UnknownVersion: there is no such version.
    """
    product = product_named(session, str(canvas.product_id))
    if version is None:
        signed = signature_of(session, canvas)
        content = content_of(session, canvas)
        about = " · ".join([_("Canvas"), *(_marks(signed) if signed else ())])
        return CanvasPaper(content, about, product.title, f"{product.id}-canvas")
    found = version_numbered(session, canvas, version)
    marks = [_signed(one.signed_by, day(one.at)) for one in signatures_of(session, canvas).get(found.id, [])]
    about = " · ".join([_("Canvas"), f"V{version}", *(marks or [day(found.at)])])
    return CanvasPaper(content_at(found), about, product.title, f"{product.id}-canvas-v{version}")


def typeset_canvas(
    typesetter: Typesetter,
    paper: CanvasPaper,
    *,
    format: Literal["pdf", "png"] = "pdf",
    size: PaperSize = "a4",
) -> bytes:
    """The canvas on one landscape page, in letters as large as fit.

    What does not fit in the smallest letters flows box by box over several pages; a PNG is then a long one.

    Raises:
        TypesettingFailed: the template is wrong.
    """
    source = _SOURCE.read_text(encoding="utf-8")
    data = _data(paper, size)
    pages = typesetter.typeset(source, data, format=format)
    if len(pages) > 1:  # only pictures come page by page
        pages = typesetter.typeset(source, data | {"endless": True}, format=format)
    return pages[0]


def as_markdown(paper: CanvasPaper) -> str:
    """The canvas as Markdown, box by box; signs that Markdown would read are escaped."""
    lines = [f"# {_plain(paper.content.title)}", "", _plain(paper.about), ""]
    for box in boxes_of(paper.content):
        lines += [f"## {_(box.spec.title)}", ""]
        for source in box.sources:
            said = [source.name, *_said(source)]
            lines.append(_item(", ".join(part for part in said if part)))
        lines += [_item(one.title) for one in box.indicators]
        lines += [_item(note.text) for note in box.notes]
        lines += [_item(f"{fact['label']}: {fact['text']}") for fact in _facts(box)]
        if not (box.filled or _facts(box)):
            lines.append(f"*{_('empty')}*")
        lines.append("")
    return "\n".join(lines)


def _marks(signed: Signature) -> Iterator[str]:
    """Which version was signed and by whom; and what is no longer as it was then."""
    if signed.version is not None:
        yield f"V{signed.version}"
    yield _signed(signed.signed_by, day(signed.at))
    if signed.changed:
        yield _("changed since: {boxes}").format(boxes=signed.changed_words)


def _signed(name: str, when: str) -> str:
    return _("signed by %(name)s, %(day)s") % {"name": name, "day": when}


def _data(paper: CanvasPaper, size: PaperSize) -> dict[str, Any]:
    boxes = boxes_of(paper.content)
    filled = sum(box.filled for box in boxes if not box.spec.box.extension)
    return {
        "language": current_language(),
        "size": size,
        "endless": False,
        "title": breakable(paper.content.title),
        "about": paper.about,
        "filled": _("%(filled)s of 8 boxes") % {"filled": filled},
        "complete": filled == 8,
        "foot": f"{paper.product} · Filrouge",
        "boxes": [_box(box) for box in boxes],
    }


def _box(box: BoxContent) -> dict[str, Any]:
    spec = box.spec
    extension = spec.box.extension
    return {
        "column": spec.column,
        "row": spec.row,
        "title": _("Possible extensions") if extension else _(spec.title),
        "under": box_title(spec.box.extends) if extension else "",
        "prompt": _(spec.prompt),
        "extension": extension,
        "sources": [
            {
                "name": breakable(source.name),
                "class": word_for("necessity", source.necessity),
                "tone": _TONES.get(source.necessity, ""),
                "more": breakable(" · ".join(_said(source)[1:])),
            }
            for source in box.sources
        ],
        "indicators": [breakable(one.title) for one in box.indicators],
        "notes": [breakable(note.text) for note in box.notes],
        "facts": [{**fact, "text": breakable(fact["text"])} for fact in _facts(box)],
    }


def _said(source: SourceContent) -> list[str]:
    """What is said of a source: its class first."""
    without = f"{_('without it:')} {word_for('fallback', source.fallback)}" if source.fallback else ""
    words = (word_for(field, getattr(source, field)) for field in ("necessity", "availability"))
    return (
        [part for part in (*words, without) if part] if source.necessity else ["", *filter(None, (without,))]
    )


def _facts(box: BoxContent) -> list[dict[str, str]]:
    return [
        {"label": _(FIELDS[field]), "text": word_for(field, value)}
        for field, value in box.activation.items()
        if value
    ]


def _plain(text: str) -> str:
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)
    return re.sub(r"^(\s*)([-+=]|\d+[.)])", r"\1\\\2", escaped, flags=re.MULTILINE)


def _item(text: str) -> str:
    return "- " + _plain(text).replace("\n", "\n  ")
