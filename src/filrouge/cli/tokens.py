"""``filrouge tokens``: API tokens for programs."""

from typing import Annotated

import typer

from filrouge.cli.output import Format, note, write, write_json

__all__ = ["tokens"]

tokens = typer.Typer(help="API tokens for programs.", no_args_is_help=True, rich_markup_mode=None)


@tokens.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    account: Annotated[
        str, typer.Option(help="Whose it is (e-mail address or name); the person at this machine by default.")
    ] = "",
    scope: Annotated[str, typer.Option(help="read, write or admin.")] = "read",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it lives.")] = 30,
) -> None:
    """Make a token, and print it: it is shown this once."""
    import getpass

    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.people import account_named
    from filrouge.storage.accounts.tokens import make_token

    with open_workspace().transaction(getpass.getuser()) as session:
        whose = account_named(session, account) if account else None
        owner = whose.name if whose else getpass.getuser()
        _made, secret = make_token(session, owner, whose, name=name, scope=scope, days=days)
    write(secret)
    note("It is kept nowhere. Send it as: Authorization: Bearer …")


@tokens.command("list")
def list_(format: Format = "text") -> None:
    """Every token that was not revoked: whose, what for, until when, last use."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.tokens import tokens_of

    with open_workspace().reading() as session:
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "owner": one.owner,
                "scope": one.scope.value,
                "ends_at": one.ends_at.isoformat(),
                "used_at": one.used_at.isoformat() if one.used_at else None,
                "open": one.open,
            }
            for one in tokens_of(session, None, everybody=True)
        ]
    if format == "json":
        write_json(rows)
        return
    for row in rows:
        state = f"until {str(row['ends_at'])[:10]}" if row["open"] else "ended"
        used = f"last used {str(row['used_at'])[:16]}" if row["used_at"] else "never used"
        write(f"{row['id']}  {row['name']}  {row['owner']}  {row['scope']}  {state}  {used}")


@tokens.command()
def revoke(token: Annotated[str, typer.Argument(help="Id of the token, from filrouge tokens list.")]) -> None:
    """End a token now."""
    import getpass

    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.tokens import revoke_token, token_named

    with open_workspace().transaction(getpass.getuser()) as session:
        found = token_named(session, token)
        revoke_token(session, found)
    write(f"Revoked: {found.name}")
