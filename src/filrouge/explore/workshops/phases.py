"""What each phase of a workshop allows: writing, combining, voting and choosing lock and unlock (EXP-4)."""

from enum import StrEnum

from filrouge.explore.workshops.model import Workshop, WorkshopPhase
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _

__all__ = ["Act", "WorkshopLocked", "allowed", "following", "preceding", "require"]


class Act(StrEnum):
    """What people do in a workshop."""

    JOIN = "join"
    ALIGN = "align"
    WRITE = "write"
    RELIEVE = "relieve"
    GROUP = "group"
    COMBINE = "combine"
    VOTE = "vote"
    SCORE = "score"
    KEEP = "keep"


_ALLOWED = {
    WorkshopPhase.PREPARED: {Act.JOIN},
    WorkshopPhase.ALIGN: {Act.JOIN, Act.ALIGN},
    WorkshopPhase.DIVERGE: {Act.JOIN, Act.ALIGN, Act.WRITE, Act.RELIEVE},
    WorkshopPhase.COMBINE: {Act.JOIN, Act.GROUP, Act.COMBINE, Act.RELIEVE},
    WorkshopPhase.SELECT: {Act.JOIN, Act.VOTE, Act.SCORE, Act.KEEP},
    WorkshopPhase.CLOSED: set[Act](),
}


_ACTS = {
    Act.JOIN: N_("to join"),
    Act.ALIGN: N_("to align"),
    Act.WRITE: N_("to write"),
    Act.RELIEVE: N_("to say what an idea relieves"),
    Act.GROUP: N_("to group"),
    Act.COMBINE: N_("to combine"),
    Act.VOTE: N_("to vote"),
    Act.SCORE: N_("to score"),
    Act.KEEP: N_("to keep"),
}
_PHASES = {
    WorkshopPhase.PREPARED: N_("prepared"),
    WorkshopPhase.ALIGN: N_("align"),
    WorkshopPhase.DIVERGE: N_("diverge"),
    WorkshopPhase.COMBINE: N_("combine"),
    WorkshopPhase.SELECT: N_("select"),
    WorkshopPhase.CLOSED: N_("closed"),
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
    if act in (Act.SCORE, Act.KEEP):
        action = _("It is open in: {phases} after the dots are revealed. The facilitator changes the phase.")
    elif act == Act.VOTE:
        action = _("It is open in: {phases} before the dots are revealed. The facilitator changes the phase.")
    else:
        action = _("It is open in: {phases}. The facilitator changes the phase.")
    phases = ", ".join(_(_PHASES[phase]) for phase, acts in _ALLOWED.items() if act in acts)
    raise WorkshopLocked(
        _("The workshop is in the phase “{phase}”: {act} is locked.").format(
            phase=_(_PHASES[workshop.phase]), act=_(_ACTS[act])
        ),
        where=f"workshop:{workshop.id}",
        action=action.format(phases=phases),
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
