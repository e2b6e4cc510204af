import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from filrouge.storage.artifacts import ArtifactStore, DamagedArtifact
from filrouge.streamline.estimators.group_rate import GroupRate
from filrouge.streamline.registry.model_file import UntrustedModel, read_model, write_model
from filrouge.streamline.registry.profile import profile_bytes, reference_profile
from filrouge.streamline.registry.scorer import MissingFeature, load_scorer
from filrouge.streamline.registry.version import ModelVersion

RNG = np.random.default_rng(0)
FRAME = pl.DataFrame({"carrier": RNG.choice(["AA", "B6", "UA"], 600), "hour": RNG.integers(5, 23, 600)})
LATE = pl.Series("late", (RNG.random(600) < FRAME["hour"].to_numpy() / 30).astype(int))


def pipeline(estimator: BaseEstimator) -> BaseEstimator:
    encode = ColumnTransformer([("c", OrdinalEncoder(), ["carrier"])], remainder="passthrough")
    return make_pipeline(encode, estimator)


ESTIMATORS = [
    GroupRate(by=["carrier", "hour"]),
    pipeline(HistGradientBoostingClassifier(max_iter=10)),
    pipeline(RandomForestClassifier(5)),
    pipeline(LogisticRegression()),
]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_a_stored_version_scores_as_the_original_did(estimator: BaseEstimator, tmp_path):
    store = ArtifactStore(tmp_path)
    fitted = estimator.fit(FRAME, LATE)
    content, trusted = write_model(fitted, "nyc")
    features = [{"name": name, "dtype": "String"} for name in FRAME.columns]
    version = ModelVersion(id="nyc/m/1", digest=store.put(content), trusted=trusted, features=features)
    scores = load_scorer(store, version).score(FRAME.select("hour", "carrier"))
    assert np.array_equal(scores, fitted.predict_proba(FRAME)[:, 1])


class Strange(ClassifierMixin, BaseEstimator):
    """Stands in a module of another package than the product's."""

    def fit(self, features, labels):
        self.classes_ = np.array([0, 1])
        return self


def test_types_that_nobody_declared_are_neither_written_nor_read():
    strange = Strange().fit(FRAME, LATE)
    own = Strange.__module__.partition(".")[0]
    with pytest.raises(UntrustedModel, match="Strange"):
        write_model(strange, "nyc")
    content, trusted = write_model(strange, own)
    assert trusted == [f"{Strange.__module__}.Strange"]
    with pytest.raises(UntrustedModel, match="Strange"):
        read_model(content)
    with pytest.raises(UntrustedModel, match="not a skops"):
        read_model(b"pickle?")


def test_a_missing_feature_and_a_damaged_file_are_coded(tmp_path):
    store = ArtifactStore(tmp_path)
    content, _ = write_model(GroupRate(by=["carrier"]).fit(FRAME, LATE), "nyc")
    features = [{"name": name, "dtype": "String"} for name in FRAME.columns]
    version = ModelVersion(id="nyc/m/1", digest=store.put(content), trusted=[], features=features)
    with pytest.raises(MissingFeature, match="hour"):
        load_scorer(store, version).score(FRAME.drop("hour"))
    store.path(version.digest).write_bytes(b"x")
    with pytest.raises(DamagedArtifact):
        load_scorer(store, version)


def test_a_rate_of_an_unseen_group_is_that_of_the_coarser_one():
    model = GroupRate(by=["carrier", "hour"], smoothing=5).fit(FRAME, LATE)
    unseen = pl.DataFrame({"carrier": ["AA", "ZZ"], "hour": [99, 7]})
    carrier_rate, overall = model.predict_proba(unseen)[:, 1]
    of_carrier = LATE.filter(FRAME["carrier"] == "AA")
    expected = (of_carrier.sum() + 5 * LATE.mean()) / (len(of_carrier) + 5)
    assert (carrier_rate, overall) == pytest.approx((expected, LATE.mean()))


def test_the_reference_profile_counts_every_row_and_is_json():
    frame = pl.DataFrame({"x": [1.0, 2.0, float("nan"), None], "c": ["a", None, "b", "a"], "k": [3, 3, 3, 3]})
    profile = reference_profile(frame)
    assert profile["x"]["nulls"] == 2
    assert sum(profile["x"]["counts"]) == 2
    assert profile["k"]["counts"] == [4]
    assert (profile["c"]["counts"], profile["c"]["nulls"]) == ({"a": 2, "b": 1}, 1)
    assert profile_bytes(profile).startswith(b"{")
