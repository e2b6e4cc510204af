"""The hypothesis log (ORG-15)."""

from filrouge.organize.hypotheses.model import Hypothesis, HypothesisState

__all__ = ["Hypothesis", "HypothesisState"]
