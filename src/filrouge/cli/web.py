"""``filrouge web``: the pages of the workspace."""

from typing import Annotated

import typer

from filrouge.cli.output import Port, note, write

__all__ = ["web"]


def web(
    host: Annotated[str, typer.Option(help="Address to listen on; what others reach takes accounts.")] = "",
    port: Port = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Show the workspace's pages: on this machine by a one-time link, elsewhere by accounts."""
    from filrouge.bootstrap import open_workspace, server_named

    run = server_named("web")
    workspace = open_workspace()
    settings = workspace.settings.web

    def announce(link: str) -> None:
        write(link)
        once = "token=" in link
        note(f"{'The link opens one session, once.' if once else 'People sign in there.'} Stop with ctrl-C.")
        if open_:
            import webbrowser

            webbrowser.open(link)

    try:
        number = settings.port if port is None else port
        run(workspace, host=host or settings.host, port=number, announce=announce)
    finally:
        workspace.close()
