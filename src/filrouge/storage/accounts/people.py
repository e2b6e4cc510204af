"""Accounts, and the products whose members they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.roles import Access, Role
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of
from filrouge.storage.product import Product, create_product, product_named

__all__ = [
    "Account",
    "BadAccount",
    "Membership",
    "UnknownAccount",
    "access_of",
    "account_by_email",
    "account_named",
    "accounts",
    "add_account",
    "disable",
    "enable",
    "join",
    "memberships_of",
    "set_admin",
    "somebody_signs_in",
    "start_product",
]


class BadAccount(FilrougeError):
    """An account cannot be made or changed like this."""

    code = "account.bad"
    status = 422


class UnknownAccount(FilrougeError):
    """Nobody has this e-mail address, name or id."""

    code = "account.unknown"
    status = 404


class Account(Base):
    """Somebody who can sign in. The history names people by ``name``, so no two have the same."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    admin: Mapped[bool] = mapped_column(default=False)
    """Admin of every product and of the workspace itself."""
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    """Argon2id; empty before one was chosen."""
    password_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    """By the machine's time."""


class Membership(Base):
    """The role of an account in a product."""

    __tablename__ = "membership"

    product_id: Mapped[str] = mapped_column(String(40), ForeignKey("product.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("account.id"), primary_key=True, index=True
    )
    role: Mapped[Role]
    invited_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


def add_account(session: Session, name: str, email: str, *, admin: bool = False) -> Account:
    """Make an account; it cannot sign in with a password before one was chosen.

    Raises:
        BadAccount: the name or the address cannot be used, or belongs to somebody already.
        Faults: both are so.
    """
    name, email = " ".join(name.split()), email.strip().lower()
    Faults.raise_if_any([*_faults_of_name(session, name), *_faults_of_email(session, email)])
    made = Account(
        name=name,
        email=email,
        admin=admin,
        made_by=session.info.get("actor", "system"),
        at=now_of(session),
        recorded_at=SystemClock().now(),
    )
    session.add(made)
    session.flush()
    record(session, "account.made", made.name, admin=admin)
    return made


def account_by_email(session: Session, email: str) -> Account | None:
    """The account with this e-mail address."""
    return session.scalars(select(Account).where(Account.email == email.strip().lower())).first()


def somebody_signs_in(session: Session) -> bool:
    """Whether anybody has what it takes to sign in."""
    ready = (Account.password_hash != "", Account.disabled_at.is_(None))
    return session.scalars(select(Account.id).where(*ready).limit(1)).first() is not None


def account_named(session: Session, text: str) -> Account:
    """The account with this e-mail address, name or id.

    Raises:
        UnknownAccount: there is none.
    """
    wanted = text.strip()
    same = (Account.id == wanted) | (Account.email == wanted.lower()) | (Account.name == wanted)
    found = session.scalars(select(Account).where(same)).first()
    if found is None:
        known = session.scalars(select(Account.email))
        raise UnknownAccount(
            _("Nobody here is called “{name}”.").format(name=wanted), action=did_you_mean(wanted, known)
        )
    return found


def accounts(session: Session) -> Sequence[Account]:
    """Everybody, by name."""
    return session.scalars(select(Account).order_by(func.lower(Account.name))).all()


def disable(session: Session, account: Account) -> None:
    """Shut an account: it cannot sign in, and its sessions, tokens and links answer nobody.

    Raises:
        BadAccount: it is the last that administers the workspace.
    """
    _keep_an_admin(session, account)
    account.disabled_at = account.disabled_at or SystemClock().now()
    record(session, "account.disabled", account.name)


def enable(session: Session, account: Account) -> None:
    """Open a disabled account again."""
    account.disabled_at = None
    record(session, "account.enabled", account.name)


def set_admin(session: Session, account: Account, admin: bool) -> None:
    """Make somebody admin of the workspace, or no longer.

    Raises:
        BadAccount: it is the last one.
    """
    if not admin:
        _keep_an_admin(session, account)
    account.admin = admin
    record(session, "account.admin", account.name, admin=admin)


def _keep_an_admin(session: Session, account: Account) -> None:
    others = (Account.admin, Account.disabled_at.is_(None), Account.id != account.id)
    if account.admin and session.scalars(select(Account.id).where(*others)).first() is None:
        raise BadAccount(
            _("{name} is the last admin of the workspace.").format(name=account.name),
            action=_("Make somebody else admin first."),
        )


def join(session: Session, product_id: str, account: Account, role: Role) -> Membership:
    """Give somebody a role in a product, whether they have one already or not.

    Raises:
        UnknownProduct: there is no such product.
    """
    product_named(session, product_id)
    found = session.get(Membership, (product_id, account.id))
    if found is None:
        found = Membership(
            product_id=product_id,
            account_id=account.id,
            role=role,
            invited_by=session.info.get("actor", "system"),
            at=now_of(session),
            recorded_at=SystemClock().now(),
        )
        session.add(found)
    found.role = role
    session.flush()
    return found


def start_product(session: Session, title: str, account_id: str | None) -> Product:
    """Make a product, whose maker is its admin; who sits at the machine has no account and needs none.

    Raises:
        UntitledProduct: the title is empty.
        UnknownAccount: there is no such account.
    """
    made = create_product(session, title)
    if account_id:
        join(session, made.id, account_named(session, account_id), Role.ADMIN)
    return made


def memberships_of(session: Session, account_id: str) -> dict[str, Role]:
    """The roles of an account, by product."""
    query = select(Membership.product_id, Membership.role).where(Membership.account_id == account_id)
    return dict(session.execute(query).all())


def access_of(session: Session, account: Account) -> Access:
    """What an account may do; nothing once it is disabled."""
    if account.disabled_at is not None:
        return Access()
    return Access(Role.ADMIN if account.admin else None, memberships_of(session, account.id))


def _faults_of_name(session: Session, name: str) -> list[FilrougeError]:
    if not name or len(name) > 80:
        return [BadAccount(_("A name has 1 to 80 characters."), where="name")]
    same = select(Account.id).where(func.lower(Account.name) == name.lower())
    if session.scalars(same).first() is None:
        return []
    return [
        BadAccount(
            _("Somebody is called “{name}” already.").format(name=name),
            where="name",
            why=_("The history names people, so names differ."),
            action=_("Add a letter or the family name."),
        )
    ]


def _faults_of_email(session: Session, email: str) -> list[FilrougeError]:
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or len(email) > 254 or any(sign.isspace() for sign in email):
        return [BadAccount(_("This is not an e-mail address."), where="email", why=email)]
    if session.scalars(select(Account.id).where(Account.email == email)).first() is None:
        return []
    return [BadAccount(_("This e-mail address has an account already."), where="email", why=email)]
