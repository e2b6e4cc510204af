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


def alerts(  # noqa: PLR0917  (options)
    product: Annotated[str | None, typer.Argument(help="Only those of this product.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The closed ones too.")] = False,
    acknowledge: Annotated[str, typer.Option(help="Id of an alert that you look after.")] = "",
    reopen: Annotated[str, typer.Option(help="Id of an alert whose acknowledgement is taken back.")] = "",
    story: Annotated[str, typer.Option(help="Id of an alert that becomes a candidate story.")] = "",
    format: Format = "text",
) -> None:
    """Show the inbox of alerts, the newest first, with the stories that they became."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.alert_to_story import stories_of, story_from
    from filrouge.storage.product import product_named
    from filrouge.streamline.monitoring import inbox
    from filrouge.streamline.monitoring import watch as watching

    workspace = open_workspace()
    if acknowledge or reopen or story:
        with workspace.transaction("cli") as session:
            if acknowledge:
                watching.acknowledge(session, watching.alert_named(session, acknowledge))
            if reopen:
                inbox.reopen(session, [watching.alert_named(session, reopen)])
            made = story_from(session, story) if story else None
        if made is not None:
            note(f"{made.title}  [story:{made.id}]")
    with workspace.reading() as session:
        if product:
            product_named(session, product)
        found = watching.alerts(session, product, states=() if everything else ("open", "acknowledged"))
        stories = stories_of(session, [alert.id for alert in found])
    known = {alert_id: f"story:{one.id}" for alert_id, one in stories.items()}
    if format == "json":
        write_json([_row(alert) | {"story": known.get(alert.id, "")} for alert in found])
        return
    for alert in found:
        became = f" → {known[alert.id]}" if alert.id in known else ""
        write(f"{alert.opened_at:%Y-%m-%d %H:%M}  {alert.state:<12} {alert.title}  [{alert.id}]{became}")
    if not found:
        note("No alert is open.")


def _row(alert: Any) -> dict[str, Any]:
    names = ("id", "product_id", "title", "state", "action", "opened_at", "closed_at", "evidence")
    return {name: getattr(alert, name) for name in names}
