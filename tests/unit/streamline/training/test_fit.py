from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from filrouge.kernel.errors import Faults
from filrouge.streamline.training.fit import ModelFunctionFailed, OneClass, UnknownParameter, fit
from filrouge.streamline.training.table import BrokenFeatures, EmptyTraining, TrainingTable, training_table

START = datetime(2013, 1, 1, tzinfo=UTC)
N = 1000
RNG = np.random.default_rng(0)
FEATURES = pl.DataFrame(
    {"id": range(N), "at": [START + timedelta(hours=i) for i in range(N)], "wind": RNG.normal(size=N)}
)
LABELS = pl.DataFrame(
    {
        "id": range(N),
        "late": FEATURES["wind"].to_numpy() + RNG.normal(size=N) > 0,
        "known": [START + timedelta(hours=i + 5) for i in range(N)],
    }
)


def table(features=FEATURES, labels=LABELS, as_of=START + timedelta(days=365)) -> TrainingTable:
    return training_table(
        features, labels, key=("id",), time="at", target="late", known_at="known",
        start=START, end=START + timedelta(hours=500), as_of=as_of,
    )  # fmt: skip


def logistic(features, labels, regularisation=1.0):
    return LogisticRegression(C=regularisation).fit(features.to_numpy(), labels.to_numpy())


def test_only_events_of_the_window_with_labels_known_by_then_are_seen():
    assert table().rows == 500
    seen = table(as_of=START + timedelta(hours=100))
    assert seen.rows == 96
    assert seen.features.columns == ["wind"]
    assert seen.fingerprint == table(as_of=START + timedelta(hours=100)).fingerprint != table().fingerprint


def test_validation_is_the_newest_part_and_the_final_fit_sees_all_rows():
    seen = []

    def model(features, labels):
        seen.append(features.height)
        return logistic(features, labels)

    fitted = fit(model, table(), metrics=("roc_auc",))
    assert seen == [400, 500]
    assert fitted.evaluation.rows == len(fitted.scores) == 100
    assert 0.6 < fitted.evaluation.overall["roc_auc"] < 0.95


def test_parameters_are_the_functions_own_with_the_given_values():
    assert fit(logistic, table(), params={"regularisation": 0.1}).params == {"regularisation": 0.1}
    assert fit(logistic, table()).params == {"regularisation": 1.0}
    with pytest.raises(UnknownParameter, match="Did you mean 'regularisation'"):
        fit(logistic, table(), params={"regularization": 0.1})
    with pytest.raises(Faults, match="has no parameter"):
        fit(logistic, table(), params={"a": 1, "b": 2})


def test_no_rows_one_class_and_broken_keys_are_coded():
    with pytest.raises(EmptyTraining, match="has a label known"):
        table(as_of=START)
    with pytest.raises(OneClass, match="400 labels are 1"):
        fit(logistic, table(labels=LABELS.with_columns(late=True)))
    with pytest.raises(BrokenFeatures, match="more than once"):
        table(features=FEATURES.with_columns(id=pl.lit(1)))
    with pytest.raises(BrokenFeatures, match="lack the columns late"):
        table(labels=LABELS.drop("late"))


def test_a_model_function_that_raises_is_named_with_its_line():
    def broken(features, labels):
        return features["no such column"]

    with pytest.raises(ModelFunctionFailed) as caught:
        fit(broken, table())
    name, line = caught.value.where.rsplit(":", 1)
    assert name.endswith("test_fit.py")
    assert int(line) == broken.__code__.co_firstlineno + 1
    with pytest.raises(ModelFunctionFailed, match="cannot predict"):
        fit(lambda features, labels: 3, table())
