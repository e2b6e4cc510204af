"""``filrouge export`` and ``filrouge import``: a product as a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filrouge.cli.output import ME, Format, note, write, write_bytes, write_file, write_json

if TYPE_CHECKING:
    from filrouge.flows.product_yaml import Plan

__all__ = ["export", "import_", "read_text"]


def export(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
) -> None:
    """Write a product's artefacts and links as YAML."""
    import getpass

    from filrouge.bootstrap import open_workspace
    from filrouge.flows.product_yaml import export_product
    from filrouge.storage.accounts.audit import record

    workspace = open_workspace()
    with workspace.reading() as session:
        text = export_product(session, product)
    with workspace.transaction(getpass.getuser()) as session:
        record(session, "export.taken", product, product_id=product, form="product.yaml")
    if output is None:
        write_bytes(text.encode())
    else:
        write_file(output, text.encode())
        note(f"Written: {output}")


def import_(  # noqa: PLR0917  (Typer's options)
    file: Annotated[Path, typer.Argument(help="A product.yaml.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Archive what the file no longer holds.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_product: Annotated[
        str, typer.Option("--as", help="Import as another product, with its own ids.")
    ] = "",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who imports.")] = ME,
    format: Format = "text",
) -> None:
    """Bring a product.yaml into the workspace: shows the plan, asks, then does all of it or nothing."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.product_yaml import apply_plan, plan_import, read_document, renamed

    workspace = open_workspace()
    text = read_text(file)
    with workspace.reading() as session:
        document = read_document(text, file.name)
        if as_product:
            document = renamed(document, as_product)
        plan = plan_import(session, document, prune=prune)
    _show(plan, format)
    if plan.conflicts:
        from filrouge.kernel.errors import Faults

        Faults.raise_if_any(plan.conflicts)
    if dry_run or plan.empty:
        return
    if not yes and not _confirmed():
        raise typer.Exit(1)
    with workspace.transaction(actor) as session:
        again = plan_import(session, document, prune=prune)
        if again.signature() != plan.signature():
            from filrouge.flows.product_yaml import ImportConflict

            raise ImportConflict(
                "The workspace changed while you were looking at the plan.", action="Run the import again."
            )
        apply_plan(session, again)
    note(f"Imported: {document.product.id}")


def read_text(file: Path) -> str:
    """The text of a product.yaml that a user named.

    Raises:
        ProductYamlError: it cannot be read.
    """
    from filrouge.flows.product_yaml import ProductYamlError

    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ProductYamlError(
            "The file cannot be read.",
            where=str(file),
            why=f"{error.strerror}.",
            action="Give a file that filrouge export wrote.",
        ) from None
    except UnicodeDecodeError:
        raise ProductYamlError(
            "The file is not UTF-8 text.", where=str(file), action="Save it as UTF-8."
        ) from None


def _confirmed() -> bool:
    from filrouge.flows.product_yaml import ProductYamlError

    if not sys.stdin.isatty():
        raise ProductYamlError("Nobody is here to confirm the plan.", action="Add --yes, or --dry-run.")
    return typer.confirm("Apply?")


def _show(plan: "Plan", format: Format) -> None:
    from filrouge.flows.product_yaml.plan import Action

    if format == "json":
        write_json(_rows(plan))
        return
    marks = {Action.CREATE: "+", Action.CHANGE: "~", Action.RESTORE: "+", Action.ARCHIVE: "-"}
    for step in plan.steps:
        if step.action in marks:
            changed = f"  ({', '.join(step.changes)})" if step.changes else ""
            write(f"{marks[step.action]} {step.action} {step.entry.ref}{changed}")
        elif step.why:
            write(f"  {step.action} {step.entry.ref}  ({step.why})")
    for sign, ties in (("+ link", plan.ties_added), ("- link", plan.ties_removed)):
        for tie in ties:
            write(f"{sign} {tie}")
    counts = [f"{plan.count(action)} {action}" for action in Action if plan.count(action)]
    write(f"{', '.join(counts)}; links: {len(plan.ties_added)} added, {len(plan.ties_removed)} removed")


def _rows(plan: "Plan") -> dict[str, Any]:
    return {
        "product": plan.document.product.id,
        "steps": [
            {
                "action": step.action,
                "ref": str(step.entry.ref),
                "changes": {name: list(pair) for name, pair in step.changes.items()},
                "why": step.why,
            }
            for step in plan.steps
        ],
        "links_added": [str(tie) for tie in plan.ties_added],
        "links_removed": [str(tie) for tie in plan.ties_removed],
        "conflicts": [conflict.as_dict() for conflict in plan.conflicts],
    }
