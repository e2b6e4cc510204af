"""``filrouge feasibility``: can this be predicted from this data? Six answers, each with its evidence."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filrouge.cli.output import ME, note, write, write_json
from filrouge.cli.progress import counting

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from filrouge.explore.feasibility import Asked, Study
    from filrouge.storage.workspace import Workspace

__all__ = ["feasibility"]


def feasibility(  # noqa: PLR0917  (Typer reads its options from the parameters)
    data: Annotated[list[str], typer.Argument(help="Files, folders, patterns, or URL#table.")],
    target: Annotated[str, typer.Option(help="The column to predict.")],
    time: Annotated[str, typer.Option(help="The column of time, or its pieces: year+month+day.")] = "",
    product: Annotated[str, typer.Option(help="Keep the study as evidence of this product.")] = "",
    without: Annotated[list[str] | None, typer.Option(help="A column to leave out.")] = None,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Days between what teaches a model and what judges it.")
    ] = None,
    format: Annotated[Literal["text", "json", "md"], typer.Option(help="text, json or md.")] = "text",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who keeps it.")] = ME,
    followed: Annotated[bool, typer.Option(hidden=True, help="Started by the pages.")] = False,
) -> None:
    """Measure whether data allows a prediction, from its presence to a first simple model."""
    from filrouge.explore.feasibility import Asked

    workspace = _workspace_of(product) if product else None
    asked = Asked(tuple(data), target, time, tuple(without or ()), gap)
    if workspace is None:
        with counting("steps") as tell:
            made = _measure(asked, tell)
        _show(made, format)
        return
    asked = _with_expected(workspace, product, asked)
    with _followed(workspace, product) if followed else counting("steps") as tell:
        made = _measure(asked, tell, workspace.clock.now())
        _keep(workspace, product, made, actor)
    _show(made, format)


def _measure(asked: "Asked", tell: "Callable[[int, int], None]", now: "datetime | None" = None) -> "Study":
    from filrouge.explore.feasibility import study

    return study(asked, tell, now=now)


def _followed(workspace: "Workspace", product: str) -> "AbstractContextManager[Callable[[int, int], None]]":
    from filrouge.flows.feasibility_job import followed

    return followed(workspace, product)


def _show(made: "Study", format: str) -> None:
    from filrouge.explore.feasibility import as_lines, as_markdown

    if format == "json":
        write_json({**made.as_dict(), "verdict": made.verdict, "sentence": str(made.said)})
    elif format == "md":
        write(as_markdown(made))
    else:
        for line in as_lines(made):
            write(line)


def _workspace_of(product: str) -> "Workspace":
    """The workspace, once it is sure that it has the product: a study takes long."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import product_named

    workspace = open_workspace()
    with workspace.reading() as session:
        product_named(session, product)
    return workspace


def _with_expected(workspace: "Workspace", product: str, asked: "Asked") -> "Asked":
    from dataclasses import replace

    from filrouge.explore.feasibility import other_sources

    with workspace.reading() as session:
        return replace(asked, expected=other_sources(session, product, asked.data))


def _keep(workspace: "Workspace", product: str, made: "Study", actor: str) -> None:
    from filrouge.explore.feasibility import keep

    with workspace.transaction(actor) as session:
        kept = keep(session, product, made)
    note(f"Kept as feasibility_study:{kept.id}. Answer for tools and frequency on the page: filrouge web")
