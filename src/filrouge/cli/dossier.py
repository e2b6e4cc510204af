"""``filrouge dossier``: the thread of a product so far, for a steering committee."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from filrouge.cli.output import format_of, note, write_bytes, write_file

__all__ = ["dossier"]

Language = Literal["en", "fr"]


def dossier(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    format: Annotated[
        Literal["md", "pdf"] | None,
        typer.Option(help="md (Markdown) or pdf; by the name of the file, else md."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="The workspace's own, unless it is given.")
    ] = None,
) -> None:
    """Write the steering dossier of a product; to standard output unless a file is named."""
    from filrouge.bootstrap import open_workspace, typesetter
    from filrouge.flows.dossier import as_markdown, typeset_dossier
    from filrouge.flows.dossier import dossier as read
    from filrouge.kernel.i18n import use_language

    workspace = open_workspace()
    with use_language(language or workspace.settings.web.language):
        with workspace.reading() as session:
            found = read(session, product)
        chosen = format or format_of(output, ("md", "pdf"))
        made = typeset_dossier(typesetter(), found) if chosen == "pdf" else as_markdown(found).encode()
    if output is None:
        write_bytes(made)
    else:
        write_file(output, made)
        note(f"Written: {output}")
