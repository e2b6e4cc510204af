"""``filrouge worker``: judges, retrains, promotes and rolls back, whenever it is due."""

from typing import Annotated

import typer

from filrouge.cli.output import note

__all__ = ["worker"]


def worker(
    products: Annotated[
        list[str] | None, typer.Argument(help="Products to look after; all by default.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Look now, and end: for cron.")] = False,
) -> None:
    """Look after products: compact the log, judge monitors, retrain, watch promotions. SIGTERM ends it."""
    import signal
    import threading

    from filrouge.bootstrap import open_workspace, recorder_of
    from filrouge.flows.worker import work

    workspace = open_workspace()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def say(product: str, text: str) -> None:
        note(f"{workspace.clock.now():%Y-%m-%d %H:%M}  {product}: {text}" if product else text)

    if not once:
        note(f"Working every {workspace.settings.loop.every_h:g} h ([loop] every_h). Stop with ctrl-C.")
    try:
        work(workspace, products or (), recorder=recorder_of(workspace), once=once, stop=stop, say=say)
    finally:
        workspace.close()
