"""The register: riskiest first, on a board; lifting, waiving, opening again (EXP-10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from filrouge.explore.uncertainties.model import Criticality, Doubt, Uncertainty, UncertaintyState
from filrouge.kernel.i18n import _
from filrouge.storage.editing import BadField, edit, listed, now_of

__all__ = ["RiskRow", "lift", "register_of", "reopen", "risk_board", "riskiest_first", "waive_uncertainty"]


@dataclass(frozen=True)
class RiskRow:
    """A row of the board: a criticality, and its uncertainties by doubt, riskiest cell first."""

    criticality: Criticality
    cells: tuple[tuple[Doubt, tuple[Uncertainty, ...]], ...]


def riskiest_first(uncertainties: Iterable[Uncertainty], now: datetime) -> list[Uncertainty]:
    """Open before settled, judged before not, then by risk; what is critical before what is unsure."""
    order = [*Criticality, None]
    return sorted(
        uncertainties,
        key=lambda one: (
            not one.is_open(now),
            one.risk is None,
            -(one.risk or 0),
            order.index(one.criticality and Criticality(one.criticality)),
        ),
    )


def register_of(session: Session, product_id: str) -> list[Uncertainty]:
    """The product's uncertainties: open before settled, riskiest first."""
    return riskiest_first(listed(session, Uncertainty, product_id), now_of(session))


def risk_board(uncertainties: Iterable[Uncertainty]) -> tuple[RiskRow, ...]:
    """The board: one row a criticality, one column a doubt; the riskiest cell is the first."""
    given = list(uncertainties)
    return tuple(
        RiskRow(
            criticality,
            tuple(
                (doubt, tuple(one for one in given if (one.criticality, one.doubt) == (criticality, doubt)))
                for doubt in Doubt
            ),
        )
        for criticality in Criticality
    )


def lift(session: Session, uncertainty: Uncertainty, evidence: str) -> Uncertainty:
    """Say what settled it.

    Raises:
        BadField: there is no evidence.
    """
    return edit(
        session,
        uncertainty,
        state=UncertaintyState.LIFTED,
        how_lifted=evidence.strip(),
        settled_by=_actor(session),
        settled_at=now_of(session),
        expires_at=None,
    )


def waive_uncertainty(
    session: Session, uncertainty: Uncertainty, reason: str, until: datetime
) -> Uncertainty:
    """Live with it until a day; then it is open again.

    Raises:
        BadField: there is no reason, or the day is past.
    """
    if until <= now_of(session):
        raise BadField(
            _("A waiver ends in the future."),
            where=f"uncertainty:{uncertainty.id}: expires_at",
            action=_("Give a day that is still to come."),
        )
    return edit(
        session,
        uncertainty,
        state=UncertaintyState.WAIVED,
        how_lifted=reason.strip(),
        settled_by=_actor(session),
        settled_at=now_of(session),
        expires_at=until,
    )


def reopen(session: Session, uncertainty: Uncertainty, why: str) -> Uncertainty:
    """Open it again; what had settled it stays in the history.

    Raises:
        BadField: nobody says why.
    """
    if not why.strip():
        raise BadField(
            _("Opening again needs a reason."),
            where=f"uncertainty:{uncertainty.id}: reopened",
            action=_("Say what was learnt since."),
        )
    return edit(
        session,
        uncertainty,
        state=UncertaintyState.OPEN,
        how_lifted="",
        settled_by="",
        settled_at=None,
        expires_at=None,
        reopened=why.strip(),
    )


def _actor(session: Session) -> str:
    return str(session.info.get("actor", "system"))
