"""The register of uncertainties, riskiest first (EXP-10)."""

from filrouge.explore.uncertainties.model import (
    Criticality,
    Uncertainty,
    UncertaintyState,
    UncertaintyType,
    register_of,
)

__all__ = ["Criticality", "Uncertainty", "UncertaintyState", "UncertaintyType", "register_of"]
