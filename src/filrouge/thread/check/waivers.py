"""Waivers: a finding that the team accepts, with a reason, an author and an end."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _, ngettext
from filrouge.kernel.settings import Settings
from filrouge.storage.base import Artefact
from filrouge.thread.ref import Ref

__all__ = ["SOON", "BadWaiver", "Waiver", "too_long", "waive", "waivers_of"]

SOON = timedelta(days=14)
"""A waiver that ends within this time is pointed out."""


class BadWaiver(FilrougeError):
    """A waiver lacks what makes it honest: a known rule, a reason, an end that lies ahead, not too far."""

    code = "check.bad-waiver"


class Waiver(Artefact):
    """One rule set aside, for one thing or for the whole product, until ``expires_at``."""

    __tablename__ = "waiver"
    kind = "waiver"
    plural = "waivers"
    title_field = "reason"

    rule: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(170), default="")
    """The thing concerned; empty for all."""
    reason: Mapped[str]
    author: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]

    def faults(self, session: Session) -> list[FilrougeError]:
        """It stays honest when edited or imported: somebody answers for it, says why and until when."""
        needed = {
            "rule": _("A waiver needs its rule."),
            "reason": _("A waiver needs its reason."),
            "author": _("A waiver needs its author."),
        }
        found: list[FilrougeError] = [
            BadWaiver(what, where=f"waiver:{self.id}", action=_("Write it."))
            for field, what in needed.items()
            if not (getattr(self, field) or "").strip()
        ]
        return [*found, *too_long(session, self.expires_at, where=f"waiver:{self.id}")]

    def ended(self, now: datetime) -> bool:
        """Whether it covers nothing any more."""
        return self.expires_at <= now

    def ends_soon(self, now: datetime) -> bool:
        """Whether somebody should mend what it covers, or renew it."""
        return not self.ended(now) and self.expires_at <= now + SOON

    def concerns(self, code: str, ref: Ref) -> bool:
        """Whether it was given for this finding, ended or not."""
        return self.rule == code and self.ref in ("", str(ref))

    def covers(self, code: str, ref: Ref, now: datetime) -> bool:
        """Whether it sets aside this finding now; an expired one does not count."""
        return self.concerns(code, ref) and self.expires_at > now

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {
            "id": self.id,
            "rule": self.rule,
            "ref": self.ref,
            "reason": self.reason,
            "author": self.author,
            "expires_at": self.expires_at.isoformat(),
        }


def too_long(session: Session, until: datetime, *, where: str) -> list[FilrougeError]:
    """What is wrong with an end that lies so far ahead that nobody would look at it again."""
    settings: Settings = session.info.get("settings") or Settings()
    days = settings.check.longest_waiver_days
    latest = session.info["clock"].now() + timedelta(days=days)
    if until <= latest + timedelta(days=1):  # the whole last day, wherever midnight is
        return []
    words = ngettext("A waiver lasts {n} day at most.", "A waiver lasts {n} days at most.", days)
    return [
        BadWaiver(
            words.format(n=days),
            where=where,
            why=_("What is set aside for longer is never looked at again."),
            action=_(
                "Choose a day until {day}, and renew it then; or set [check] longest_waiver_days."
            ).format(day=day(latest)),
        )
    ]


def waive(
    session: Session,
    product_id: str,
    rule: str,
    reason: str,
    until: datetime,
    *,
    known: Collection[str],
    ref: Ref | None = None,
) -> Waiver:
    """Set a rule aside for a product.

    Args:
        session: a writing session; its actor becomes the author.
        product_id: the product.
        rule: the code of the rule.
        reason: why the team accepts it.
        until: when the waiver ends.
        known: the codes there are.
        ref: the one thing concerned; none for all.

    Raises:
        BadWaiver: the rule is unknown, the reason empty, or the end past or too far.
    """
    if rule not in known:
        raise BadWaiver(_("There is no rule '{code}'.").format(code=rule), action=did_you_mean(rule, known))
    if not reason.strip():
        raise BadWaiver(
            _("A waiver needs a reason."), where=rule, action=_("Add: --reason 'why we accept this'")
        )
    if until <= session.info["clock"].now():
        raise BadWaiver(
            _("A waiver must end in the future; {day:%Y-%m-%d} is past.").format(day=until),
            action=_("Add: --until YYYY-MM-DD"),
        )
    Faults.raise_if_any(too_long(session, until, where=rule))
    made = Waiver(
        product_id=product_id,
        rule=rule,
        ref=str(ref) if ref else "",
        reason=reason.strip(),
        author=session.info.get("actor", "system"),
        expires_at=until,
    )
    session.add(made)
    session.flush()
    return made


def waivers_of(session: Session, product_id: str) -> list[Waiver]:
    """The waivers of a product, expired ones included."""
    query = select(Waiver).where(Waiver.product_id == product_id, Waiver.archived_at.is_(None))
    return list(session.scalars(query.order_by(Waiver.expires_at)))
