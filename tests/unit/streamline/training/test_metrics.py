import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from filrouge.measures.metrics import UnknownMetric
from filrouge.streamline.training.metrics import evaluate

CLASSIFIERS = {
    "roc_auc": reference.roc_auc_score,
    "average_precision": reference.average_precision_score,
    "log_loss": reference.log_loss,
    "brier": reference.brier_score_loss,
}
REGRESSORS = {
    "mae": reference.mean_absolute_error,
    "rmse": reference.root_mean_squared_error,
    "r2": reference.r2_score,
}


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_metrics_agree_with_scikit_learn_with_and_without_ties(seed: int, digits: int):
    rng = np.random.default_rng(seed)
    labels = np.r_[0, 1, rng.integers(0, 2, 40)]
    scores = np.clip(np.round(rng.random(42), digits), 0.01, 0.99)
    found = evaluate(labels, scores, [*CLASSIFIERS, *REGRESSORS]).overall
    for name, function in (CLASSIFIERS | REGRESSORS).items():
        assert found[name] == pytest.approx(function(labels, scores), abs=2e-6), name


def test_slices_are_scored_on_their_own_rows():
    rng = np.random.default_rng(1)
    labels, scores = rng.integers(0, 2, 300), rng.random(300)
    carrier = pl.DataFrame({"carrier": ["AA"] * 100 + ["UA"] * 190 + ["ZZ"] * 10})
    found = evaluate(labels, scores, ["roc_auc"], carrier).slices["carrier"]
    assert set(found) == {"AA", "UA"}
    assert found["AA"]["rows"] == 100
    assert found["AA"]["roc_auc"] == pytest.approx(
        reference.roc_auc_score(labels[:100], scores[:100]), abs=1e-6
    )


def test_a_metric_that_cannot_be_computed_is_absent_and_an_unknown_one_is_named():
    assert evaluate(np.ones(5), np.ones(5), ["roc_auc", "mae"]).overall == {"mae": 0.0}
    with pytest.raises(UnknownMetric, match="Did you mean 'roc_auc'"):
        evaluate(np.ones(5), np.ones(5), ["roc_auk"])
