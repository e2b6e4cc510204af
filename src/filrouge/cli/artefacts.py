"""Commands for artefacts of any kind: list, show, set, add, archive, history, undo."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filrouge.cli.output import ME, Format, note, write, write_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from filrouge.storage.base import Artefact

__all__ = ["register"]

_Ref = Annotated[str, typer.Argument(help="kind:id, an id, or a title.")]
_Fields = Annotated[list[str], typer.Argument(help="field=value; field= empties it.")]
_Actor = Annotated[str, typer.Option(envvar="USER", help="Whom the history names.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command()(show)
    app.command("set")(set_)
    app.command()(add)
    app.command()(archive)
    app.command()(history)
    app.command()(undo)


def list_(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    kind: Annotated[
        str, typer.Argument(help="idea, pain_point, story…; without, the kinds and their fields.")
    ] = "",
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
    format: Format = "text",
) -> None:
    """List a product's artefacts of a kind; without a kind, the kinds there are."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.editing import listed
    from filrouge.storage.kinds import kind_named, kinds
    from filrouge.storage.product import product_named

    with open_workspace().reading() as session:
        product_named(session, product)
        if not kind:
            _write_kinds(
                [(found, len(listed(session, found, product))) for found in kinds().values()], format
            )
            return
        items = listed(session, kind_named(kind), product, archived=archived)
        if format == "json":
            write_json([_row(item) for item in items])
            return
        for item in items:
            write(f"{item.kind}:{item.id}  {_line(item.label)}{'  (archived)' if item.archived_at else ''}")
    if not items:
        note(f"None yet. Add one with: filrouge add {product} {kind} …")


def _write_kinds(counted: "list[tuple[type[Artefact], int]]", format: str) -> None:
    """The kinds of a product's artefacts, with the fields and the words that each takes."""
    several = [(kind, count) for kind, count in counted if kind.kind != "product"]
    if format == "json":
        write_json(
            [{"kind": kind.kind, "count": count, "fields": _described(kind)} for kind, count in several]
        )
        return
    for kind, count in several:
        write(f"{count:5d}  {kind.kind}")
        for field, form in _described(kind).items():
            write(f"         {field}" + (f"  ({form})" if form else ""))


def show(ref: _Ref, format: Format = "text") -> None:
    """Show an artefact: its fields, with the words that each takes."""
    from filrouge.bootstrap import open_workspace

    with open_workspace().reading() as session:
        item = _found(session, ref)
        if format == "json":
            write_json(_row(item))
            return
        _write(item)


def set_(ref: _Ref, fields: _Fields, actor: _Actor = ME, format: Format = "text") -> None:
    """Change fields of an artefact: all of them, or none when one is wrong."""
    from filrouge.bootstrap import open_workspace
    from filrouge.scale.retirement import by_checklist
    from filrouge.storage.editing import edit

    values = _values(fields)
    with open_workspace().transaction(actor) as session:
        item = _found(session, ref)
        by_checklist(session, item, values)
        edit(session, item, **values)
        _told(item, "Changed", format)


def add(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    kind: Annotated[str, typer.Argument(help="idea, pain_point, story…")],
    fields: _Fields,
    actor: _Actor = ME,
    format: Format = "text",
) -> None:
    """Add an artefact to a product."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.editing import create
    from filrouge.storage.kinds import kind_named

    with open_workspace().transaction(actor) as session:
        item = create(session, kind_named(kind), product, **_values(fields))
        _told(item, "Added", format)


def archive(
    ref: _Ref,
    back: Annotated[bool, typer.Option("--back", help="Bring it back, with what went with it.")] = False,
    actor: _Actor = ME,
    format: Format = "text",
) -> None:
    """Put an artefact away, with what it contains; nothing is deleted."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.editing import archive as put_away
    from filrouge.storage.editing import restore

    with open_workspace().transaction(actor) as session:
        item = (restore if back else put_away)(session, _found(session, ref))
        _told(item, "Brought back" if back else "Archived", format)


