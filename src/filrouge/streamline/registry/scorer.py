"""``Scorer``: a version loaded from the artefact store, ready to score. No MLflow, no training code."""

from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.artifacts import ArtifactStore
from filrouge.streamline.registry.model_file import read_model
from filrouge.streamline.registry.version import ModelVersion

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["MissingFeature", "Scorer", "load_scorer", "scores_of"]


class MissingFeature(FilrougeError):
    """The frame lacks columns that the model reads."""

    code = "model.missing-feature"


class Scorer:
    """A fitted estimator with the columns it reads.

    Args:
        version_id: what it is, for logs and errors.
        estimator: has ``predict_proba`` (two classes) or ``predict``.
        features: columns, in the order of training.
    """

    def __init__(self, version_id: str, estimator: Any, features: list[str]) -> None:
        self.version_id, self.estimator, self.features = version_id, estimator, features

    def score(self, frame: "pl.DataFrame") -> "np.ndarray[Any, Any]":
        """One float per row: the probability of the positive class, or the predicted value.

        Args:
            frame: has at least the model's features; other columns are left aside.

        Raises:
            MissingFeature: a feature is not among the columns.
        """
        columns = frame.columns
        missing = [name for name in self.features if name not in columns]
        if missing:
            raise MissingFeature(
                _("The model reads columns that are not there: {missing}.").format(
                    missing=", ".join(missing)
                ),
                where=self.version_id,
                action=did_you_mean(missing[0], columns),
            )
        return scores_of(self.estimator, frame[self.features])


def scores_of(estimator: Any, features: "pl.DataFrame") -> "np.ndarray[Any, Any]":
    """The probability of the positive class, or the prediction, as 64-bit floats of shape (rows,)."""
    import numpy as np

    if features.height == 0:
        return np.empty(0)
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(features), dtype=np.float64)[:, -1]
    return np.asarray(estimator.predict(features), dtype=np.float64).ravel()


def load_scorer(artifacts: ArtifactStore, version: ModelVersion) -> Scorer:
    """Load a version by the digest of its file.

    The product's package must be importable when the model holds classes of its own
    (``version.trusted``).

    Raises:
        MissingArtifact: the file is gone.
        DamagedArtifact: the file is not what was written.
        UntrustedModel: the file holds types that were not recorded with the version.
    """
    estimator = read_model(artifacts.get(version.digest), version.trusted, where=version.id)
    return Scorer(version.id, estimator, version.feature_names)
