"""``filrouge run``, ``filrouge runs``, ``filrouge graph``."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filrouge.cli.output import Format, note, report, write, write_json
from filrouge.kernel.errors import FilrougeError

if TYPE_CHECKING:
    from filrouge.streamline.pipelines.run_result import StepEvent

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    app.command("run")(run)
    app.command("runs")(runs)
    app.command("graph")(graph)


def run(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    window: Annotated[str, typer.Option(help="Period: 2013-01-01..2013-02-28.")] = "",
    only: Annotated[list[str] | None, typer.Option(help="A step to run, with what it needs.")] = None,
    resume: Annotated[str, typer.Option(help="Id of a run to continue.")] = "",
) -> None:
    """Run a product's graph: sources, steps, features and labels."""
    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.pipelines.code import ProductCode
    from filrouge.streamline.pipelines.runner import run_graph
    from filrouge.streamline.pipelines.window import Window

    workspace = open_workspace()
    code = ProductCode.of(workspace, product)
    with _resumable(product) as started, _progress() as show:

        def heard(event: "StepEvent") -> None:
            started.add(event.run_id)
            show(event)

        result = run_graph(
            workspace,
            product,
            code.graph,
            targets=only or None,
            window=Window.parse(window) if window else None,
            who=getpass.getuser(),
            resume=resume or None,
            progress=heard,
        )
    for name, state in result.states.items():
        rows = result.outputs[name].rows
        write(f"{state:9} {name}" + (f"  {rows:,} rows" if rows is not None else ""))
    note(f"Run {result.run_id} is done.")


def runs(
    product: Annotated[str | None, typer.Argument(help="Id of a product; all without it.")] = None,
    format: Format = "text",
) -> None:
    """List the latest runs and how they went."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.pipelines.runs import runs_of, steps_of

    with open_workspace().reading() as session:
        rows: list[dict[str, Any]] = []
        if product:
            product_named(session, product)
        for found in runs_of(session, product):
            steps = steps_of(session, found.id)
            failed = [step.name for step in steps if step.state == "failed"]
            rows.append(
                {
                    "id": found.id,
                    "product": found.product_id,
                    "state": found.state,
                    "trigger": found.trigger,
                    "at": found.at.isoformat(timespec="seconds"),
                    "steps": len(steps),
                    "failed": failed,
                }
            )
    if format == "json":
        write_json(rows)
        return
    for row in rows:
        troubles = f"  failed: {', '.join(row['failed'])}" if row["failed"] else ""
        line = f"{row['id']}  {row['at']}  {row['state']:9}  {row['product']}  {row['steps']} steps"
        write(line + troubles)
    if not rows:
        note("No run yet. Start one with: filrouge run PRODUCT")


def graph(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    format: Format = "text",
) -> None:
    """Show the graph of a product's code; nothing is run."""
    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.pipelines.code import ProductCode

    told = ProductCode.of(open_workspace(), product).graph.describe()
    if format == "json":
        write_json(told)
        return
    for node in told["nodes"]:
        origins = [edge["from"] for edge in told["edges"] if edge["to"] == node["name"]]
        write(f"{node['kind']:10} {node['name']}" + (f"  ← {', '.join(origins)}" if origins else ""))


@contextmanager
def _resumable(product: str) -> Iterator[set[str]]:
    """Say how to go on with a run that failed; the block adds its id once it has started."""
    from filrouge.streamline.pipelines.run_result import RunCancelled

    started: set[str] = set()
    try:
        yield started
    except RunCancelled:  # says so itself
        raise
    except FilrougeError as fault:
        report(fault)
        for run_id in started:
            note(f"Once it is mended, keep what is done: filrouge run {product} --resume {run_id}")
        raise typer.Exit(fault.exit_code) from fault


@contextmanager
def _progress() -> Iterator[Callable[["StepEvent"], None]]:
    """A bar on a terminal, plain lines elsewhere; both on standard error."""
    if not sys.stderr.isatty():
        yield lambda event: note(f"{event.state:9} {event.name}") if event.state != "running" else None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda event: bar.update(
            task, total=event.total, completed=event.done, description=f"{event.name} {event.state}"
        )