def history(
    ref: _Ref,
    limit: Annotated[int, typer.Option(min=1, help="Changes to show, the latest first.")] = 50,
    format: Format = "text",
) -> None:
    """Show who changed an artefact, when, and from what to what."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.history import changes_of

    with open_workspace().reading() as session:
        item = _found(session, ref)
        changes = changes_of(session, item.id, limit=limit)
        rows: list[dict[str, Any]] = [
            {
                "at": change.at.isoformat(),
                "actor": change.actor,
                "action": change.action,
                "before": change.before,
                "after": change.after,
                "undone": change.undone_by is not None and change.undone_by != change.id,
            }
            for change in changes
        ]
    if format == "json":
        write_json(rows)
        return
    for row in rows:
        undone = "  (undone)" if row["undone"] else ""
        write(f"{row['at'][:16].replace('T', ' ')}  {row['actor']}  {row['action']}{undone}")
        for field, value in row["after"].items():
            if row["action"] == "create" and value in ("", None, [], {}):
                continue
            before = f"{_line(row['before'][field])} -> " if field in row["before"] else ""
            write(f"    {field}: {before}{_line(value)}")


def undo(ref: _Ref, actor: _Actor = ME, format: Format = "text") -> None:
    """Take back the latest change of an artefact; the undo is itself a change."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.history import undo as take_back

    with open_workspace().transaction(actor) as session:
        item = _found(session, ref)
        change = take_back(session, item)
        if format == "text":
            note(f"Taken back: {change.action} by {change.actor} of {change.at:%Y-%m-%d %H:%M}")
        _told(item, "Now", format)


def _found(session: "Session", text: str) -> "Artefact":
    """The artefact that a person means: by reference, archived or not; by id, or by its title."""
    from filrouge.bootstrap import nodes
    from filrouge.storage.editing import find
    from filrouge.storage.kinds import kind_named, kinds

    kind, colon, identifier = text.partition(":")
    if colon and kind.strip().replace("-", "_") in kinds():
        return find(session, kind_named(kind), identifier.strip())
    ref = nodes().find(session, text).ref
    return find(session, kind_named(ref.kind), ref.id)


def _values(fields: list[str]) -> dict[str, Any]:
    from filrouge.kernel.errors import Faults
    from filrouge.storage.editing import BadField

    values: dict[str, Any] = {}
    faults = []
    for text in fields:
        field, sign, value = text.partition("=")
        name = field.strip().replace("-", "_")
        if not sign or not name:
            faults.append(BadField(f"'{text}' sets nothing.", action="Write field=value."))
        elif name in values:
            faults.append(BadField(f"'{name}' is set twice.", action="Set it once."))
        values[name] = value
    Faults.raise_if_any(faults)
    return values


def _described(kind: "type[Artefact]") -> dict[str, str]:
    """The fields of a kind, each with its words, its range or its form where it has one."""
    from filrouge.storage.base import fields_of

    return {name: _form(kind, name) for name in fields_of(kind) if name != "position"}


def _form(kind: "type[Artefact]", field: str) -> str:
    import sqlalchemy as sa

    column = kind.__mapper__.columns[field]
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return " | ".join(word.value for word in column.type.enum_class)
    if "shape" in column.info:
        return "JSON"
    forms = {bool: "yes | no", datetime: "a time, as 2013-03-01T12:00:00+00:00"}
    if column.type.python_type in (int, float):
        least, most = column.info.get("least"), column.info.get("most")
        return f"{least} to {most}" if least is not None and most is not None else "a number"
    return forms.get(column.type.python_type, "")


def _write(item: "Artefact") -> None:
    archived = "  (archived)" if item.archived_at else ""
    write(f"{item.kind}:{item.id}  {_line(item.label)}{archived}")
    write(f"  product: {item.product_id or item.id}   revision: {item.revision}")
    for field, form in _described(type(item)).items():
        write(f"  {field}: {_line(getattr(item, field), 400)}" + (f"   ({form})" if form else ""))


def _told(item: "Artefact", what: str, format: str) -> None:
    if format == "json":
        write_json(_row(item))
    else:
        write(f"{what}: {item.kind}:{item.id}  {_line(item.label)}")


def _row(item: "Artefact") -> dict[str, Any]:
    fields = {name: _plain(getattr(item, name)) for name in _described(type(item))}
    about = {"product": item.product_id, "revision": item.revision, "archived": item.archived_at is not None}
    return {"ref": f"{item.kind}:{item.id}", **about, "fields": fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _line(value: Any, most: int = 100) -> str:
    """A value on one line."""
    if value is None:
        return "–"
    text = " ".join(str(_plain(value)).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
