"""Members of a product: who, with which role, since when, invited by whom."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.people import Account, Membership, access_of, accounts, join
from filrouge.storage.accounts.roles import Role

__all__ = ["LastAdmin", "Member", "change_role", "invite", "maintainers_of", "members_of", "remove"]


class LastAdmin(FilrougeError):
    """A product would have nobody left who says who may do what."""

    code = "account.last-admin"
    status = 409


class Member(NamedTuple):
    """Somebody in a product."""

    account: Account
    membership: Membership


def members_of(session: Session, product_id: str) -> list[Member]:
    """The members of a product, by name."""
    query = (
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.product_id == product_id)
        .order_by(func.lower(Account.name))
    )
    return [Member(account, membership) for account, membership in session.execute(query)]


def maintainers_of(session: Session, product_id: str) -> tuple[str, ...]:
    """The names of those who may sign and promote in a product."""
    found = (
        one.name for one in accounts(session) if access_of(session, one).may(Role.MAINTAINER, product_id)
    )
    return tuple(sorted(found))


def invite(session: Session, product_id: str, account: Account, role: Role) -> Membership:
    """Make somebody member; who is one already gets the role.

    Raises:
        LastAdmin: they are the last admin, and would be less.
    """
    if session.get(Membership, (product_id, account.id)) is not None:
        return change_role(session, product_id, account, role)
    made = join(session, product_id, account, role)
    record(session, "member.role", account.name, product_id=product_id, role=role.value)
    return made


def change_role(
    session: Session, product_id: str, account: Account, role: Role, *, by_workspace: bool = False
) -> Membership:
    """Give a member another role.

    Args:
        session: a writing session.
        product_id: the product.
        account: the member.
        role: the new role.
        by_workspace: an admin of the workspace does it, and is there when no other admin is left.

    Raises:
        LastAdmin: they are the last admin, and would be less.
    """
    if role is not Role.ADMIN and not by_workspace:
        _keep_an_admin(session, product_id, account)
    changed = join(session, product_id, account, role)
    record(session, "member.role", account.name, product_id=product_id, role=role.value)
    return changed


def remove(session: Session, product_id: str, account: Account, *, by_workspace: bool = False) -> None:
    """Take somebody out of a product; nothing happens when they are not in it.

    Raises:
        LastAdmin: they are the last admin.
    """
    found = session.get(Membership, (product_id, account.id))
    if found is None:
        return
    if not by_workspace:
        _keep_an_admin(session, product_id, account)
    session.delete(found)
    record(session, "member.removed", account.name, product_id=product_id)


def _keep_an_admin(session: Session, product_id: str, account: Account) -> None:
    admins: Sequence[str] = session.scalars(
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.product_id == product_id, Membership.role == Role.ADMIN, Account.disabled_at.is_(None)
        )
    ).all()
    if list(admins) == [account.id]:
        raise LastAdmin(
            _("{name} is the last admin of this product.").format(name=account.name),
            action=_("Make somebody else admin first."),
        )
