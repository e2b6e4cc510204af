"""Decisions on ideas: build, wait or kill (EXP-16)."""

from filrouge.explore.decisions.model import Choice, Decision, chosen, decide, decisions_of

__all__ = ["Choice", "Decision", "chosen", "decide", "decisions_of"]
