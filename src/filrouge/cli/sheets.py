"""``filrouge import-csv`` and ``filrouge export-csv``: lists from spreadsheets and into them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filrouge.cli.output import ME, Format, note, write, write_bytes, write_file, write_json

if TYPE_CHECKING:
    from filrouge.flows.spreadsheet import Plan
    from filrouge.storage.workspace import Workspace

__all__ = ["export_csv", "import_csv"]

_Product = Annotated[str, typer.Option("--product", "-p", help="Id of the product.")]
_Kind = Annotated[str, typer.Option("--kind", "-k", help="idea, pain_point, step or uncertainty.")]


def import_csv(  # noqa: PLR0917  (Typer's options)
    product: _Product,
    file: Annotated[Path | None, typer.Argument(help="A CSV with a header row.")] = None,
    kind: _Kind = "idea",
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="Column=field; Column= leaves a column out.")
    ] = None,
    into: Annotated[str, typer.Option(help="The step or journey of rows that do not say it.")] = "",
    leave_out: Annotated[bool, typer.Option("--leave-out", help="Leave out rows with problems.")] = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Import titles that are there already too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be imported.")] = False,
    undo: Annotated[str, typer.Option("--undo", help="Archive what this import made.")] = "",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who imports.")] = ME,
    format: Format = "text",
) -> None:
    """Import rows of a CSV: all of the good ones, or nothing while some have problems."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.spreadsheet import apply_rows, plan_rows, read_sheet, sheet_kind, told, undo_import

    workspace = open_workspace()
    if undo:
        with workspace.transaction(actor) as session:
            count = undo_import(session, product, undo)
        write(f"{count} archived.")
        return
    if file is None:
        raise typer.BadParameter("Give a file, or --undo and the id of an import.")
    wanted = sheet_kind(kind)
    sheet = read_sheet(file.read_bytes())
    mapping = told(wanted, sheet.columns, map_ or [])
    note(f"{file.name}: {sheet.encoding}, separated by {sheet.separator!r}, {len(sheet.lines)} rows")
    for at, column in enumerate(sheet.columns):
        guess = "  (resembles it)" if at in mapping.guesses else ""
        note(f"  {column} -> {mapping.get(at, 'left out')}{guess}")
    holder = _holder(workspace, product, wanted.container.holds, into) if into and wanted.container else ""
    if dry_run:
        with workspace.reading() as session:
            _show(plan_rows(session, wanted, product, sheet, mapping, into=holder), format)
        return
    with workspace.transaction(actor) as session:
        plan = plan_rows(session, wanted, product, sheet, mapping, into=holder)
        if plan.wrong or format == "json":
            _show(plan, format)
        record = apply_rows(
            session, plan, product, file=file.name, leave_out=leave_out, duplicates=duplicates
        )
    left = len(plan.rows) - len(record.made)
    note(f"Imported: {len(record.made)}; left out: {left}.")
    note(f"Take it back with: filrouge import-csv -p {product} --undo {record.id}")


def export_csv(
    product: _Product,
    kind: _Kind = "idea",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    language: Annotated[Literal["en", "fr"], typer.Option(help="Of headers and words.")] = "en",
    actor: Annotated[str, typer.Option(envvar="USER", help="Whom the audit log names.")] = ME,
) -> None:
    """Write a list as CSV for spreadsheets; formulas in texts stay texts."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.spreadsheet import sheet_kind, write_sheet
    from filrouge.kernel.i18n import use_language

    wanted = sheet_kind(kind)
    with use_language(language), open_workspace().transaction(actor) as session:
        content = write_sheet(session, wanted, product)
    if output is None:
        write_bytes(content)
    else:
        write_file(output, content)
        note(f"Written: {output}")


def _holder(workspace: "Workspace", product: str, kind: str, text: str) -> str:
    from filrouge.bootstrap import nodes

    with workspace.reading() as session:
        return nodes().find(session, text, kind, product_id=product).ref.id


def _show(plan: "Plan", format: str) -> None:
    if format == "json":
        write_json([_row(row) for row in plan.rows])
        return
    for row in plan.rows:
        title = row.shown.get(plan.kind.title.name, "")
        mark = "!" if row.problems else "=" if row.same_as else "+"
        write(f"{mark} {row.number}  {title[:70]}" + (f"  ({row.same_as})" if row.same_as else ""))
        for problem in row.problems:
            write(f"      {problem.column}: {problem.what} {problem.hint}".rstrip())
    good = len(plan.taken(duplicates=False))
    write(f"{good} to import, {len(plan.wrong)} with problems, {len(plan.doubled)} there already")


def _row(row: Any) -> dict[str, Any]:
    return {
        "row": row.number,
        "values": row.values,
        "problems": [problem.__dict__ for problem in row.problems],
        "same_as": row.same_as,
    }
