"""``filrouge check``: what breaks the thread, why it matters, and the action that mends it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filrouge.cli.output import ME, note, write_bytes, write_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filrouge.kernel.settings import Settings
    from filrouge.thread.check.engine import Report
    from filrouge.thread.check.sarif import Places

__all__ = ["check"]

CheckFormat = Literal["text", "json", "sarif", "junit"]


def check(  # noqa: PLR0917  (Typer reads its options from the parameters)
    products: Annotated[
        list[str] | None, typer.Argument(metavar="[PRODUCT]...", help="The products; all of them by default.")
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option(help="Check this product.yaml instead; needs no database.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the rules.")] = False,
    explain: Annotated[str, typer.Option(metavar="CODE", help="Explain one rule.")] = "",
    format: Annotated[CheckFormat, typer.Option(help="text, json, sarif (2.1.0) or junit.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(help="Exit with 1 when this finds something: a rule, a pattern (EXP*) or a severity."),
    ] = None,
    badge: Annotated[
        Path | None, typer.Option(help="Write the counts of the product as an SVG picture.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Every error and warning closes the gate.")
    ] = False,
    waive: Annotated[str, typer.Option(metavar="CODE", help="Set this rule aside for the product.")] = "",
    reason: Annotated[str, typer.Option(help="Why the team accepts it.")] = "",
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When it ends.")] = None,
    ref: Annotated[str, typer.Option(help="The one thing concerned; all by default.")] = "",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who checks or waives.")] = ME,
) -> None:
    """Check products against the method. Exits with 1 when a gate is closed, with 2 for a fault."""
    from filrouge.cli import check_acts

    named = products or []
    if list_:
        check_acts.list_rules(format)
        return
    if explain:
        check_acts.explain(explain, named)
        return
    if waive:
        check_acts.waive(named, code=waive, reason=reason, until=until, ref=ref, actor=actor)
        return
    gates = [*(gate or ()), *(["warning"] if strict else ())]
    reports, places, settings = _of_files(file, gates) if file else _of_workspace(named, gates, actor)
    if badge is not None:
        check_acts.write_badge(badge, reports)
    content = _rendered(reports, places, settings, format)
    if output is None:
        write_bytes(content)
    else:
        write_file(output, content)
        note(f"Written: {output}")
    if not reports:
        note("There is no product yet. Create one with: filrouge new")
    if any(report.blocked for report in reports):
        raise typer.Exit(1)


def _rendered(
    reports: "Sequence[Report]", places: "Mapping[str, Places]", settings: "Settings", format: CheckFormat
) -> bytes:
    import json

    from filrouge.bootstrap import rules

    if format == "json":
        return (json.dumps([one.as_dict() for one in reports], indent=2, ensure_ascii=False) + "\n").encode()
    pages = settings.check.pages.rstrip("/") or f"http://{settings.web.host}:{settings.web.port}"
    if format == "sarif":
        from filrouge import __version__
        from filrouge.thread.check.sarif import as_sarif

        log = as_sarif(reports, rules(), pages=pages, version=__version__, places=places)
        return (json.dumps(log, indent=2) + "\n").encode()
    if format == "junit":
        from filrouge.thread.check.junit import as_junit

        return as_junit(reports, rules(), pages=pages, places=places)
    from filrouge.thread.check.text import as_lines

    text = "\n\n".join("\n".join(as_lines(report)) for report in reports)
    return f"{text}\n".encode(errors="replace") if text else b""


_Found = tuple["list[Report]", "dict[str, Places]", "Settings"]


def _of_workspace(named: list[str], gates: list[str], actor: str) -> _Found:
    from sqlalchemy import select

    from filrouge.bootstrap import checker, open_workspace
    from filrouge.cli.check_acts import policy_of
    from filrouge.storage.faults import DatabaseError
    from filrouge.storage.product import Product, product_named

    workspace = open_workspace()
    judge = checker(workspace)
    with workspace.reading() as session:
        policy_of(workspace.settings.check, gates, session.scalars(select(Product.id)))
        if named:
            products = [product_named(session, one) for one in dict.fromkeys(named)]
        else:
            query = select(Product).where(Product.archived_at.is_(None)).order_by(Product.id)
            products = list(session.scalars(query))
        looks = [judge.look(session, one, gates) for one in products]
    try:
        with workspace.transaction(actor) as session:
            for look in looks:
                look.keep(session, actor)
    except DatabaseError as error:
        note(f"The result was not recorded: {error.what}")
    return [look.report for look in looks], {}, workspace.settings


def _of_files(files: list[Path], gates: list[str]) -> _Found:
    from filrouge.bootstrap import nodes, rules
    from filrouge.cli.check_acts import policy_of, settings_near
    from filrouge.cli.product_yaml import read_text
    from filrouge.flows.check_file import check_file
    from filrouge.kernel.clock import SystemClock

    reports, places = [], {}
    settings = settings_near(files[0])
    policy = policy_of(settings.check, gates)
    for file in files:
        text = read_text(file)
        report, place = check_file(
            text, file.as_posix(), rules=rules(), nodes=nodes(), policy=policy, clock=SystemClock()
        )
        reports.append(report)
        places[report.product] = place
    return reports, places, settings
