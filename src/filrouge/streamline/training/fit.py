"""Fitting: the user's model function on the earlier part, scored on the later, then fitted on all."""

import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.registry.scorer import scores_of
from filrouge.streamline.training.metrics import Evaluation, defaults_for, evaluate
from filrouge.streamline.training.table import EmptyTraining, TrainingTable

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "Fitted",
    "ModelFunctionFailed",
    "OneClass",
    "UnknownParameter",
    "call_model",
    "fit",
    "parameters_of",
]

VALIDATION = 0.2


class ModelFunctionFailed(FilrougeError):
    """The product's model function raised, or gave something that cannot predict."""

    code = "training.model-function"


class OneClass(FilrougeError):
    """All labels are equal: there is nothing to tell apart."""

    code = "training.one-class"


class UnknownParameter(FilrougeError):
    """The model function has no such parameter."""

    code = "training.unknown-parameter"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """An estimator fitted on all rows, and what one fitted on the earlier rows scored on the later."""

    estimator: Any
    evaluation: Evaluation
    scores: "np.ndarray[Any, Any]"
    """On the validation rows: the reference of the score's drift."""
    params: dict[str, Any]


def fit(
    function: Callable[..., Any],
    table: TrainingTable,
    *,
    params: Mapping[str, Any] | None = None,
    metrics: tuple[str, ...] = (),
    slices: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Fit, score on the newest part of the period, fit again on all of it.

    Args:
        function: ``(features, labels, **params) -> fitted estimator``.
        table: the rows.
        params: values instead of the function's defaults.
        metrics: what to compute; what suits the labels when none is named.
        slices: feature columns to slice the metrics by.
        progress: told what goes on.

    Raises:
        EmptyTraining: a part of the period has no rows.
        OneClass: the labels of the earlier part are all equal.
        UnknownParameter: the function lacks a parameter.
        ModelFunctionFailed: the function raised.
    """
    chosen = parameters_of(function, params or {})
    earlier, later = table.split(VALIDATION)
    if not earlier.rows or not later.rows:
        raise EmptyTraining(_("The rows lie at one moment: none is left to learn from or to validate on."))
    if earlier.labels.n_unique() < 2:
        raise OneClass(
            _("All {rows} labels are {label}.").format(rows=earlier.rows, label=earlier.labels[0]),
            where=function.__name__,
            action=_("Take a longer window, or look at how the label is made."),
        )
    progress(f"fitting on {earlier.rows:,} rows, validating on the {later.rows:,} newest")
    scores = scores_of(call_model(function, earlier, chosen), later.features)
    truth = later.labels.to_numpy()
    sliced = later.features.select([name for name in slices if name in later.features.columns])
    evaluation = evaluate(truth, scores, list(metrics) or defaults_for(truth), sliced)
    progress(f"fitting on all {table.rows:,} rows")
    return Fitted(
        estimator=call_model(function, table, chosen), evaluation=evaluation, scores=scores, params=chosen
    )


def call_model(function: Callable[..., Any], table: TrainingTable, params: Mapping[str, Any]) -> Any:
    """Call the model function; its error names the function, the file and the line.

    Raises:
        ModelFunctionFailed: it raised, or gave something without ``predict``.
    """
    try:
        estimator = function(table.features, table.labels, **params)
    except FilrougeError:
        raise
    except Exception as error:
        raise ModelFunctionFailed(
            _("The model function '{name}' failed.").format(name=function.__name__),
            where=_line_of(error, function),
            why=f"{type(error).__name__}: {error}",
            action=_("Mend the function, then train again."),
        ) from error
    if not hasattr(estimator, "predict"):
        raise ModelFunctionFailed(
            _("'{name}' gave a {type}: it cannot predict.").format(
                name=function.__name__, type=type(estimator).__name__
            ),
            action=_("Return a fitted estimator, with predict_proba or predict."),
        )
    return estimator


def parameters_of(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A model function's defaults with the given values; both sorted by the function.

    Raises:
        UnknownParameter: the function lacks a parameter.
    """
    known = list(inspect.signature(function).parameters.values())[2:]
    names = [parameter.name for parameter in known]
    Faults.raise_if_any(
        [
            UnknownParameter(
                _("'{model}' has no parameter '{name}'.").format(model=function.__name__, name=name),
                action=did_you_mean(name, names)
                or _("It has none: leave it out, or add it to the function."),
            )
            for name in given
            if name not in names
        ]
    )
    defaults = {p.name: p.default for p in known if p.default is not p.empty}
    return defaults | dict(given)


def _line_of(error: Exception, function: Callable[..., Any]) -> str:
    """The innermost line of the function's own file."""
    file = inspect.unwrap(function).__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{file}:{lines[-1]}" if lines else file
