"""The recorder that keeps runs and models in MLflow. The import costs seconds: it waits for the first use."""

import logging
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filrouge.kernel.errors import require_extra
from filrouge.storage.workspace import Workspace
from filrouge.streamline.training.recorder import Dataset, RecordedModel

__all__ = ["MlflowRecorder"]

_ALIASES = ("champion", "challenger", "naive")
_BATCH = 900  # MLflow takes at most a thousand metrics in one call


class MlflowRecorder:
    """Runs in the experiment of the product; models registered as ``<product>.<model>``.

    Args:
        tracking: the store: an SQLAlchemy URL or a server's.
        files: folder for models and artefacts when the store is a database.
    """

    def __init__(self, tracking: str, files: Path) -> None:
        self.tracking, self.files = tracking, files

    @classmethod
    def of(cls, workspace: Workspace) -> "MlflowRecorder":
        """The recorder on the workspace's tracking store; a relative SQLite file is in the workspace.

        Raises:
            MissingExtra: MLflow is not installed.
        """
        require_extra("mlflow", "build")
        url = workspace.settings.storage.tracking
        if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
            path = workspace.root / url.removeprefix("sqlite:///")
            path.parent.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{path}"
        return cls(url, workspace.root / ".filrouge" / "mlflow")

    @contextmanager
    def run(self, product_id: str, name: str) -> Iterator["MlflowRecording"]:
        """A run that is MLflow's active one inside the block, so that ``mlflow.log_*`` lands in it."""
        mlflow = _mlflow()
        before = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(self.tracking)
        try:
            experiment = self._experiment(product_id)
            nested = mlflow.active_run() is not None
            with mlflow.start_run(experiment_id=experiment, run_name=name, nested=nested) as run:
                yield MlflowRecording(self._client(), run.info.run_id)
        finally:
            mlflow.set_tracking_uri(before)

    def reconcile(self, product_id: str, slots: Mapping[str, str]) -> None:
        """Set and remove aliases until the product's registered models say what ``slots`` says."""
        client = self._client()
        wanted = {slot: _name_and_number(uri) for slot, uri in slots.items() if uri}
        for model in client.search_registered_models(filter_string=f"name LIKE '{product_id}.%'"):
            aliases = client.get_registered_model(model.name).aliases
            for alias in _ALIASES:
                name, number = wanted.get(alias, ("", ""))
                if name == model.name and str(aliases.get(alias)) != number:
                    client.set_registered_model_alias(name, alias, number)
                elif name != model.name and alias in aliases:
                    client.delete_registered_model_alias(model.name, alias)

    def _client(self) -> Any:
        return _mlflow().MlflowClient(tracking_uri=self.tracking, registry_uri=self.tracking)

    def _experiment(self, product_id: str) -> str:
        client = self._client()
        found = client.get_experiment_by_name(product_id)
        if found is not None:
            return str(found.experiment_id)
        embedded = self.tracking.startswith("sqlite:")
        place = (self.files / product_id).as_uri() if embedded else None
        return str(client.create_experiment(product_id, artifact_location=place))


class MlflowRecording:
    """An open MLflow run."""

    def __init__(self, client: Any, run_id: str) -> None:
        self._client = client
        self.id = run_id

    def params(self, values: Mapping[str, Any]) -> None:
        """Parameters."""
        for key, value in values.items():
            self._client.log_param(self.id, key, value)

    def metrics(self, values: Mapping[str, float]) -> None:
        """Metrics, in batches."""
        _mlflow()
        from mlflow.entities import Metric

        now = time.time_ns() // 1_000_000
        rows = [Metric(_key(name), float(value), now, 0) for name, value in values.items()]
        for start in range(0, len(rows), _BATCH):
            self._client.log_batch(self.id, metrics=rows[start : start + _BATCH])

    def tags(self, values: Mapping[str, str]) -> None:
        """Tags, with the prefix ``filrouge.``."""
        for key, value in values.items():
            self._client.set_tag(self.id, f"filrouge.{key}", value)

    def dataset(self, dataset: Dataset) -> None:
        """The training table: MLflow shows name, digest and period."""
        from mlflow.entities import Dataset as Entity
        from mlflow.entities import DatasetInput, InputTag

        period = f"{dataset.start:%Y-%m-%d}..{dataset.end:%Y-%m-%d}"
        entity = Entity(
            name=period, digest=dataset.fingerprint[:32], source_type="filrouge", source=dataset.fingerprint
        )
        context = InputTag(key="mlflow.data.context", value="training")
        self._client.log_inputs(self.id, [DatasetInput(dataset=entity, tags=[context])])

    def model(self, model: RecordedModel) -> str:
        """Log the model as skops and register it; gives ``models:/<product>.<model>/<number>``."""
        import mlflow.sklearn
        from mlflow.exceptions import MlflowException
        from mlflow.models import infer_signature

        example = _pandas(model.example)
        probable = hasattr(model.estimator, "predict_proba")
        predict = "predict_proba" if probable else "predict"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # hints on integer columns: the contract knows
            info = mlflow.sklearn.log_model(
                model.estimator,
                name=model.name,
                serialization_format="skops",
                skops_trusted_types=model.trusted,
                pyfunc_predict_fn=predict,
                signature=infer_signature(example, getattr(model.estimator, predict)(example)),
                pip_requirements=_requirements(),
                code_paths=[str(model.code)] if model.code else None,
            )
        name = f"{model.product}.{model.name}"
        try:
            self._client.create_registered_model(name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        made = self._client.create_model_version(
            name, info.model_uri, run_id=self.id, model_id=info.model_id, await_creation_for=0
        )
        return f"models:/{name}/{made.version}"


def _mlflow() -> Any:
    """MLflow, with its greetings and its migration log silenced."""
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    return mlflow


def _pandas(frame: Any) -> Any:
    """A Polars frame as pandas with the types that MLflow's schemas know; it needs no pyarrow."""
    import pandas as pd
    import polars as pl

    wide = frame.with_columns(pl.selectors.integer().cast(pl.Int64), pl.selectors.float().cast(pl.Float64))
    return pd.DataFrame({name: wide[name].to_list() for name in wide.columns})


def _requirements() -> list[str]:
    from importlib.metadata import version

    packages = ("filrouge", "numpy", "scikit-learn", "skops")
    return [f"{package}=={version(package)}" for package in packages]


def _name_and_number(uri: str) -> tuple[str, str]:
    name, _, number = uri.removeprefix("models:/").rpartition("/")
    return name, number


def _key(name: str) -> str:
    """A metric's name with the characters that MLflow takes."""
    return "".join(char if char.isalnum() or char in "_-. /:" else "_" for char in name)
