"""``filrouge web``: the pages of the workspace."""

from typing import Annotated

import typer

from filrouge.cli.output import Port, note, write

__all__ = ["web"]


def web(
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "",
    port: Port = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Show the workspace's pages on this machine, behind a one-time login link."""
    from filrouge.bootstrap import open_workspace, server_named

    run = server_named("web")
    workspace = open_workspace()
    settings = workspace.settings.web

    def announce(link: str) -> None:
        write(link)
        note("The link opens one session, once. Stop with ctrl-C.")
        if open_:
            import webbrowser

            webbrowser.open(link)

    try:
        number = settings.port if port is None else port
        run(workspace, host=host or settings.host, port=number, announce=announce)
    finally:
        workspace.close()
