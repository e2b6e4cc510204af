"""What each phase of a workshop allows: writing, combining, voting and choosing lock and unlock (EXP-4)."""

from enum import StrEnum

from filrouge.explore.workshops.model import Workshop, WorkshopPhase
from filrouge.kernel.errors import FilrougeError

__all__ = ["Act", "WorkshopLocked", "allowed", "following", "preceding", "require"]


class Act(StrEnum):
    """What people do in a workshop."""

    JOIN = "join"
    ALIGN = "align"
    WRITE = "write"
    GROUP = "group"
    COMBINE = "combine"
    VOTE = "vote"
    SCORE = "score"
    KEEP = "keep"


_ALLOWED = {
    WorkshopPhase.PREPARED: {Act.JOIN},
    WorkshopPhase.ALIGN: {Act.JOIN, Act.ALIGN},
    WorkshopPhase.DIVERGE: {Act.JOIN, Act.ALIGN, Act.WRITE},
    WorkshopPhase.COMBINE: {Act.JOIN, Act.GROUP, Act.COMBINE},
    WorkshopPhase.SELECT: {Act.JOIN, Act.VOTE, Act.SCORE, Act.KEEP},
    WorkshopPhase.CLOSED: set[Act](),
}


class WorkshopLocked(FilrougeError):
    """The phase of the workshop does not allow this."""

    code = "workshop.locked"
    status = 409


def allowed(workshop: Workshop, act: Act) -> bool:
    """Whether the phase allows an act; dots close when they are revealed, and marks open then."""
    if act == Act.VOTE and workshop.revealed:
        return False
    if act in (Act.SCORE, Act.KEEP) and not workshop.revealed:
        return False
    return act in _ALLOWED[workshop.phase]


def require(workshop: Workshop, act: Act) -> None:
    """Refuse what the phase does not allow.

    Raises:
        WorkshopLocked: with the phase in which it is done.
    """
    if allowed(workshop, act):
        return
    when = [phase.value for phase, acts in _ALLOWED.items() if act in acts]
    order = "after" if act in (Act.SCORE, Act.KEEP) else "before"
    why = f" {order} the dots are revealed" if act in (Act.VOTE, Act.SCORE, Act.KEEP) else ""
    raise WorkshopLocked(
        f"The workshop is in the phase “{workshop.phase.value}”: to {act.value} is locked.",
        where=f"workshop:{workshop.id}",
        action=f"It is open in: {', '.join(when)}{why}. The facilitator changes the phase.",
    )


def following(phase: WorkshopPhase) -> WorkshopPhase | None:
    """The next phase; none after the last."""
    return _beside(phase, 1)


def preceding(phase: WorkshopPhase) -> WorkshopPhase | None:
    """The phase before; none before the first."""
    return _beside(phase, -1)


def _beside(phase: WorkshopPhase, by: int) -> WorkshopPhase | None:
    order = list(WorkshopPhase)
    place = order.index(phase) + by
    return order[place] if 0 <= place < len(order) else None
