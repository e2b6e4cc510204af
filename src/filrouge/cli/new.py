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
    product = new_product(workspace, name, template=template, folder=folder)
    write(f"Product {product} created in {workspace.root / (folder or product)}")
    note(f"Next: filrouge train {product} MODEL --window FROM..TO")
