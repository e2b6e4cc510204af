"""Signing in with a password, and choosing one."""

from typing import TYPE_CHECKING

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from filrouge.storage.accounts.people import Account
    from filrouge.storage.accounts.sessions import Browser
    from filrouge.storage.workspace import Workspace

__all__ = ["WrongPassword", "change_password", "choose_password", "sign_in"]


class WrongPassword(FilrougeError):
    """The e-mail address or the password is wrong; which of them is not said."""

    code = "account.wrong-password"
    status = 401


def sign_in(workspace: "Workspace", email: str, password: str, browser: "Browser") -> str:
    """Open a session; gives the secret that the browser keeps.

    The try is counted before the password is looked at, and the password is compared outside of any
    transaction: it takes a while, whether there is such an account or not.

    Raises:
        TooManyAttempts: too many failed; the same whether there is such an account or not.
        WrongPassword: the same for an unknown address, another password and a disabled account.
    """
    from filrouge.storage.accounts.attempts import TooManyAttempts, forgive, reserve
    from filrouge.storage.accounts.audit import record
    from filrouge.storage.accounts.passwords import matches
    from filrouge.storage.accounts.people import account_by_email
    from filrouge.storage.accounts.sessions import ACCOUNT, open_session

    try:
        with workspace.transaction("nobody") as session:
            reserve(session, email, browser.address)
    except TooManyAttempts:
        _refused(workspace, email, browser, "sign-in.limited")
        raise
    with workspace.reading() as session:
        account = account_by_email(session, email)
        stored = account.password_hash if account and account.disabled_at is None else ""
    if not matches(stored, password) or account is None:
        _refused(workspace, email, browser, "sign-in.failed")
        raise WrongPassword(
            _("The e-mail address or the password is wrong."),
            action=_("Try again, or ask an admin for a link to choose another password."),
        )
    with workspace.transaction(account.name) as session:
        session.info["address"] = browser.address
        forgive(session, email)
        record(session, "sign-in.ok", account.name, how="password")
        return open_session(session, account.name, ACCOUNT, account, browser=browser)


def choose_password(session: "Session", account: "Account", password: str) -> None:
    """Set a password; every session of the account ends.

    Raises:
        BadPassword: it is too easy or too long.
        Faults: it is several of these.
    """
    from filrouge.kernel.clock import SystemClock
    from filrouge.storage.accounts.audit import record
    from filrouge.storage.accounts.passwords import faults_of, hashed
    from filrouge.storage.accounts.sessions import end_sessions

    Faults.raise_if_any(faults_of(password, account.name, account.email))
    account.password_hash = hashed(password)
    account.password_at = SystemClock().now()
    end_sessions(session, account.id)
    record(session, "password.changed", account.name)


def change_password(
    workspace: "Workspace", account_id: str, current: str, password: str, browser: "Browser"
) -> str:
    """Replace one's own password; gives the secret of a new session, all others end.

    Raises:
        TooManyAttempts: the current one was wrong too often.
        BadPassword: the current one is wrong, or the new one too easy.
    """
    from filrouge.storage.accounts.attempts import forgive, reserve
    from filrouge.storage.accounts.passwords import BadPassword, matches
    from filrouge.storage.accounts.people import account_named
    from filrouge.storage.accounts.sessions import ACCOUNT, open_session

    with workspace.transaction("nobody") as session:
        account = account_named(session, account_id)
        reserve(session, account.email, browser.address)
    if not matches(account.password_hash, current):
        raise BadPassword(_("The current password is another one."), where="current")
    with workspace.transaction(account.name) as session:
        session.info["address"] = browser.address
        account = account_named(session, account_id)
        choose_password(session, account, password)
        forgive(session, account.email)
        return open_session(session, account.name, ACCOUNT, account, browser=browser)


def _refused(workspace: "Workspace", email: str, browser: "Browser", event: str) -> None:
    from filrouge.storage.accounts.audit import record
    from filrouge.storage.accounts.people import account_by_email

    with workspace.transaction("nobody") as session:
        session.info["address"] = browser.address
        account = account_by_email(session, email)
        # What was typed may be a password in the wrong field: only a name that we know is written down.
        record(session, event, account.name if account else "", who="?")
