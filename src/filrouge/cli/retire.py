"""``filrouge retire``: the checklist that ends a product's service."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from filrouge.cli.output import ME, Format, note, write, write_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from filrouge.scale.retirement import Answer, Point

__all__ = ["retire"]

_POINTS = Literal["users_told", "serving_stopped", "data", "knowledge_posted"]


def retire(  # noqa: PLR0917  (Typer's options)
    product: Annotated[str, typer.Argument(help="The product.")],
    done: Annotated[_POINTS | None, typer.Option(metavar="POINT", help="Answer this point.")] = None,
    set_aside: Annotated[
        _POINTS | None, typer.Option(metavar="POINT", help="Set this point aside, with --note.")
    ] = None,
    reopen: Annotated[_POINTS | None, typer.Option(metavar="POINT", help="Open this point again.")] = None,
    note_: Annotated[str, typer.Option("--note", help="What there is to say of it.")] = "",
    data: Annotated[
        Literal["kept", "erased"] | None, typer.Option(help="What becomes of the records, for data.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until when they are kept.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Stop serving: every slot is emptied.")] = False,
    without: Annotated[
        str, typer.Option(metavar="REASON", help="Retire although points are open, for this reason.")
    ] = "",
    actor: Annotated[str, typer.Option(envvar="USER", help="Who retires it.")] = ME,
    format: Format = "text",
) -> None:
    """Retire a product by its checklist; without an option, show what is left to do.

    The last answer retires the product.
    """
    from filrouge.bootstrap import mirror, open_workspace
    from filrouge.scale.retirement import Answer, Point
    from filrouge.scale.retirement import retire as retire_now
    from filrouge.streamline.registry.ledger import withdraw

    asked = {Answer.DONE: done, Answer.WAIVED: set_aside, Answer.OPEN: reopen}
    given = [(said, Point(point)) for said, point in asked.items() if point]
    if len(given) > 1:
        raise typer.BadParameter("One point at a time: --done, --set-aside or --reopen.")
    workspace = open_workspace()
    if given or stop or without:
        with workspace.transaction(actor) as session:
            if stop:
                withdraw(session, product, who=actor, why=note_ or "The product retires.")
            for said, point in given:
                _answer(session, product, point, said, who=actor, note=note_, data=data, until=until)
            if without:
                retire_now(session, product, who=actor, reason=without)
        if stop:
            mirror(workspace, product)
    with workspace.reading() as session:
        _show(session, product, workspace.clock.now(), format)


def _answer(
    session: "Session",
    product_id: str,
    point: "Point",
    said: "Answer",
    *,
    who: str,
    note: str,
    data: str | None,
    until: datetime | None,
) -> None:
    from filrouge.kernel.clock import as_utc
    from filrouge.scale.retirement import DataFate, answer

    fate, end = DataFate(data) if data else None, as_utc(until) if until else None
    answer(session, product_id, point, answer=said, who=who, note=note, data=fate, until=end)


def _show(session: "Session", product_id: str, now: datetime, format: str) -> None:
    from filrouge.flows.retirement import sight_of
    from filrouge.scale.retirement import Answer, Point, points_of
    from filrouge.scale.retirement.words import ANSWERS, POINTS
    from filrouge.storage.product import Phase, product_named

    product = product_named(session, product_id)
    sight, known = sight_of(session, product_id, now), points_of(session, product_id)
    answers = {point: known[point].answer if point in known else Answer.OPEN for point in Point}
    if format == "json":
        points = {
            point.value: {
                "answer": answers[point].value,
                "who": known[point].who if point in known else "",
                "note": known[point].note if point in known else "",
            }
            for point in Point
        }
        serving = {slot: entry.version_id for slot, entry in sight.serving.items()}
        write_json(
            {"product": product.id, "phase": product.phase.value, "points": points, "serving": serving}
        )
        return
    retired = product.phase == Phase.RETIRED
    write(f"{product.title}: {'retired' if retired else 'not retired yet'}")
    for point, (title, question) in POINTS.items():
        write(f"  {ANSWERS[answers[point]]:<9}  {point.value:<16}  {title}. {question}")
        if point in known and known[point].note:
            write(f"             {known[point].note} ({known[point].who})")
    for slot, entry in sight.serving.items():
        write(f"  still serves: {entry.version_id} ({slot}); filrouge retire {product.id} --stop")
    if sight.records:
        write(f"  kept: {sight.records} predictions, {sight.labelled} with their label")
    left = next((point for point in Point if answers[point] == Answer.OPEN), None)
    if left and not retired:
        note(f"Next: filrouge retire {product.id} --done {left.value} --note “…”")
