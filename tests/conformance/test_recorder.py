"""What every recorder does: the fake of the tests and MLflow alike."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from tests.fakes.recorder import FakeRecorder

from filrouge.integrations.mlflow.recorder import MlflowRecorder
from filrouge.streamline.estimators.group_rate import GroupRate
from filrouge.streamline.registry.model_file import trusted_types
from filrouge.streamline.training.recorder import Dataset, Guarded, RecordedModel, Recorder, RecorderWarning

DAY = datetime(2013, 1, 1, tzinfo=UTC)
RNG = np.random.default_rng(0)
FRAME = pl.DataFrame(
    {"carrier": RNG.choice(["AA", "UA"], 300), "hour": RNG.integers(5, 23, 300), "wind": RNG.normal(size=300)}
)
LATE = pl.Series("late", (FRAME["hour"].to_numpy() / 30 > RNG.random(300)).astype(int))


def boosting() -> Any:
    encode = ColumnTransformer([("c", OrdinalEncoder(), ["carrier"])], remainder="passthrough")
    return make_pipeline(encode, HistGradientBoostingClassifier(max_iter=10)).fit(FRAME, LATE)


def recorded(estimator: Any, name: str = "boosting") -> RecordedModel:
    return RecordedModel("nyc", name, estimator, FRAME.head(5), trusted_types(estimator))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture(params=["fake", pytest.param("mlflow", marks=pytest.mark.xdist_group("mlflow"))])
def recorder(request: pytest.FixtureRequest, store: Path) -> Iterator[Recorder]:
    yield FakeRecorder() if request.param == "fake" else MlflowRecorder(f"sqlite:///{store}/m.db", store)


def test_a_run_takes_everything_and_models_are_numbered(recorder: Recorder):
    with recorder.run("nyc", "boosting") as recording:
        recording.params({"learning_rate": 0.1})
        recording.metrics({f"slice/carrier/{number}/roc_auc": 0.7 for number in range(1200)})
        recording.tags({"hypothesis": "hypothesis:h1"})
        recording.dataset(Dataset("f" * 64, DAY, DAY, 300))
        first = recording.model(recorded(boosting()))
        second = recording.model(recorded(boosting()))
        assert recording.id
    assert (first, second) == ("models:/nyc.boosting/1", "models:/nyc.boosting/2")
    recorder.reconcile("nyc", {"champion": second})


@pytest.mark.xdist_group("mlflow")
@pytest.mark.parametrize("estimator", [boosting(), GroupRate(by=["carrier", "hour"]).fit(FRAME, LATE)])
def test_what_was_registered_loads_with_pyfunc_and_predicts_the_same(store: Path, estimator: Any):
    import mlflow
    import pandas as pd

    with MlflowRecorder(f"sqlite:///{store}/m.db", store).run("nyc", "x") as recording:
        uri = recording.model(recorded(estimator, type(estimator).__name__))
    mlflow.set_tracking_uri(f"sqlite:///{store}/m.db")
    frame = pd.DataFrame(FRAME.to_dict(as_series=False))
    assert np.allclose(mlflow.pyfunc.load_model(uri).predict(frame), estimator.predict_proba(FRAME))


@pytest.mark.xdist_group("mlflow")
def test_the_users_own_calls_land_in_the_run_and_aliases_follow_the_ledger(tmp_path: Path):
    import mlflow

    recorder = MlflowRecorder(f"sqlite:///{tmp_path}/m.db", tmp_path)
    before = mlflow.get_tracking_uri()
    with recorder.run("nyc", "boosting") as recording:
        mlflow.log_metric("mine", 3.0)
        uris = [recording.model(recorded(boosting(), name)) for name in ("a", "a", "b")]
    assert mlflow.get_tracking_uri() == before
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/m.db", f"sqlite:///{tmp_path}/m.db")
    assert client.get_run(recording.id).data.metrics == {"mine": 3.0}
    recorder.reconcile("nyc", {"champion": uris[0], "naive": uris[2]})
    recorder.reconcile("nyc", {"champion": uris[2], "challenger": uris[1]})
    assert client.get_registered_model("nyc.a").aliases == {"challenger": 2}
    assert client.get_registered_model("nyc.b").aliases == {"champion": 1}


@pytest.mark.xdist_group("mlflow")
def test_a_failed_block_fails_the_run_and_a_broken_store_only_warns(tmp_path: Path):
    import mlflow

    recorder = MlflowRecorder(f"sqlite:///{tmp_path}/m.db", tmp_path)
    with pytest.raises(ZeroDivisionError), Guarded(recorder).run("nyc", "x") as recording:
        raise ZeroDivisionError
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/m.db")
    assert client.get_run(recording.id).info.status == "FAILED"
    (tmp_path / "file").write_text("")
    broken = Guarded(MlflowRecorder(f"sqlite:///{tmp_path}/file/m.db", tmp_path))
    with pytest.warns(RecorderWarning, match="did not take the run"), broken.run("nyc", "x") as recording:
        assert recording.model(recorded(boosting())) == ""
