"""``filrouge new``."""

from pathlib import Path
from typing import Annotated

import typer

from filrouge.cli.output import note, write

__all__ = ["new"]


def new(
    name: Annotated[str, typer.Argument(help="What people call the product.")],
    template: Annotated[str, typer.Option(help="blank or nyc-departures.")] = "blank",
    folder: Annotated[Path | None, typer.Option(help="Folder of its code.")] = None,
) -> None:
    """Create a product: its place in the workspace, and a Python package from the template."""
    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.new_product import new_product

    workspace = open_workspace()
    place = folder.absolute() if folder else None  # from where the user stands, not from the workspace
    product = new_product(workspace, name, template=template, folder=place)
    write(f"Product {product} created in {place or workspace.root / product}")
    note(f"Next: filrouge train {product} MODEL --window FROM..TO")
