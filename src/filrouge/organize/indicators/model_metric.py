"""Whether an indicator tells how good the model is, rather than whether the problem is solved (FND-1).

Its layer says what the team means by it; its title and its measure say what it is.
"""

import ast
import re

from filrouge.organize.indicators.model import Indicator

__all__ = ["measures_the_model"]

_NAMED = re.compile(
    r"\b(roc|auc|auroc|pr[- ]?auc|f1|f[- ]?beta|f[- ]?score|gini|brier|rmse|mae|mape|smape|mse|r2|r²|ndcg|"
    r"map@\w+|log[- ]?loss|cross[- ]?entropy|average precision|"
    r"mean (?:absolute|squared|average) (?:percentage )?error|"
    r"root mean squared? error|confusion matrix|"
    r"(?:model|test|validation) (?:accuracy|precision|recall|score)|"
    r"(?:accuracy|precision|recall|score|performance) of the model|perplexity|"
    r"entropie croisée|précision moyenne|erreur (?:absolue|quadratique) moyenne|matrice de confusion|"
    r"(?:exactitude|précision|rappel|score|performance) du modèle)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\W*(?:accuracy|precision|recall|sensitivity|specificity|exactitude|précision|rappel|sensibilité|spécificité)"
    r"(?: ?(?:@|at|à) ?\S+)?\W*",
    re.IGNORECASE,
)
_ANSWERS, _TRUTH = frozenset({"score", "answer"}), "label"


def measures_the_model(indicator: Indicator) -> bool:
    """Whether it is a metric of the model, by its title or by its measure.

    A share of labels at a threshold may well be the problem solved (late flights that were warned); a
    distance between score and label, or their agreement, is the model's.

    Example:
        >>> measures_the_model(Indicator(title="ROC AUC", measure={}))
        True
        >>> measures_the_model(Indicator(title="Claims settled in two days", measure={"value": "label"}))
        False
    """
    if _NAMED.search(indicator.title) or _ALONE.fullmatch(indicator.title):
        return True
    return _is_distance(str((indicator.measure or {}).get("value") or ""))


def _is_distance(expression: str) -> bool:
    """Whether an expression compares score and label, and nothing of the world beside them."""
    try:
        tree = ast.parse(expression.strip() or "0", mode="eval")
    except SyntaxError:
        return False
    if not _names(tree) <= {*_ANSWERS, _TRUTH}:
        return False
    sides = [(_names(one), _names(other)) for one, other in _compared(tree)]
    return any({_TRUTH} in pair and any(side and side <= _ANSWERS for side in pair) for pair in sides)


def _compared(tree: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    """The two sides of each difference and of each equality."""
    pairs: list[tuple[ast.AST, ast.AST]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            pairs.append((node.left, node.right))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            pairs.append((node.left, node.comparators[0]))
    return pairs


def _names(tree: ast.AST) -> set[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
