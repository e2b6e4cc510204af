"""The register of uncertainties, riskiest first (EXP-10)."""

from filrouge.explore.uncertainties.model import (
    Criticality,
    Doubt,
    Uncertainty,
    UncertaintyState,
    UncertaintyType,
)
from filrouge.explore.uncertainties.register import (
    RiskRow,
    lift,
    register_of,
    reopen,
    risk_board,
    riskiest_first,
    waive_uncertainty,
)

__all__ = [
    "Criticality",
    "Doubt",
    "RiskRow",
    "Uncertainty",
    "UncertaintyState",
    "UncertaintyType",
    "lift",
    "register_of",
    "reopen",
    "risk_board",
    "riskiest_first",
    "waive_uncertainty",
]
