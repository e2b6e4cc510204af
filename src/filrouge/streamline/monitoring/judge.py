"""When a monitor speaks, and whether a promoted version stays: pure decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from filrouge.streamline.monitoring.tables import Definition

__all__ = ["Decision", "Verdict", "after_promotion", "is_bad", "judge"]

Verdict = Literal["open", "keep", "close", "none"]


def is_bad(definition: Definition, value: float, *, alerting: bool = False) -> bool:
    """Whether a value is on the wrong side; while an alert is open, the hysteresis must be passed too.

    Example:
        >>> low = Definition(kind="performance", threshold=0.7, worse="below", hysteresis=0.02)
        >>> is_bad(low, 0.71), is_bad(low, 0.71, alerting=True)
        (False, True)
    """
    margin = definition.hysteresis if alerting else 0.0
    if definition.worse == "above":
        return value > definition.threshold - margin
    return value < definition.threshold + margin


def judge(
    history: Sequence[float | None],
    definition: Definition,
    *,
    alerting: bool,
    now: datetime,
    closed_at: datetime | None = None,
) -> Verdict:
    """What the newest window does to the alert.

    Args:
        history: values of the windows, the newest last; a window without value changes nothing.
        alerting: whether an alert is open.
        now: end of the newest window.
        closed_at: when the last alert was closed.

    Example:
        >>> twice = Definition(kind="drift", threshold=0.2, after=2)
        >>> start = datetime(2013, 1, 1)
        >>> judge([0.3, None, 0.4], twice, alerting=False, now=start)
        'open'
    """
    if not history or history[-1] is None:
        return "keep" if alerting else "none"
    values = [value for value in history if value is not None]
    bad = [is_bad(definition, value, alerting=alerting) for value in values]
    if alerting:
        good = len(bad) >= definition.clear and not any(bad[-definition.clear :])
        return "close" if good else "keep"
    cooling = closed_at is not None and now < closed_at + timedelta(hours=definition.cool_down_h)
    ripe = len(bad) >= definition.after and all(bad[-definition.after :])
    return "open" if ripe and not cooling else "none"


class Decision(msgspec.Struct, frozen=True):
    """Whether a promoted version stays, why, and the figures compared."""

    action: Literal["keep", "rollback", "wait"]
    reason: str
    figures: dict[str, float]
    n: int


def after_promotion(
    labels: Any,
    promoted: Any,
    others: Mapping[str, Any],
    *,
    min_rows: int = 1000,
    margin: float = 0.01,
    sure: float = 3.0,
) -> Decision:
    """Compare a promoted version with the one it replaced and the naive one, on the same labelled rows.

    One of them must be better by more than ``margin`` in ROC AUC, and by more than ``sure`` standard
    errors of the paired difference: looked at daily for two weeks, two equal versions are told apart by
    mistake in less than one case of a hundred (a test shows it).

    Args:
        labels: 0/1, of the rows that the promoted version answered.
        promoted: its scores there.
        others: by name, the scores that others give the same rows.
        min_rows: with fewer labels it is too early.
        margin: of the area under the curve.
        sure: standard errors.

    Example:
        >>> bad, good = [0.9, 0.8, 0.3, 0.1] * 9, [0.1, 0.2, 0.7, 0.9] * 9
        >>> after_promotion([0, 0, 1, 1] * 9, bad, {"replaced": good}, min_rows=4).action
        'rollback'
    """
    import numpy as np

    from filrouge.measures.compare import auc_difference
    from filrouge.measures.metrics import roc_auc

    truth, mine = np.asarray(labels, dtype=float), np.asarray(promoted, dtype=float)
    figure = roc_auc(truth, mine)
    if figure is None or len(truth) < min_rows:
        return Decision(
            "wait", f"{len(truth)} labelled rows; {min_rows} of both kinds are needed", {}, len(truth)
        )
    figures, worst, most = {"promoted": figure}, "", 0.0
    for name, scores in others.items():
        found = auc_difference(truth, np.asarray(scores, dtype=float), mine)
        if found is None:
            continue
        figures[name] = figure + found.value
        figures[f"{name}_z"] = round(found.z, 2) if found.error else 0.0
        certain = found.error == 0 or found.z > sure
        if certain and found.value > max(margin, most):
            worst, most = name, found.value
    if worst:
        reason = (
            f"roc_auc {figure:.4f} against {figures[worst]:.4f} ({worst}) on the same {len(truth)} rows, "
            f"{figures[f'{worst}_z']:.1f} standard errors apart"
        )
        return Decision("rollback", reason, figures, len(truth))
    kept = f"roc_auc {figure:.4f} on {len(truth)} rows; no other is surely better by {margin}"
    return Decision("keep", kept, figures, len(truth))
