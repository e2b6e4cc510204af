"""``filrouge up``: pages, worker and model server of a workspace on one machine."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from filrouge.cli.output import note, write

if TYPE_CHECKING:
    from filrouge.flows.processes import Parts

__all__ = ["Addresses", "start_all", "stay", "up"]


class Addresses(NamedTuple):
    """Where the parts answer."""

    pages: str
    """The one-time login link."""
    models: str


def up(
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Start pages, worker and model server; a part that dies is started again. Ctrl-C ends all."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.processes import Parts

    workspace = open_workspace()
    try:
        with Parts(workspace.root, note) as parts:
            stay(start_all(parts, note), open_=open_)
    finally:
        workspace.close()


def start_all(parts: "Parts", told: Callable[[str], None]) -> Addresses:
    """Start every part of a workspace.

    Raises:
        PartFailed: one does not come up.
    """
    told("Starting the pages, the worker and the model server …")
    pages = parts.start("web", "web", "--no-open", listens=True)
    parts.start("worker", "worker")
    models = parts.start("serve", "serve", listens=True)
    return Addresses(pages.address, models.address)


def stay(at: Addresses, *, open_: bool) -> None:
    """Say where the parts answer, open the pages, and wait for ctrl-C or SIGTERM."""
    import signal
    import threading

    write(f"Pages:  {at.pages}")
    write(f"Models: {at.models}")
    note("The pages' link opens one session, once. Logs are in .filrouge/logs. Stop with ctrl-C.")
    if open_:
        import webbrowser

        webbrowser.open(at.pages)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
