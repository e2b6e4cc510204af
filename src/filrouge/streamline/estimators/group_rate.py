"""``GroupRate``: the naive algorithm of an MVP (ORG-7): the smoothed average of each group."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

__all__ = ["GroupRate"]


class GroupRate(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The rate of the positive class in each group, drawn towards the next coarser group.

    With ``by=["carrier", "origin"]`` the rate of a carrier at an origin is
    ``(positives + smoothing × rate of the carrier) / (rows + smoothing)``; the carrier's rate is drawn
    the same way towards the overall rate (the *m*-estimate; Micci-Barreca, SIGKDD Explorations 3(1), 2001).
    A group never seen has the rate of the finest group that was.

    Args:
        by: columns of the groups, the coarsest first.
        smoothing: how many rows the coarser rate weighs.

    Example:
        >>> import polars as pl
        >>> features = pl.DataFrame({"carrier": ["AA", "AA", "UA", "UA"]})
        >>> model = GroupRate(by=["carrier"], smoothing=2).fit(features, pl.Series([1, 1, 0, 0]))
        >>> model.predict_proba(pl.DataFrame({"carrier": ["AA", "UA", "B6"]}))[:, 1].tolist()
        [0.75, 0.25, 0.5]
    """

    def __init__(self, by: list[str], smoothing: float = 20.0) -> None:
        self.by = by
        self.smoothing = smoothing

    def fit(self, features: Any, labels: Any) -> "GroupRate":
        """Learn the rates from a frame (Polars or pandas) and 0/1 labels."""
        truth = np.asarray(labels, dtype=np.float64)
        keys = _keys(features, self.by)
        self.classes_ = np.array([0, 1])
        self.feature_names_in_ = np.asarray(list(features.columns), dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        self.overall_ = float(truth.mean())
        self.rates_: dict[str, float] = {}
        coarser = np.full(len(truth), self.overall_)
        for depth in range(1, len(self.by) + 1):
            names, where = np.unique(keys[depth - 1], return_inverse=True)
            rows = np.bincount(where)
            prior = np.bincount(where, weights=coarser) / rows  # equal within a group: its parent's rate
            positives = np.bincount(where, weights=truth)
            rates = (positives + self.smoothing * prior) / (rows + self.smoothing)
            self.rates_.update(zip(names.tolist(), rates.tolist(), strict=True))
            coarser = rates[where]
        return self

    def predict_proba(self, features: Any) -> np.ndarray[Any, Any]:
        """Probabilities of the two classes, shape (rows, 2)."""
        rates = np.full(len(features), self.overall_)
        for level in _keys(features, self.by):
            found = [self.rates_.get(key) for key in level]
            rates = np.array([rate if own is None else own for own, rate in zip(found, rates, strict=True)])
        return np.column_stack([1 - rates, rates])

    def predict(self, features: Any) -> np.ndarray[Any, Any]:
        """The likelier class."""
        likelier: np.ndarray[Any, Any] = (self.predict_proba(features)[:, 1] >= 0.5).astype(int)
        return likelier


def _keys(features: Any, by: list[str]) -> list[list[str]]:
    """For each depth, the group of each row, as one text."""
    levels: list[list[str]] = []
    parents = [""] * len(features)
    for name in by:
        values = (_plain(value) for value in features[name])
        parents = [f"{parent}{value}\x1f" for parent, value in zip(parents, values, strict=True)]
        levels.append(parents)
    return levels


def _plain(value: Any) -> Any:
    """Whole floats as integers: a column of hours is the same group whatever type carried it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
