"""``filrouge monitor`` and ``filrouge alerts``: judge what is due, and the inbox."""

from typing import Annotated, Any

import typer

from filrouge.cli.output import Format, note, write, write_json

__all__ = ["alerts", "monitor"]


def monitor(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    format: Format = "text",
) -> None:
    """Compact the log, judge every window that is due, and show each monitor's last value."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.eventlog import EventLog
    from filrouge.storage.product import product_named
    from filrouge.streamline.monitoring.watch import default_monitors, latest_values, watch

    workspace = open_workspace()
    with workspace.transaction("cli") as session:
        product_named(session, product)
        default_monitors(session, product)
    log = EventLog(workspace)
    log.compact()
    opened = watch(workspace, product, log=log)
    with workspace.reading() as session:
        rows = latest_values(session, product)
    if format == "json":
        write_json({"monitors": rows, "opened": [_row(alert) for alert in opened]})
        return
    for row in rows:
        value = "no value yet" if row["value"] is None else f"{row['value']:.4g}"
        when = f"to {row['end_at']:%Y-%m-%d %H:%M}, n = {row['n']}" if row["end_at"] else "no window judged"
        mark = "!" if row["bad"] else " "
        write(f"{mark} {row['title']}: {value} (threshold {row['threshold']:.4g}; {when})")
    for alert in opened:
        note(f"New alert: {alert.title}")


def alerts(
    product: Annotated[str | None, typer.Argument(help="Only those of this product.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The closed ones too.")] = False,
    acknowledge: Annotated[str, typer.Option(help="Id of an alert that you look after.")] = "",
    format: Format = "text",
) -> None:
    """Show the inbox of alerts, the newest first."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import product_named
    from filrouge.streamline.monitoring import watch as watching

    workspace = open_workspace()
    if acknowledge:
        with workspace.transaction("cli") as session:
            watching.acknowledge(session, watching.alert_named(session, acknowledge))
    with workspace.reading() as session:
        if product:
            product_named(session, product)
        found = watching.alerts(session, product, states=() if everything else ("open", "acknowledged"))
    if format == "json":
        write_json([_row(alert) for alert in found])
        return
    for alert in found:
        write(f"{alert.opened_at:%Y-%m-%d %H:%M}  {alert.state:<12} {alert.title}  [{alert.id}]")
    if not found:
        note("No alert is open.")


def _row(alert: Any) -> dict[str, Any]:
    names = ("id", "product_id", "title", "state", "action", "opened_at", "closed_at", "evidence")
    return {name: getattr(alert, name) for name in names}
