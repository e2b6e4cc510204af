"""``filrouge dossier``: the thread of a product so far, for a steering committee."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from filrouge.cli.output import note, write_bytes, write_file

__all__ = ["dossier"]

Language = Literal["en", "fr"]


def dossier(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="The workspace's own, unless it is given.")
    ] = None,
) -> None:
    """Write the steering dossier of a product as Markdown."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.dossier import as_markdown
    from filrouge.flows.dossier import dossier as read
    from filrouge.kernel.i18n import use_language

    workspace = open_workspace()
    with workspace.reading() as session, use_language(language or workspace.settings.web.language):
        text = as_markdown(read(session, product))
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text.encode())
        note(f"Written: {output}")
