"""Markdown that people write, as safe HTML: no markup of theirs, no picture, no script, few schemes."""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from filrouge.storage.mentions import mentioned

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["rendered"]

_TAGS = {
    *("p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "mark"),
    *("s", "table", "thead", "tbody", "tr", "th", "td"),
}


def rendered(text: str, people: Iterable[str] = ()) -> Markup:
    """The text as a page shows it; HTML in it is shown as it was written, mentions are marked.

    Example:
        >>> print(rendered("*Ask* @ana <script>alert(1)</script>", ["ana"]).strip())
        <p><em>Ask</em> <mark>@ana</mark> &lt;script&gt;alert(1)&lt;/script&gt;</p>
    """
    import nh3

    html = _marked(_parser().render(text), mentioned(text, people))
    # What the parser gave is clean already; the second pair of eyes is cheap.
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704  (cleaned above)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    return parser.disable(["image", "heading", "lheading"])


def _marked(html: str, names: Iterable[str]) -> str:
    """Mentions, outside tags and code."""
    from html import escape

    either = "|".join(re.escape(escape(name)) for name in sorted(names, key=len, reverse=True))
    if not either:
        return html
    mention = re.compile(rf"(?<![\w@.])@(?:{either})(?!\w)", re.IGNORECASE)
    pieces = re.split(r"(<(?:code|a)\b.*?</(?:code|a)>|<[^>]*>)", html, flags=re.DOTALL)
    return "".join(
        piece if piece.startswith("<") else mention.sub(r"<mark>\g<0></mark>", piece) for piece in pieces
    )
