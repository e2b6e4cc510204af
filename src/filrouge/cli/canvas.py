"""``filrouge canvas export``: a canvas as PDF, PNG or Markdown."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from filrouge.cli.output import format_of, note, write_bytes, write_file

__all__ = ["canvas"]

_Format = Literal["pdf", "png", "md"]
_FORMATS: tuple[_Format, ...] = ("pdf", "png", "md")

canvas = typer.Typer(help="The canvases of a product.", no_args_is_help=True)


@canvas.callback()
def _group() -> None:
    """The canvases of a product."""


@canvas.command()
def export(  # noqa: PLR0917  (Typer's options)
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    format: Annotated[
        _Format | None,
        typer.Option(help="pdf, png or md (Markdown); by the name of the file, else pdf."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    canvas: Annotated[str, typer.Option(help="Id of the canvas; that of the idea that is built.")] = "",
    version: Annotated[int | None, typer.Option(help="A frozen version, instead of now.")] = None,
    size: Annotated[Literal["a4", "a3"], typer.Option(help="a4 or a3, landscape.")] = "a4",
    language: Annotated[
        Literal["en", "fr"] | None, typer.Option(help="en or fr, instead of the settings'.")
    ] = None,
) -> None:
    """Write a canvas on one page; to standard output unless a file is named."""
    from filrouge.bootstrap import open_workspace, typesetter
    from filrouge.flows.canvas_paper import as_markdown, canvas_named, canvas_paper, typeset_canvas
    from filrouge.kernel.i18n import use_language

    workspace = open_workspace()
    with use_language(language or workspace.settings.web.language):
        with workspace.reading() as session:
            paper = canvas_paper(session, canvas_named(session, product, canvas), version)
        chosen = format or format_of(output, _FORMATS)
        if chosen == "md":
            made = as_markdown(paper).encode()
        else:
            made = typeset_canvas(typesetter(), paper, format=chosen, size=size)
    if output is None:
        write_bytes(made)
    else:
        write_file(output, made)
        note(f"Written: {output}")
