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
    metric: str = "roc_auc",
    min_rows: int = 500,
    margin: float = 0.02,
) -> Decision:
    """Compare a promoted version with the one it replaced and the naive one, on the same labelled rows.

    Args:
        labels: 0/1, of the rows that the promoted version answered.
        promoted: its scores there; ``others``: by name, the scores that others give the same rows.
        metric: ``roc_auc``, ``average_precision`` or ``brier``.
        min_rows: with fewer labels it is too early.
        margin: another must be better by more than this for a rollback.

    Example:
        >>> bad, good = [0.9, 0.8, 0.3, 0.1], [0.1, 0.2, 0.7, 0.9]
        >>> after_promotion([0, 0, 1, 1], bad, {"replaced": good}, min_rows=4).action
        'rollback'
    """
    import polars as pl

    from filrouge.measures.performance import performance

    def figure(scores: Any) -> tuple[float | None, int]:
        frame = pl.DataFrame({"label": labels, "score": scores}, strict=False)
        return performance(frame.cast(pl.Float64), metric)

    mine, n = figure(promoted)
    if mine is None or n < min_rows:
        return Decision("wait", f"{n} labelled rows; {min_rows} with both answers are needed", {}, n)
    figures = {"promoted": mine}
    for name, scores in others.items():
        value, _ = figure(scores)
        if value is not None:
            figures[name] = value
    sign = -1 if metric == "brier" else 1
    losses = {name: sign * (value - mine) for name, value in figures.items() if name != "promoted"}
    worst = max(losses, key=lambda name: losses[name], default=None)
    if worst is not None and losses[worst] > margin:
        reason = f"{metric} {mine:.4f} against {figures[worst]:.4f} ({worst}) on the same {n} rows"
        return Decision("rollback", reason, figures, n)
    return Decision("keep", f"{metric} {mine:.4f} on {n} rows; no other does better by {margin}", figures, n)
