"""Versions judged on the same live rows: the features that were logged, and the labels that came since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.registry.scorer import Scorer, load_scorer
from filrouge.streamline.registry.version import version_named
from filrouge.streamline.serving.assemble import code_folder
from filrouge.streamline.training.metrics import Evaluation, evaluate

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["GATE_METRICS", "LiveRows", "scorers_of"]

GATE_METRICS = ("roc_auc", "average_precision", "brier")


@dataclass(frozen=True)
class LiveRows:
    """Labelled predictions of a period, the challenger's apart.

    Args:
        frame: as ``EventLog.frame`` gives them.
    """

    frame: "pl.DataFrame"

    @classmethod
    def of(cls, log: EventLog, product_id: str, start: datetime, end: datetime) -> "LiveRows":
        """Those of a period, with the labels that are known."""
        import polars as pl

        wanted = pl.col("label").is_not_null() & pl.col("score").is_not_null()
        live = wanted & (pl.col("slot") != "challenger")
        return cls(log.frame(product_id, start, end).filter(live).collect())

    def by(self, version_id: str) -> "LiveRows":
        """Those that one version answered."""
        import polars as pl

        return LiveRows(self.frame.filter(pl.col("model_version") == version_id))

    @property
    def rows(self) -> int:
        """How many there are."""
        return self.frame.height

    @cached_property
    def features(self) -> "pl.DataFrame":
        """What the models saw, under the features' own names."""
        import polars as pl

        logged = pl.col("^feature_.*$")
        return self.frame.select(logged.name.map(lambda name: name.removeprefix("feature_")))

    @cached_property
    def labels(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """0/1, shape (rows,)."""
        import polars as pl

        return self.frame["label"].cast(pl.Float64).to_numpy()

    @property
    def served(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """The scores that were given."""
        return self.frame["score"].to_numpy()

    def evaluation(self, scorer: Scorer, slices: Iterable[str] = ()) -> Evaluation:
        """What a version reaches on these rows."""
        sliced = self.features.select([name for name in slices if name in self.features.columns])
        return evaluate(self.labels, scorer.score(self.features), GATE_METRICS, sliced)


def scorers_of(workspace: Workspace, versions: Iterable[str]) -> dict[str, Scorer]:
    """The versions, loaded.

    Raises:
        UnknownVersion: there is no such version.
    """
    with workspace.reading() as session:
        rows = [version_named(session, identifier) for identifier in dict.fromkeys(versions)]
    return {row.id: _loaded(workspace, row.id, row.digest) for row in rows}


@lru_cache(maxsize=8)
def _loaded(workspace: Workspace, version_id: str, digest: str) -> Scorer:  # noqa: ARG001  (the file it is)
    """A version, read once in a process: the worker judges a promotion at each look."""
    with workspace.reading() as session:
        row = version_named(session, version_id)
    if row.trusted:
        ProductCode.load(code_folder(workspace, row.product_id))  # its classes are in the model's file
    return load_scorer(workspace.artifacts, row)
