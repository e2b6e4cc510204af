"""``filrouge train`` and ``filrouge models``: train, list, show, promote, roll back, the ledger."""

from typing import Annotated, Any

import typer

from filrouge.cli.output import Format, note, write, write_json
from filrouge.cli.record import record_lines

__all__ = ["models", "train"]

models = typer.Typer(help="Model versions, and what serves.", no_args_is_help=True)
Who = Annotated[str, typer.Option(help="Who decides; your login by default.")]
_ENTRY = ("slot", "version_id", "change", "mode", "from_at", "to_at", "who", "why", "evidence", "replaced")


def train(  # noqa: PLR0917  (Typer reads the command line from them)
    product: str,
    model: str,
    window: Annotated[str, typer.Option(help="Period of the events: 2013-01-01..2013-02-28.")],
    hypothesis: Annotated[str | None, typer.Option(help="The hypothesis that it tests.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="Parameter of the model: name=value.")] = None,
    remark: Annotated[str, typer.Option(help="A remark kept with the version.")] = "",
    format: Format = "text",
) -> None:
    """Train a model of a product and register the version."""
    from filrouge.bootstrap import nodes, open_workspace, recorder_of
    from filrouge.streamline.pipelines.window import Window
    from filrouge.streamline.training.train import train as train_version

    workspace = open_workspace()
    if hypothesis:
        with workspace.reading() as session:
            hypothesis = str(nodes().find(session, hypothesis, kind="hypothesis").ref)
    version = train_version(
        workspace,
        product,
        model,
        window=Window.parse(window),
        hypothesis=hypothesis,
        params=_parameters(param or []),
        recorder=recorder_of(workspace),
        note=remark,
        actor=_login(),
        progress=note,
    )
    if format == "json":
        write_json(_fields(version))
        return
    write(f"{version.id}  " + "  ".join(f"{name} {value:.4f}" for name, value in version.metrics.items()))
    note(f"Next: filrouge models promote {product} {version.id} --why …")


@models.command("list")
def list_versions(product: str, format: Format = "text") -> None:
    """The versions of a product, oldest first, with what serves."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.registry.ledger import serving_now
    from filrouge.streamline.registry.version import versions

    with open_workspace().reading() as session:
        product_named(session, product)
        found = versions(session, product)
        slots = {entry.version_id: slot for slot, entry in serving_now(session, product).items()}
        if format == "json":
            write_json([_fields(version) | {"slot": slots.get(version.id)} for version in found])
            return
        if not found:
            note(f"No version yet. Train one: filrouge train {product} MODEL --window FROM..TO")
        for version in found:
            numbers = "  ".join(f"{name} {value:.4f}" for name, value in version.metrics.items())
            write(f"{version.id:<44} {slots.get(version.id, ''):<11} {numbers}")


@models.command()
def show(version: str, format: Format = "text") -> None:
    """Everything that is known about a version."""
    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.registry.version import version_named

    with open_workspace().reading() as session:
        fields = _fields(version_named(session, version))
    if format == "json":
        write_json(fields)
        return
    for line in record_lines(fields):
        write(line)


@models.command()
def promote(
    product: str,
    version: str,
    why: Annotated[str, typer.Option(help="The reason; the ledger keeps it.")],
    slot: Annotated[str, typer.Option(help="champion, challenger or naive.")] = "champion",
    who: Who = "",
) -> None:
    """Put a version in a slot."""
    from filrouge.bootstrap import mirror, open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.registry.ledger import promote

    workspace = open_workspace()
    with workspace.transaction(who or _login()) as session:
        product_named(session, product)
        entry = promote(session, product, slot, version, who=who or _login(), why=why)
    mirror(workspace, product)
    write(f"{entry.slot}: {entry.version_id}")


@models.command()
def rollback(
    product: str,
    why: Annotated[str, typer.Option(help="The reason; the ledger keeps it.")],
    who: Who = "",
) -> None:
    """Put back the champion that served before."""
    from filrouge.bootstrap import mirror, open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.registry.ledger import rollback

    workspace = open_workspace()
    with workspace.transaction(who or _login()) as session:
        product_named(session, product)
        entry = rollback(session, product, why=why, who=who or _login())
    mirror(workspace, product)
    write(f"{entry.slot}: {entry.version_id}")


@models.command()
def ledger(product: str, format: Format = "text") -> None:
    """Which version served what, from when to when, who changed it and why."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.registry.ledger import ledger

    with open_workspace().reading() as session:
        product_named(session, product)
        found = ledger(session, product)
        if format == "json":
            write_json([{name: getattr(entry, name) for name in _ENTRY} for entry in found])
            return
        if not found:
            note(f"Nothing serves yet. Promote a version: filrouge models promote {product} VERSION --why …")
        for entry in found:
            end = f"{entry.to_at:%Y-%m-%d %H:%M}" if entry.to_at else "now"
            told = f"{entry.slot:<11}{entry.change:<9}{entry.version_id}  {entry.who}: {entry.why}"
            write(f"{entry.from_at:%Y-%m-%d %H:%M} to {end:<17}{told}")


def _fields(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def _parameters(texts: list[str]) -> dict[str, Any]:
    """``name=value``; numbers and true/false are read as such."""
    import json

    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"'{text}' is not name=value.")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _login() -> str:
    import getpass

    return getpass.getuser()
