"""The gate: whether a challenger may become champion (STR-4, STR-18). A pure decision."""

import msgspec

from filrouge.measures.metrics import LOWER_IS_BETTER
from filrouge.streamline.training.metrics import Evaluation

__all__ = ["Rules", "Verdict", "gate"]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a challenger must reach, on the rows on which both were scored.

    Args:
        metric: the metric that decides.
        min_gain: least gain over the champion (negative: a small loss is accepted).
        max_slice_loss: no value of a slice column may lose more than this.
        min_rows: fewer labelled rows decide nothing.
        min_slice_rows: smaller slices are too noisy to refuse a version.
        better_than_naive: the challenger must beat the naive model too.
    """

    metric: str = "roc_auc"
    min_gain: float = 0.0
    max_slice_loss: float = 0.05
    min_rows: int = 500
    min_slice_rows: int = 300
    better_than_naive: bool = True


class Verdict(msgspec.Struct, frozen=True):
    """Passed or not, and every reason, in the order of the rules."""

    passed: bool
    reasons: list[str]


def gate(
    challenger: Evaluation,
    champion: Evaluation | None,
    rules: Rules | None = None,
    *,
    naive: Evaluation | None = None,
) -> Verdict:
    """Judge a challenger against the champion, and the naive model, on the same newest labelled rows.

    Args:
        challenger: the candidate's evaluation.
        champion: that of what serves; none when nothing does yet.
        rules: what must hold.
        naive: the naive model's evaluation; none when there is none, or when it is the champion.

    Example:
        >>> good, bad = Evaluation(900, {"roc_auc": 0.74}), Evaluation(900, {"roc_auc": 0.70})
        >>> gate(good, bad).passed, gate(bad, good).reasons
        (True, ['roc_auc 0.7000 is below what is asked, 0.7400 (champion 0.7400)'])
    """
    rules = rules or Rules()
    if any(other is not None and other.rows != challenger.rows for other in (champion, naive)):
        raise ValueError("The gate compares evaluations on the same rows.")
    if challenger.rows < rules.min_rows:
        return Verdict(False, [f"{challenger.rows} labelled rows; the rule asks {rules.min_rows}"])
    if rules.metric not in challenger.overall:
        return Verdict(False, [f"{rules.metric} cannot be computed on these rows"])
    against = [
        ("champion", champion, rules.min_gain),
        ("naive", naive if rules.better_than_naive else None, 0.0),
    ]
    refusals: list[str] = []
    passes: list[str] = []
    for name, other, gain in against:
        if other is not None and rules.metric in other.overall:
            reached, sentence = _overall(challenger, other, rules.metric, gain, name)
            (passes if reached else refusals).append(sentence)
    if champion is not None:
        refusals += _slices(challenger, champion, rules)
    if refusals:
        return Verdict(False, refusals)
    return Verdict(
        True, passes or [f"{rules.metric} {challenger.overall[rules.metric]:.4f}; nothing serves yet"]
    )


def _overall(
    challenger: Evaluation, other: Evaluation, metric: str, gain: float, name: str
) -> tuple[bool, str]:
    lower = metric in LOWER_IS_BETTER
    ours, theirs = challenger.overall[metric], other.overall[metric]
    limit = theirs - gain if lower else theirs + gain
    if ours <= limit if lower else ours >= limit:
        return True, f"{metric} {ours:.4f} against {theirs:.4f} ({name})"
    word = "above" if lower else "below"
    return False, f"{metric} {ours:.4f} is {word} what is asked, {limit:.4f} ({name} {theirs:.4f})"


def _slices(challenger: Evaluation, champion: Evaluation, rules: Rules) -> list[str]:
    sign = -1 if rules.metric in LOWER_IS_BETTER else 1
    found = []
    for column, values in challenger.slices.items():
        for value, ours in values.items():
            theirs = champion.slices.get(column, {}).get(value, {})
            if ours["rows"] < rules.min_slice_rows or not (rules.metric in ours and rules.metric in theirs):
                continue
            loss = sign * (theirs[rules.metric] - ours[rules.metric])
            if loss > rules.max_slice_loss:
                change = f"{theirs[rules.metric]:.4f} → {ours[rules.metric]:.4f}"
                found.append(f"{rules.metric} of {column} {value} falls by {loss:.4f} ({change})")
    return found
