"""``filrouge waivers``: what was set aside, by whom, until when; and taking it back."""

from typing import TYPE_CHECKING, Annotated

import typer

from filrouge.cli.output import ME, Format, note, write, write_json

if TYPE_CHECKING:
    from datetime import datetime

    from filrouge.thread.check.waivers import Waiver

__all__ = ["waivers"]


def waivers(
    product: Annotated[str, typer.Argument(help="The product; all of them by default.")] = "",
    lift: Annotated[str, typer.Option(metavar="ID", help="Take this waiver back.")] = "",
    soon: Annotated[
        bool, typer.Option("--soon", help="Only those that ended, or end within 14 days.")
    ] = False,
    actor: Annotated[str, typer.Option(envvar="USER", help="Who lifts it.")] = ME,
    format: Format = "text",
) -> None:
    """List the findings that were set aside: what ends first comes first."""
    from sqlalchemy import select

    from filrouge.bootstrap import open_workspace
    from filrouge.storage.editing import archive, find
    from filrouge.storage.product import Product, product_named
    from filrouge.thread.check.waivers import Waiver, waivers_of

    workspace = open_workspace()
    if lift:
        with workspace.transaction(actor) as session:
            taken = archive(session, find(session, Waiver, lift, product_id=product or None))
            write(f"{taken.rule} counts again for {taken.product_id}.")
        return
    now = workspace.clock.now()
    with workspace.reading() as session:
        here = [product_named(session, product).id] if product else list(session.scalars(select(Product.id)))
        found = [one for each in here for one in waivers_of(session, each)]
        shown = [one for one in found if not soon or one.ended(now) or one.ends_soon(now)]
        shown.sort(key=lambda one: (one.expires_at, one.id))
        if format == "json":
            write_json(
                [{"product": one.product_id, **one.as_dict(), "state": _state(one, now)} for one in shown]
            )
            return
        for one in shown:
            write(f"{one.id}  {one.product_id}  {one.rule}  {one.ref or 'all'}  {_end(one, now)}")
            write(f"    {one.reason} ({one.author})")
    if not shown:
        note("Nothing is waived." if not found else "Nothing ended, and nothing ends within 14 days.")


def _state(waiver: "Waiver", now: "datetime") -> str:
    return "ended" if waiver.ended(now) else "ends soon" if waiver.ends_soon(now) else "in force"


def _end(waiver: "Waiver", now: "datetime") -> str:
    day, days = f"{waiver.expires_at:%Y-%m-%d}", (waiver.expires_at - now).days
    if waiver.ended(now):
        return f"ended {day}: the finding is reported again"
    return f"until {day}" + (f", in {days} days" if waiver.ends_soon(now) else "")
