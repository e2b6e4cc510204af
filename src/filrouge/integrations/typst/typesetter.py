"""The typesetter that runs Typst inside this process. What people wrote reaches it as data, never as code."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from filrouge.kernel.errors import FilrougeError, require_extra
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    from typst import Fonts

__all__ = ["TypesettingFailed", "TypstTypesetter"]


class TypesettingFailed(FilrougeError):
    """A document's source cannot be typeset: a mistake in the template, not in what people wrote."""

    code = "paper.failed"
    status = 500


class TypstTypesetter:
    """Typst with the pages' typefaces; those of the system fill in signs that these lack.

    Raises:
        MissingExtra: Typst is not installed.
    """

    def __init__(self) -> None:
        require_extra("typst", "pdf")

    def typeset(
        self,
        source: str,
        data: Mapping[str, Any],
        *,
        format: Literal["pdf", "png", "svg"] = "pdf",
        ppi: int = 144,
        at: datetime | None = None,
    ) -> tuple[bytes, ...]:
        """Typeset a document; see ``filrouge.flows.typesetting.Typesetter``."""
        import typst

        # The only folder that the source can read is empty; and no package is fetched.
        with TemporaryDirectory() as nothing:
            try:
                compiler = typst.Compiler(
                    source.encode(),
                    root=nothing,
                    font_paths=_typefaces(),
                    sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                    package_path=nothing,
                    package_cache_path=nothing,
                )
                made = compiler.compile(format=format, ppi=ppi, timestamp=at)
            except typst.TypstError as error:
                raise TypesettingFailed(
                    _("The document cannot be typeset."),
                    why=str(error.diagnostic or error.message).strip(),
                    action=_("Report it: the template is at fault, not what you wrote."),
                ) from error
        return tuple(made) if isinstance(made, list) else (made or b"",)


@cache
def _typefaces() -> "Fonts":
    from typst import Fonts

    return Fonts(font_paths=[Path(__file__).parent / "typefaces"])
