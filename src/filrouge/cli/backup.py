"""``filrouge backup`` and ``filrouge restore``: the complete copy of a workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from filrouge.cli.output import ME, Format, note, write, write_json

if TYPE_CHECKING:
    from filrouge.flows.backup import BackupReport

__all__ = ["backup", "restore"]


_Actor = Annotated[str, typer.Option(envvar="USER", help="Whom the audit log names.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The backup, such as filrouge.tar.zst.")],
    code: Annotated[bool, typer.Option("--code", help="Take the products' code folders along.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only examine a backup that is there.")] = False,
    actor: _Actor = ME,
    format: Format = "text",
) -> None:
    """Write everything of the workspace into one file, while servers and workers run."""
    from filrouge import __version__
    from filrouge.bootstrap import HEAD, open_workspace
    from filrouge.cli.progress import counting
    from filrouge.flows.backup import verify_backup, write_backup

    with counting("MB") as advance:

        def progress(done: int, total: int) -> None:
            advance(done // 1_000_000, total // 1_000_000)

        if verify:
            report = verify_backup(file, revision=HEAD, progress=progress)
        else:
            told = {"revision": HEAD, "version": __version__, "actor": actor}
            report = write_backup(open_workspace(), file, **told, code=code, progress=progress)
    if format == "json":
        write_json(report.as_dict())
    else:
        _show(report, verify=verify)


def _show(report: "BackupReport", *, verify: bool) -> None:
    manifest = report.manifest
    rows = sum(manifest.tables.values())
    write(
        f"{'Whole' if verify else 'Written'}: {report.path} ({_size(report.bytes)}; "
        f"{len(manifest.files)} files, {rows} rows, of {manifest.written_at:%Y-%m-%d %H:%M} UTC)"
    )
    note("Not in it:")
    for line in manifest.left_out:
        note(f"  {line}")


def _size(n: int) -> str:
    return f"{n / 1e6:.1f} MB" if n >= 1_000_000 else f"{max(1, round(n / 1000))} kB"


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that filrouge backup wrote.")],
    folder: Annotated[Path, typer.Argument(help="Folder of the workspace.")] = Path(),
    database: Annotated[
        str, typer.Option(help="URL of an empty database; a SQLite file of the workspace by default.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Move aside what is in the folder.")] = False,
    actor: _Actor = ME,
) -> None:
    """Bring the workspace of a backup into a folder: all of it, verified, or nothing."""
    from filrouge.bootstrap import HEAD, metadata, migrate
    from filrouge.cli.progress import counting
    from filrouge.flows.backup import restore_backup

    with counting("MB") as advance:
        report = restore_backup(
            file,
            folder,
            revision=HEAD,
            models=metadata,
            migrate=migrate,
            database=database,
            force=force,
            actor=actor,
            progress=lambda done, total: advance(done // 1_000_000, total // 1_000_000),
        )
    write(f"Restored into {report.root}: {sum(report.manifest.tables.values())} rows.")
    if report.aside:
        note(f"What was there before: {report.aside}")
    if report.places:
        note(f"Commented out in filrouge.toml, for they named places elsewhere: {', '.join(report.places)}")
    if report.unwritten:
        note("The database's password is not written: set FILROUGE_STORAGE_DATABASE to its URL.")
    note("Everybody signs in again. Next: filrouge doctor, then filrouge up")
