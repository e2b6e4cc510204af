"""``filrouge audit``: what happened to people's access."""

from datetime import datetime
from typing import Annotated

import typer

from filrouge.cli.output import Format, write, write_json

__all__ = ["audit"]


def audit(  # noqa: PLR0917  (Typer's options)
    event: Annotated[
        list[str] | None, typer.Option(help="Only these events, such as sign-in.failed.")
    ] = None,
    words: Annotated[str, typer.Option("--about", help="A part of who, whom, or from where.")] = "",
    product: Annotated[str, typer.Option(help="Only of this product.")] = "",
    since: Annotated[
        datetime | None,
        typer.Option(help="Only from then on (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    format: Format = "text",
) -> None:
    """The audit log, latest first: who did what, when, from which address."""
    from filrouge.bootstrap import open_workspace
    from filrouge.kernel.clock import as_utc
    from filrouge.storage.accounts.audit import audited, event_named

    wanted = [event_named(name) for name in event or ()]
    with open_workspace().reading() as session:
        found = audited(
            session,
            events=wanted,
            words=words,
            product_id=product,
            since=as_utc(since) if since else None,
            limit=limit,
        )
        rows = [
            {
                "id": one.id,
                "at": one.at.isoformat(),
                "recorded_at": one.recorded_at.isoformat(),
                "who": one.who,
                "event": one.event,
                "subject": one.subject,
                "product": one.product_id,
                "address": one.address,
                "detail": one.detail,
            }
            for one in found
        ]
    if format == "json":
        write_json(rows)
        return
    for row in rows:
        moment = str(row["recorded_at"])[:19]
        parts = (moment, row["who"], row["event"], row["subject"], row["product"], row["address"])
        write("  ".join(str(part) for part in parts if part))
