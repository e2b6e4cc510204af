"""``filrouge track-record``: how good a product's answers were, month by month."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from filrouge.cli.output import Format, note, write, write_json

if TYPE_CHECKING:
    from filrouge.flows.track_record import MonthRecord

__all__ = ["track_record"]


def track_record(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    window: Annotated[str, typer.Option(help="Period of the predictions: 2013-03-01..2013-12-31.")],
    alone: Annotated[
        list[str] | None, typer.Option(help="A version to judge as if it had served all along.")
    ] = None,
    format: Format = "text",
) -> None:
    """Judge the labelled answers of a period month by month, beside versions left alone."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.track_record import track_record as judged
    from filrouge.storage.product import product_named
    from filrouge.streamline.pipelines.window import Window

    period = Window.parse(window)
    workspace = open_workspace()
    with workspace.reading() as session:
        product_named(session, product)
    months = judged(workspace, product, period.start, period.end, versions=alone or ())
    if format == "json":
        write_json([_fields(month) for month in months])
        return
    for month in months:
        write(f"{month.month:%Y-%m}  {month.rows:>9,} labelled  {month.rate:>6.1%} positive")
        write(f"  as served: {_metrics(month.served)}  by {', '.join(month.versions)}")
        for version, metrics in month.alone.items():
            write(f"  {version}: {_metrics(metrics)}")
    if not months:
        note(f"No prediction of '{product}' in this period has a label yet.")


def _metrics(metrics: dict[str, float | None]) -> str:
    return "  ".join(f"{name} {'–' if value is None else f'{value:.4f}'}" for name, value in metrics.items())


def _fields(month: "MonthRecord") -> dict[str, Any]:
    return {**vars(month), "month": f"{month.month:%Y-%m}"}
