"""Retiring a product: its checklist (FND-3)."""

from filrouge.scale.retirement.model import Answer, DataFate, Point, RetirementPoint
from filrouge.scale.retirement.retiring import (
    NotRetirable,
    answer,
    begin,
    by_checklist,
    checklist_answered,
    open_points,
    points_of,
    retire,
)

__all__ = [
    "Answer",
    "DataFate",
    "NotRetirable",
    "Point",
    "RetirementPoint",
    "answer",
    "begin",
    "by_checklist",
    "checklist_answered",
    "open_points",
    "points_of",
    "retire",
]
