from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from filrouge.measures.metrics import UnknownMetric
from filrouge.measures.performance import calibration, performance, performance_by, performance_over

AT = datetime(2013, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [1, 3, 20])
def test_metrics_agree_with_scikit_learn(seed: int, ties: int):
    random = np.random.default_rng(seed)
    label = (random.random(300) < 0.3).astype(float)
    score = np.round(np.clip(label * 0.2 + random.random(300), 0, 1) * ties) / ties
    frame = pl.DataFrame({"label": label, "score": score})
    expected = {
        "roc_auc": metrics.roc_auc_score(label, score),
        "average_precision": metrics.average_precision_score(label, score),
        "brier": metrics.brier_score_loss(label, score),
        "precision": metrics.precision_score(label == 1, score >= 0.6),
        "recall": metrics.recall_score(label == 1, score >= 0.6),
    }
    for name, value in expected.items():
        assert performance(frame, name, threshold=0.6) == (pytest.approx(value, abs=1e-12), 300)
    rates, scores = calibration_curve(label, score * 0.999, n_bins=5)
    found = calibration(frame.with_columns(pl.col("score") * 0.999), bins=5)
    assert [b.rate for b in found] == pytest.approx(list(rates))
    assert [b.score for b in found] == pytest.approx(list(scores))


def test_one_class_only_or_no_label_gives_no_value():
    frame = pl.DataFrame({"at": [AT] * 2, "label": [1.0, None], "score": [0.1, 0.2], "c": ["a", "b"]})
    assert performance(frame, "roc_auc") == (None, 1)
    assert performance_over(frame, "recall", by=["c"], threshold=0.1).select("c", "value", "n").rows() == [
        ("a", 1.0, 1)
    ]


def test_slices_have_the_metric_of_their_own_labelled_rows_and_small_ones_are_left_out():
    random = np.random.default_rng(3)
    label, score = (random.random(200) < 0.4).astype(float), random.random(200)
    carrier = ["AA"] * 120 + [None] * 75 + ["ZZ"] * 5
    frame = pl.DataFrame({"label": label, "score": score, "carrier": carrier})
    found = performance_by(frame, "roc_auc", "carrier", min_rows=50)
    assert list(found) == ["AA", "null"]
    assert found["AA"] == (pytest.approx(metrics.roc_auc_score(label[:120], score[:120])), 120)
    assert found["null"][1] == 75


def test_a_target_that_is_a_number_is_judged_as_one():
    frame = pl.DataFrame({"label": [3.0, 8.0, None], "score": [4.0, 6.0, 1.0]})
    assert performance(frame, "mae") == (1.5, 2)
    with pytest.raises(UnknownMetric, match="Did you mean 'roc_auc'"):
        performance(frame, "roc_acu")
