"""The ledger: which version served what, from when to when, who changed it and why. Kept for ever.

A *slot* is the place a version takes in a product: ``champion`` answers, ``challenger`` is tried,
``naive`` answers when the champion cannot. Entries are only added; the one change an entry ever
knows is its end (``to_at``). The champion's slot may be *degraded*: the naive model answers, as declared.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import time_id
from filrouge.storage.base import Base
from filrouge.streamline.registry.version import version_named
from filrouge.thread.links import link
from filrouge.thread.ref import Ref

__all__ = [
    "Change",
    "LedgerEntry",
    "LedgerFault",
    "Mode",
    "Slot",
    "degrade",
    "ledger",
    "promote",
    "restore",
    "rollback",
    "rollback_target",
    "serving_now",
    "withdraw",
]


class LedgerFault(FilrougeError):
    """The change of what serves makes no sense now."""

    code = "model.ledger"
    status = 409


class Slot(StrEnum):
    """The place of a version in its product."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    NAIVE = "naive"


class Mode(StrEnum):
    """Whether the product serves as it should, or in its declared degraded mode (STR-18)."""

    NORMAL = "normal"
    DEGRADED = "degraded"


class Change(StrEnum):
    """What made an entry."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"
    DEGRADE = "degrade"
    RESTORE = "restore"
    WITHDRAW = "withdraw"


class LedgerEntry(Base):
    """A version that served in a slot from ``from_at`` to ``to_at`` (none: it still does)."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_history", "product_id", "from_at"),
        # One version at a time in a slot, whoever writes.
        Index(
            "uq_ledger_entry_open",
            "product_id",
            "slot",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(40))
    slot: Mapped[str] = mapped_column(String(20))
    version_id: Mapped[str] = mapped_column(String(120), index=True)
    change: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20), default=Mode.NORMAL.value)
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    who: Mapped[str] = mapped_column(String(80))
    why: Mapped[str]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    replaced: Mapped[str | None] = mapped_column(String(120))
    """The version that served in the slot before."""
    recorded_at: Mapped[datetime]

    @property
    def ref(self) -> Ref:
        """Its address on the thread."""
        return Ref("deployment", self.id)


def promote(
    session: Session,
    product_id: str,
    slot: str,
    version_id: str,
    *,
    who: str,
    why: str,
    evidence: Mapping[str, Any] | None = None,
) -> LedgerEntry:
    """Put a version in a slot; the one that was there ends.

    A challenger that becomes champion leaves the challenger's slot. Promoting what serves already
    gives back the entry that is open.

    Raises:
        UnknownVersion: there is no such version.
        LedgerFault: it belongs to another product, or the slot does not exist.
    """
    place = _slot(slot)
    version = version_named(session, version_id)
    if version.product_id != product_id:
        raise LedgerFault(
            _("The version '{version}' belongs to the product '{product}'.").format(
                version=version_id, product=version.product_id
            ),
            where=product_id,
            action=_("Promote a version of this product: filrouge models list {product}").format(
                product=product_id
            ),
        )
    now = serving_now(session, product_id)
    current = now.get(place)
    if current is not None and current.version_id == version_id and current.mode == Mode.NORMAL:
        return current
    challenger = now.get(Slot.CHALLENGER)
    if place is Slot.CHAMPION and challenger is not None and challenger.version_id == version_id:
        challenger.to_at = _now(session)
    return _open(
        session,
        current,
        product_id=product_id,
        slot=place,
        version_id=version_id,
        change=Change.PROMOTE,
        who=who,
        why=why,
        evidence=evidence,
    )


def rollback(
    session: Session,
    product_id: str,
    *,
    why: str,
    who: str,
    evidence: Mapping[str, Any] | None = None,
    seen: str = "",
) -> LedgerEntry:
    """Put back the champion that served before the present one was promoted.

    Args:
        seen: id of the entry that the caller takes for the champion's; empty: whichever it is now.

    Raises:
        LedgerFault: nothing serves, nothing served before, or another entry than ``seen`` holds the slot.
    """
    current = _champion(session, product_id)
    if seen and current.id != seen:
        raise LedgerFault(
            _("The champion has changed meanwhile: it is '{version}'.").format(version=current.version_id),
            where=product_id,
            why=f"{current.who}: {current.why}",
            action=_("Look again, and roll back from there if it is still needed."),
        )
    before = rollback_target(session, product_id)
    if before is None:
        raise LedgerFault(
            _("No champion served before '{version}'.").format(version=current.version_id),
            where=product_id,
            action=_("Choose a version: filrouge models promote {product} VERSION").format(
                product=product_id
            ),
        )
    return _open(
        session,
        current,
        product_id=product_id,
        version_id=before,
        change=Change.ROLLBACK,
        who=who,
        why=why,
        evidence=evidence,
    )


