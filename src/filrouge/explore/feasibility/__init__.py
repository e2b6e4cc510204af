"""Feasibility (EXP-12): six questions that the data answers by itself, and two for people."""

from filrouge.explore.feasibility.keep import keep, latest_study, other_sources, sources_of, studies_of
from filrouge.explore.feasibility.model import FeasibilityStudy
from filrouge.explore.feasibility.report import Told, as_lines, as_markdown
from filrouge.explore.feasibility.study import STEPS, Asked, study
from filrouge.explore.feasibility.words import HUMAN, MEASURED, VERDICTS, Question, Study, Verdict

__all__ = [
    "HUMAN",
    "MEASURED",
    "STEPS",
    "VERDICTS",
    "Asked",
    "FeasibilityStudy",
    "Question",
    "Study",
    "Told",
    "Verdict",
    "as_lines",
    "as_markdown",
    "keep",
    "latest_study",
    "other_sources",
    "sources_of",
    "studies_of",
    "study",
]
