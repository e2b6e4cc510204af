"""``filrouge accounts``: who can sign in to the pages."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filrouge.cli.output import ME, Format, note, write, write_json

if TYPE_CHECKING:
    from filrouge.storage.accounts.people import Account

__all__ = ["accounts"]

accounts = typer.Typer(help="Who can sign in to the pages.", no_args_is_help=True, rich_markup_mode=None)
Who = Annotated[str, typer.Argument(help="E-mail address, or name.")]


@accounts.command()
def add(  # noqa: PLR0917  (Typer's options)
    email: Annotated[str, typer.Argument(help="E-mail address.")],
    name: Annotated[
        str, typer.Option(help="Name, as the history shows it; from the address by default.")
    ] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Admin of the whole workspace.")] = False,
    product: Annotated[str, typer.Option(help="A product to make them member of.")] = "",
    role: Annotated[
        str, typer.Option(help="Their role there: viewer, contributor, maintainer or admin.")
    ] = "viewer",
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password here, instead of making a link.")
    ] = False,
) -> None:
    """Make an account, and a link with which its password is chosen."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.password_links import offer_link
    from filrouge.storage.accounts.people import add_account, join
    from filrouge.storage.accounts.roles import role_named
    from filrouge.storage.accounts.signing_in import choose_password

    wanted, chosen = role_named(role), _asked() if password else ""
    with open_workspace().transaction(ME) as session:
        made = add_account(session, name or email.partition("@")[0], email, admin=admin)
        if product:
            join(session, product, made, wanted)
        if chosen:
            choose_password(session, made, chosen)
        path = "" if chosen else offer_link(session, made)
    _told(made, path)


@accounts.command("list")
def list_(format: Format = "text") -> None:
    """Everybody, with what they may do."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.people import accounts as everybody
    from filrouge.storage.accounts.people import memberships_of

    with open_workspace().reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "email": one.email,
                "name": one.name,
                "admin": one.admin,
                "state": _state(one),
                "since": one.recorded_at.isoformat(),
                "products": {key: role.value for key, role in memberships_of(session, one.id).items()},
            }
            for one in everybody(session)
        ]
    if format == "json":
        write_json(rows)
        return
    for row in rows:
        roles = ["admin of the workspace"] if row["admin"] else []
        roles += [f"{role} of {product}" for product, role in row["products"].items()]
        write(f"{row['email']}  {row['name']}  {row['state']}  {', '.join(roles)}".rstrip())
    if not rows:
        note("Nobody yet. Next: filrouge accounts add you@example.org --admin")


@accounts.command()
def disable(who: Who) -> None:
    """Shut an account: its sessions end, its tokens answer nobody."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.people import account_named
    from filrouge.storage.accounts.people import disable as shut
    from filrouge.storage.accounts.sessions import end_sessions

    with open_workspace().transaction(ME) as session:
        account = account_named(session, who)
        shut(session, account)
        end_sessions(session, account.id)
    write(f"Disabled: {account.name}")


@accounts.command()
def enable(who: Who) -> None:
    """Open a disabled account again."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.people import account_named
    from filrouge.storage.accounts.people import enable as reopen

    with open_workspace().transaction(ME) as session:
        account = account_named(session, who)
        reopen(session, account)
    write(f"Enabled: {account.name}")


@accounts.command()
def reset(
    who: Who,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password here, instead of making a link.")
    ] = False,
) -> None:
    """Let somebody choose another password; with the new one, all their sessions end."""
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.accounts.password_links import offer_link
    from filrouge.storage.accounts.people import account_named
    from filrouge.storage.accounts.signing_in import choose_password

    chosen = _asked() if password else ""
    with open_workspace().transaction(ME) as session:
        account = account_named(session, who)
        if chosen:
            choose_password(session, account, chosen)
        path = "" if chosen else offer_link(session, account)
    _told(account, path)


def _told(account: "Account", path: str) -> None:
    if not path:
        write(f"{account.name} signs in with {account.email}")
        return
    write(path)
    note(
        f"Open it behind the address of the pages: {account.name} chooses a password there, once, in 7 days."
    )


def _state(account: "Account") -> str:
    if account.disabled_at is not None:
        return "disabled"
    return "active" if account.password_hash else "invited"


def _asked() -> str:
    """A password: from the keyboard twice, unseen; or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