def rollback_target(session: Session, product_id: str) -> str | None:
    """The version that a rollback would bring back; none when nothing served before.

    Raises:
        LedgerFault: nothing serves.
    """
    current = _champion(session, product_id)
    leaving = current.replaced if current.mode == Mode.DEGRADED else current.version_id
    promotion = session.scalars(
        select(LedgerEntry)
        .where(
            LedgerEntry.product_id == product_id,
            LedgerEntry.slot == Slot.CHAMPION.value,
            LedgerEntry.version_id == leaving,
            LedgerEntry.change == Change.PROMOTE.value,
        )
        .order_by(LedgerEntry.id.desc())
    ).first()
    return promotion.replaced if promotion is not None else None


def degrade(
    session: Session, product_id: str, *, why: str, who: str, evidence: Mapping[str, Any] | None = None
) -> LedgerEntry:
    """Let the naive model answer, as the declared degraded mode, until ``restore``.

    Raises:
        LedgerFault: nothing serves, or there is no naive model.
    """
    current = _champion(session, product_id)
    if current.mode == Mode.DEGRADED:
        return current
    naive = serving_now(session, product_id).get(Slot.NAIVE)
    if naive is None:
        raise LedgerFault(
            _("The product has no naive model to fall back to."),
            where=product_id,
            action=_("Name one: filrouge models promote {product} VERSION --slot naive").format(
                product=product_id
            ),
        )
    return _open(
        session,
        current,
        product_id=product_id,
        version_id=naive.version_id,
        change=Change.DEGRADE,
        who=who,
        why=why,
        evidence=evidence,
    )


def restore(session: Session, product_id: str, *, why: str, who: str) -> LedgerEntry:
    """Leave the degraded mode: the champion that the naive model stood in for serves again.

    Raises:
        LedgerFault: the product is not degraded.
    """
    current = _champion(session, product_id)
    if current.mode != Mode.DEGRADED or current.replaced is None:
        raise LedgerFault(_("The product is not in degraded mode."), where=product_id)
    return _open(
        session,
        current,
        product_id=product_id,
        version_id=current.replaced,
        change=Change.RESTORE,
        who=who,
        why=why,
    )


def withdraw(session: Session, product_id: str, *, why: str, who: str) -> list[LedgerEntry]:
    """Let nothing serve any more: every slot is emptied. Gives the entries that say so, one for each slot.

    Raises:
        LedgerFault: nothing serves.
    """
    serving = serving_now(session, product_id)
    if not serving:
        raise LedgerFault(_("Nothing serves in this product."), where=product_id)
    at = _now(session)
    made = []
    for slot, entry in serving.items():
        entry.to_at = at
        session.flush()  # the end is written before what says so
        made.append(
            LedgerEntry(
                id=time_id(at),
                product_id=product_id,
                slot=slot,
                version_id=entry.version_id,
                change=Change.WITHDRAW.value,
                from_at=at,
                to_at=at,
                who=who,
                why=why,
                replaced=entry.version_id,
                recorded_at=SystemClock().now(),
            )
        )
    session.add_all(made)
    session.flush()
    return made


def serving_now(session: Session, product_id: str) -> dict[str, LedgerEntry]:
    """The open entries of a product, by slot."""
    query = select(LedgerEntry).where(LedgerEntry.product_id == product_id, LedgerEntry.to_at.is_(None))
    return {entry.slot: entry for entry in session.scalars(query)}


def ledger(session: Session, product_id: str) -> list[LedgerEntry]:
    """All entries of a product, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.product_id == product_id)
    return list(session.scalars(query.order_by(LedgerEntry.from_at, LedgerEntry.recorded_at)))


def _open(
    session: Session,
    current: LedgerEntry | None,
    *,
    product_id: str,
    slot: Slot = Slot.CHAMPION,
    version_id: str,
    change: Change,
    who: str,
    why: str,
    evidence: Mapping[str, Any] | None = None,
) -> LedgerEntry:
    at = _now(session)
    if current is not None:
        current.to_at = at
        session.flush()  # the end is written before the successor: one open entry at a time
    entry = LedgerEntry(
        id=time_id(at),
        product_id=product_id,
        slot=slot.value,
        version_id=version_id,
        change=change.value,
        mode=(Mode.DEGRADED if change is Change.DEGRADE else Mode.NORMAL).value,
        from_at=at,
        who=who,
        why=why,
        evidence=dict(evidence or {}),
        replaced=current.version_id if current is not None else None,
        recorded_at=SystemClock().now(),
    )
    session.add(entry)
    session.flush()
    link(session, product_id, Ref("model_version", version_id), "deployed_as", entry.ref)
    return entry


def _champion(session: Session, product_id: str) -> LedgerEntry:
    entry = serving_now(session, product_id).get(Slot.CHAMPION)
    if entry is None:
        raise LedgerFault(
            _("Nothing serves in this product yet."),
            where=product_id,
            action=_("Promote a version: filrouge models promote {product} VERSION").format(
                product=product_id
            ),
        )
    return entry


def _slot(name: str) -> Slot:
    try:
        return Slot(name)
    except ValueError:
        known = [slot.value for slot in Slot]
        raise LedgerFault(
            _("There is no slot '{name}'.").format(name=name), action=did_you_mean(name, known)
        ) from None


def _now(session: Session) -> datetime:
    clock = session.info.get("clock", SystemClock())
    now: datetime = clock.now()
    return now
