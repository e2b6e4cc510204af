"""The two weeks of a prototype: start, conclude, renew, skip, and the clock that is drawn (EXP-14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from filrouge.explore.prototypes.model import Prototype, Stage, Verdict
from filrouge.kernel.i18n import _
from filrouge.storage.editing import BadField, create, edit, now_of

__all__ = ["FORTNIGHT", "Fortnight", "conclude", "fortnight_of", "renew", "skip", "start"]

FORTNIGHT = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fortnight:
    """Where a prototype stands in its time.

    Args:
        day: the day it is in (1 on the first), or was in when it ended.
        of: the days that it has.
        over: days beyond; 0 while it is in time.
        ended: whether it was concluded.
    """

    day: int
    of: int
    over: int
    ended: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """One word a day, to draw: done, today, left, over."""
        within = tuple(
            "today" if number == self.day and not self.ended else "done" if number <= self.day else "left"
            for number in range(1, self.of + 1)
        )
        return within + ("over",) * min(self.over, 2 * self.of)


def fortnight_of(prototype: Prototype, now: datetime) -> Fortnight | None:
    """The clock of a prototype that was started; none before, or when it is skipped."""
    if prototype.stage(now) in (Stage.PLANNED, Stage.SKIPPED) or prototype.started_at is None:
        return None
    ends = prototype.ends_at or prototype.started_at + FORTNIGHT
    until = prototype.ended_at or now
    of = max(1, (ends - prototype.started_at) // _DAY)
    over = -((ends - until) // _DAY) if until > ends else 0
    day = max(1, -((prototype.started_at - until) // _DAY))
    return Fortnight(day, of, over, prototype.ended_at is not None)


def start(session: Session, prototype: Prototype) -> Prototype:
    """Start the two weeks now."""
    now = now_of(session)
    return edit(session, prototype, started_at=now, ends_at=now + FORTNIGHT, skipped=False)


def conclude(session: Session, prototype: Prototype, verdict: str, learnt: str) -> Prototype:
    """End it with what it showed.

    Raises:
        BadField: there is no verdict, or nothing was learnt.
    """
    place = f"prototype:{prototype.id}"
    if verdict == Verdict.NONE:
        raise BadField(
            _("A prototype ends with a verdict."),
            where=f"{place}: verdict",
            action=_("Promising, unclear or not?"),
        )
    if not learnt.strip():
        raise BadField(
            _("A prototype ends with what was learnt."),
            where=f"{place}: learnt",
            action=_("Write it, good or bad: it is what the two weeks were for."),
        )
    now = now_of(session)
    return edit(
        session,
        prototype,
        verdict=verdict,
        learnt=learnt.strip(),
        started_at=prototype.started_at or now,
        ended_at=now,
    )


def renew(session: Session, prototype: Prototype, title: str, answer: str) -> Prototype:
    """Plan a second prototype of the same idea; the hypothesis that it is for is tied to it by the thread.

    Raises:
        BadField: nobody answered whether it will allow a final decision.
    """
    if not answer.strip():
        raise BadField(
            _("A renewal needs an answer."),
            where=f"prototype:{prototype.id}: renewal_answer",
            action=_("Will it allow a final decision, or are you already convinced?"),
        )
    return create(
        session,
        Prototype,
        str(prototype.product_id),
        idea_id=prototype.idea_id,
        title=title,
        renews_id=prototype.id,
        renewal_answer=answer.strip(),
    )


def skip(session: Session, prototype: Prototype, interest: str, feasibility: str) -> Prototype:
    """Do without it: business interest and feasibility are both certain.

    Raises:
        BadField: one of the two has no reason.
    """
    if not (interest.strip() and feasibility.strip()):
        raise BadField(
            _("A prototype is skipped only when both are certain."),
            where=f"prototype:{prototype.id}",
            action=_("Say why the business interest is certain, and why the feasibility is."),
        )
    return edit(
        session,
        prototype,
        skipped=True,
        certain_interest=interest.strip(),
        certain_feasibility=feasibility.strip(),
    )
