"""The root of the command line. Bodies import what they need, so that ``--help`` stays quick."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from filrouge.cli.accounts import accounts
from filrouge.cli.artefacts import register as register_artefacts
from filrouge.cli.audit import audit
from filrouge.cli.backup import backup, restore
from filrouge.cli.canvas import canvas
from filrouge.cli.chapters import Chapters
from filrouge.cli.check import check
from filrouge.cli.demo import demo
from filrouge.cli.dossier import dossier
from filrouge.cli.feasibility import feasibility
from filrouge.cli.models import models, train
from filrouge.cli.monitor import alerts, monitor
from filrouge.cli.new import new
from filrouge.cli.output import Format, note, write, write_json
from filrouge.cli.pipelines import register as register_pipelines
from filrouge.cli.product_yaml import export, import_
from filrouge.cli.retire import retire
from filrouge.cli.serving import parity, predict, serve
from filrouge.cli.sheets import export_csv, import_csv
from filrouge.cli.thread import thread
from filrouge.cli.tokens import tokens
from filrouge.cli.track_record import track_record
from filrouge.cli.up import up
from filrouge.cli.waivers import waivers
from filrouge.cli.web import web
from filrouge.cli.worker import worker

__all__ = ["app"]

app = typer.Typer(
    name="filrouge",
    cls=Chapters,
    help="The red thread of a data science product, from the business problem to monitored production.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command()(new)
app.command()(train)
app.add_typer(models, name="models")
app.command()(thread)
app.command()(check)
app.command()(feasibility)
app.command()(waivers)
app.command()(monitor)
app.command()(alerts)
app.command()(track_record)
app.command()(worker)
app.command()(retire)
app.command()(up)
app.command()(demo)
app.command()(web)
app.add_typer(accounts, name="accounts")
app.add_typer(tokens, name="tokens")
app.command()(audit)
app.command()(dossier)
app.command()(export)
app.command("import")(import_)
app.add_typer(canvas, name="canvas")
app.command("import-csv")(import_csv)
app.command("export-csv")(export_csv)
app.command()(backup)
app.command()(restore)
register_artefacts(app)
register_pipelines(app)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The red thread of a data science product, from the business problem to monitored production."""
    if version:
        from filrouge import __version__

        write(__version__)
        raise typer.Exit


app.command()(serve)
app.command()(predict)
app.command()(parity)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the workspace.")] = Path(),
) -> None:
    """Create a workspace: settings, database, artefacts and log."""
    from filrouge.bootstrap import init_workspace
    from filrouge.kernel.settings import NoWorkspace, find_root

    workspace = init_workspace(folder)
    write(f"Workspace ready in {workspace.root}")
    with suppress(NoWorkspace):
        outer = find_root(workspace.root.parent)
        note(f"It lies inside the workspace {outer}; commands that run here use the new one.")
    note("Next: filrouge new my-product, or filrouge web")


@app.command()
def migrate() -> None:
    """Bring the workspace's database to the revision of this version."""
    from filrouge.bootstrap import HEAD, migrate
    from filrouge.storage.workspace import Workspace

    migrate(Workspace.at(Path.cwd()))
    write(f"The database is at revision {HEAD}.")


@app.command()
def doctor() -> None:
    """Examine the workspace: database, stored files, disk. Exits with 1 when something is wrong."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.doctor import examine
    from filrouge.storage.workspace import Workspace

    unwell = False
    for found in examine(Workspace.at(Path.cwd())):  # one that does not open is examined too
        write(f"{'ok   ' if found.well else 'WRONG'} {found.subject}: {found.fact} {found.action}".rstrip())
        unwell = unwell or not found.well
    if unwell:
        raise typer.Exit(1)
    open_workspace()


@app.command()
def settings(
    format: Format = "text",
) -> None:
    """List every setting: default, meaning, and the value in this workspace."""
    from filrouge.kernel.settings import NoWorkspace, find_root, load_settings, setting_rows, setting_value

    try:
        current = load_settings(find_root(Path.cwd()))
    except NoWorkspace:
        current = load_settings(Path.cwd())
    rows = [
        {"section": s, "key": k, "default": d, "value": str(setting_value(current, s, k)), "help": h}
        for s, k, d, h in setting_rows()
    ]
    if format == "json":
        write_json(rows)
        return
    section = ""
    for row in rows:
        if row["section"] != section:
            section = row["section"]
            write(f"[{section}]")
        mark = "" if row["value"] == row["default"] else f"   (default {row['default']})"
        write(f"  {row['key']} = {row['value']}{mark}\n      {row['help']}")
