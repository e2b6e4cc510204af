import pytest

from filrouge.streamline.training.gate import Rules, gate
from filrouge.streamline.training.metrics import Evaluation


def scored(value: float, rows: int = 1000, metric: str = "roc_auc", aa: float | None = None) -> Evaluation:
    slices = {"carrier": {"AA": {"rows": 400.0, metric: value if aa is None else aa}}}
    return Evaluation(rows, {metric: value}, slices)


def test_a_better_challenger_passes_and_says_by_how_much():
    verdict = gate(scored(0.72), scored(0.70), naive=scored(0.60))
    assert verdict.passed
    assert verdict.reasons == [
        "roc_auc 0.7200 against 0.7000 (champion)",
        "roc_auc 0.7200 against 0.6000 (naive)",
    ]


def test_a_challenger_below_the_champion_or_the_naive_model_is_refused():
    assert not gate(scored(0.69), scored(0.70)).passed
    verdict = gate(scored(0.69), scored(0.68), naive=scored(0.70))
    assert (verdict.passed, len(verdict.reasons)) == (False, 1)
    assert gate(scored(0.69), scored(0.70), Rules(min_gain=-0.02)).passed


def test_a_better_challenger_that_fails_a_slice_is_refused():
    verdict = gate(scored(0.75, aa=0.60), scored(0.70))
    assert verdict.reasons == ["roc_auc of carrier AA falls by 0.1000 (0.7000 → 0.6000)"]
    assert gate(scored(0.75, aa=0.60), scored(0.70), Rules(min_slice_rows=500)).passed


def test_lower_is_better_for_errors():
    rules = Rules(metric="brier")
    assert gate(scored(0.10, metric="brier"), scored(0.12, metric="brier"), rules).passed
    assert not gate(scored(0.14, metric="brier"), scored(0.12, metric="brier"), rules).passed


def test_too_few_rows_decide_nothing_and_the_first_version_passes():
    assert not gate(scored(0.9, rows=100), None).passed
    assert gate(scored(0.6), None).passed


def test_different_rows_are_never_compared():
    with pytest.raises(ValueError, match="same rows"):
        gate(scored(0.7, rows=1000), scored(0.6, rows=900))
