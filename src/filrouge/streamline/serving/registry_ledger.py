"""The ledger in the workspace's database, and models from its artefact store."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import func, select

from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import LedgerEntry, Mode, serving_now
from filrouge.streamline.registry.scorer import Scorer, load_scorer
from filrouge.streamline.registry.version import version_named
from filrouge.streamline.serving.ports import SlotEntry

__all__ = ["RegisteredModel", "RegistryLedger", "baseline_of"]


class RegisteredModel:
    """A registered version with the ordinary value of each feature it reads.

    Args:
        scorer: the loaded version.
        baseline: by feature.
    """

    def __init__(self, scorer: Scorer, baseline: Mapping[str, Any]) -> None:
        self._scorer = scorer
        self.baseline = baseline

    def score(self, frame: pl.DataFrame) -> Sequence[float]:
        """One number for each row of features."""
        scores: list[float] = self._scorer.score(frame).tolist()
        return scores


class RegistryLedger:
    """Which version serves in which slot of a product, as the registry says.

    Args:
        workspace: whose registry.
        product: id.
    """

    def __init__(self, workspace: Workspace, product: str) -> None:
        self._workspace, self._product = workspace, product

    def generation(self) -> Any:
        """The number of entries and the time of the last: entries are only added."""
        query = select(func.count(LedgerEntry.id), func.max(LedgerEntry.recorded_at)).where(
            LedgerEntry.product_id == self._product
        )
        with self._workspace.reading() as session:
            return tuple(session.execute(query).one())

    def slots(self) -> Mapping[str, SlotEntry]:
        """The version of each slot now."""
        with self._workspace.reading() as session:
            return {
                slot: SlotEntry(
                    str(slot),
                    entry.version_id,
                    entry.from_at,
                    entry.why,
                    entry.who,
                    entry.mode == Mode.DEGRADED.value,
                )
                for slot, entry in serving_now(session, self._product).items()
            }

    def load(self, entry: SlotEntry) -> RegisteredModel:
        """The model of an entry, by the digest of its file.

        Raises:
            MissingArtifact: the file is gone.
            DamagedArtifact: the file is not what was written.
            UntrustedModel: the file holds types that were not recorded with the version.
        """
        with self._workspace.reading() as session:
            version = version_named(session, entry.version)
        scorer = load_scorer(self._workspace.artifacts, version)
        profile = json.loads(self._workspace.artifacts.get(version.profile)) if version.profile else {}
        return RegisteredModel(
            scorer, {n: v for n, v in baseline_of(profile).items() if n in scorer.features}
        )


def baseline_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The median of each number and the most frequent value of each category, from a profile.

    The median is interpolated inside its interval, as the profile keeps counts between edges.

    Example:
        >>> baseline_of({"x": {"kind": "number", "edges": [0.0, 1.0, 3.0], "counts": [1, 3]}})
        {'x': 1.666...}
    """
    found = {}
    for name, column in profile.items():
        value = _median(column) if column.get("kind") == "number" else _mode(column)
        if value is not None:
            found[name] = value
    return found


def _mode(column: Mapping[str, Any]) -> Any:
    counts = column.get("counts") or {}
    return max(counts, key=counts.__getitem__) if counts else None


def _median(column: Mapping[str, Any]) -> float | None:
    edges, counts = column["edges"], column["counts"]
    if len(edges) < 2:
        return float(edges[0]) if edges else None
    left = sum(counts) / 2
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        if count and left <= count:
            return float(low + (high - low) * left / count)
        left -= count
    return float(edges[-1])
