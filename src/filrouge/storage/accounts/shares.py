"""Share links: whoever opens one reads a single product, as a guest, until it ends or is revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.i18n import N_, _
from filrouge.kernel.ids import new_id
from filrouge.storage.accounts.audit import record
from filrouge.storage.accounts.password_links import LinkEnded
from filrouge.storage.accounts.secrets import digest_of, new_secret
from filrouge.storage.accounts.sessions import PRODUCT, Browser, SignedIn, guest_named, open_session
from filrouge.storage.base import Base
from filrouge.storage.editing import now_of
from filrouge.storage.fields import not_too_long

__all__ = ["SPANS", "Share", "revoke_share", "share", "share_behind", "shares_of", "use_share"]

SPANS = {1: N_("a day"), 7: N_("a week"), 30: N_("a month"), 90: N_("three months")}
"""Days that a link may live."""
LONGEST_NAME = 60


class Share(Base):
    """A link to a product. ``name`` is whom it is for: the history and the pages show it."""

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    product_id: Mapped[str] = mapped_column(String(40), ForeignKey("product.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    made_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Last time that somebody came by it; all by the machine's time."""
    revoked_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and self.ends_at > SystemClock().now()


def share(session: Session, product_id: str, name: str, days: int) -> str:
    """The path of a new link, which is shown this once.

    Raises:
        BadField: the name is longer than its column.
    """
    secret, now = new_secret(), SystemClock().now()
    name = " ".join(name.split()) or _("somebody")
    not_too_long(name, LONGEST_NAME, "name")
    made = Share(
        digest=digest_of(secret),
        product_id=product_id,
        name=name,
        made_by=session.info.get("actor", "system"),
        at=now_of(session),
        recorded_at=now,
        ends_at=now + timedelta(days=days if days in SPANS else min(SPANS)),
    )
    session.add(made)
    record(session, "share.made", name, product_id=product_id, days=days)
    return f"/share/{secret}"


def share_behind(session: Session, secret: str) -> Share:
    """The link that somebody holds.

    Raises:
        LinkEnded: it has ended, was revoked, or never was.
    """
    found = session.scalars(select(Share).where(Share.digest == digest_of(secret))).first()
    if found is None or not found.open:
        raise LinkEnded(
            _("This link has ended, or was revoked."), action=_("Ask whoever gave it to you for another one.")
        )
    return found


def use_share(session: Session, secret: str, browser: Browser) -> str:
    """Let somebody in: the secret of their session, which ends with the link.

    Raises:
        LinkEnded: it has ended, was revoked, or never was.
    """
    found = share_behind(session, secret)
    found.used_at = SystemClock().now()
    name = guest_named(found.name)
    record(session, "share.used", found.name, product_id=found.product_id, who=name)
    lasts = found.ends_at - found.used_at
    return open_session(
        session, name, PRODUCT + found.product_id, browser=browser, lasts=lasts, share=found.id
    )


def revoke_share(session: Session, product_id: str, share_id: str) -> None:
    """End a link, and the sessions of those who came by it."""
    found = session.get(Share, share_id)
    if found is None or found.product_id != product_id or found.revoked_at is not None:
        return
    found.revoked_at = SystemClock().now()
    session.execute(delete(SignedIn).where(SignedIn.share_id == share_id))
    record(session, "share.revoked", found.name, product_id=product_id)


def shares_of(session: Session, product_id: str) -> Sequence[Share]:
    """The links of a product that are open, the newest first."""
    query = select(Share).where(
        Share.product_id == product_id, Share.revoked_at.is_(None), Share.ends_at > SystemClock().now()
    )
    return session.scalars(query.order_by(Share.recorded_at.desc())).all()
