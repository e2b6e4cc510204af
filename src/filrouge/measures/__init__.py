"""Indicator definitions and their evaluation: one meaning for story map, gate, monitors and portfolio."""

from filrouge.measures.evaluate import Value, evaluate, evaluate_over
from filrouge.measures.expression import BadExpression, check_expression, compile_expression
from filrouge.measures.measure import BadMeasure, Measure

__all__ = [
    "BadExpression",
    "BadMeasure",
    "Measure",
    "Value",
    "check_expression",
    "compile_expression",
    "evaluate",
    "evaluate_over",
]
