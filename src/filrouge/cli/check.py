"""``filrouge check``: what breaks the thread, why it matters, and the action that mends it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from filrouge.cli.output import Format, note, write, write_json

if TYPE_CHECKING:
    from filrouge.storage.workspace import Workspace
    from filrouge.thread.check.engine import Report

__all__ = ["check"]


def check(  # noqa: PLR0917  (Typer reads its options from the parameters)
    product: Annotated[str, typer.Argument(help="The product; all of them by default.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="List the rules.")] = False,
    format: Format = "text",
    waive: Annotated[str, typer.Option(help="Set this rule aside for the product.")] = "",
    reason: Annotated[str, typer.Option(help="Why the team accepts it.")] = "",
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When it ends.")] = None,
    ref: Annotated[str, typer.Option(help="The one thing concerned; all by default.")] = "",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who waives.")] = "someone",
) -> None:
    """Check products against the method. Exit code 1 when a rule of [check] gate finds something."""
    from filrouge.bootstrap import open_workspace, rules
    from filrouge.thread.check.text import as_lines, rule_lines, rule_rows

    if list_:
        if format == "json":
            write_json(rule_rows(rules()))
        else:
            for line in rule_lines(rules()):
                write(line)
        return
    workspace = open_workspace()
    if waive:
        _waive(workspace, product, code=waive, reason=reason, until=until, ref=ref, actor=actor)
        return
    reports = _reports(workspace, product)
    if format == "json":
        write_json([report.as_dict() for report in reports])
    else:
        for number, report in enumerate(reports):
            if number:
                write()
            for line in as_lines(report):
                write(line)
        if not reports:
            note("There is no product yet. Create one with: filrouge new")
    if any(report.blocked for report in reports):
        raise typer.Exit(1)


def _reports(workspace: "Workspace", product_id: str) -> list["Report"]:
    from sqlalchemy import select

    from filrouge.bootstrap import nodes, rules
    from filrouge.storage.product import Product, product_named
    from filrouge.thread.check.engine import Policy
    from filrouge.thread.check.engine import check as run

    policy = Policy.of(workspace.settings.check, rules())
    with workspace.reading() as session:
        if product_id:
            products = [product_named(session, product_id)]
        else:
            query = select(Product).where(Product.archived_at.is_(None)).order_by(Product.id)
            products = list(session.scalars(query))
        return [run(session, one, rules(), policy, nodes()) for one in products]


def _waive(
    workspace: "Workspace",
    product_id: str,
    *,
    code: str,
    reason: str,
    until: datetime | None,
    ref: str,
    actor: str,
) -> None:
    from filrouge.bootstrap import nodes, rules
    from filrouge.kernel.clock import as_utc
    from filrouge.storage.product import product_named
    from filrouge.thread.check.waivers import BadWaiver
    from filrouge.thread.check.waivers import waive as waive_rule

    if not product_id:
        raise BadWaiver(
            "A waiver holds for one product.", action=f"Run: filrouge check PRODUCT --waive {code}"
        )
    if until is None:
        raise BadWaiver("A waiver needs an end.", where=code, action="Add: --until YYYY-MM-DD")
    known = [rule.code for rule in rules()]
    with workspace.transaction(actor) as session:
        product = product_named(session, product_id)
        concerned = nodes().find(session, ref).ref if ref else None
        end = as_utc(until)
        waive_rule(session, product.id, code, reason, end, known=known, ref=concerned)
    write(f"{code} is waived for {product_id} until {end:%Y-%m-%d}.")
