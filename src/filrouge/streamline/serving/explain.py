r"""Explanatory criteria (STR-16): which features made this score, by baseline replacement.

For a row :math:`x`, a model :math:`f` and a baseline :math:`b` (of each feature, its median or most
frequent value in training):

.. math:: c_j(x) = f(x) - f(x \text{ with } x_j := b_j)

A positive contribution says that this value raises the score compared with an ordinary one. It is
exact for what it says, for any model, and costs one prediction for each feature. It is not additive:
contributions of features that act together overlap, so their sum is not the score (Shapley values
share that overlap; they cost far more). Method: occlusion, Zeiler and Fergus, 2014.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl

__all__ = ["Contribution", "contributions"]


class Contribution(msgspec.Struct, frozen=True):
    """What one feature did to one score."""

    feature: str
    value: Any
    baseline: Any
    contribution: float
    """In the score's own unit; positive raises it."""


def contributions(
    score: Callable[[pl.DataFrame], Sequence[float]],
    frame: pl.DataFrame,
    baseline: Mapping[str, Any],
    *,
    top: int = 5,
) -> list[list[Contribution]]:
    """The features that moved each row's score most, the strongest first.

    Args:
        score: the model, from features to one number a row.
        frame: features, one row for each prediction.
        baseline: ordinary value of each feature; a feature without one is left out.
        top: how many features to name.

    Example:
        >>> frame = pl.DataFrame({"wind": [30.0], "rain": [0.0]})
        >>> lists = contributions(lambda f: list(f["wind"] / 100), frame, {"wind": 10.0, "rain": 0.0})
        >>> lists[0][0].feature, round(lists[0][0].contribution, 2)
        ('wind', 0.2)
    """
    names = [name for name in frame.columns if name in baseline]
    if not names or frame.is_empty():
        return [[] for _ in range(len(frame))]
    replaced = [
        frame.with_columns(pl.lit(baseline[name]).cast(frame.schema[name]).alias(name)) for name in names
    ]
    scores = np.asarray(score(pl.concat([frame, *replaced])), dtype=float).reshape(len(names) + 1, -1)
    moves = scores[0] - scores[1:]
    values = frame.select(names).rows()
    return [
        [
            Contribution(names[j], values[row][j], baseline[names[j]], float(moves[j, row]))
            for j in np.argsort(-np.abs(moves[:, row]), kind="stable")[:top]
            if moves[j, row] != 0
        ]
        for row in range(len(frame))
    ]
