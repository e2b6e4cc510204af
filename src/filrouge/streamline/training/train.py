"""Training a model of a product: graph → fitted estimator → metrics → registered version (STR-21)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.contract import describe
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.spec import FeaturesSpec, LabelsSpec, ModelSpec, SourceSpec
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.registry.model_file import trusted_types, write_model
from filrouge.streamline.registry.profile import profile_bytes, reference_profile
from filrouge.streamline.registry.version import ModelVersion, register
from filrouge.streamline.training.fit import Fitted, fit, parameters_of
from filrouge.streamline.training.materialise import Materialise, recorded
from filrouge.streamline.training.recorder import (
    Dataset,
    Guarded,
    NullRecorder,
    RecordedModel,
    Recorder,
    Recording,
)
from filrouge.streamline.training.table import TrainingTable, described, training_table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["UnknownModel", "train"]


class UnknownModel(FilrougeError):
    """The product's code has no model of this name."""

    code = "training.unknown-model"
    status = 404


@dataclass(frozen=True, kw_only=True)
class _Order:
    """What is asked for."""

    product_id: str
    model: Node
    spec: ModelSpec
    code: ProductCode
    window: Window
    as_of: datetime
    hypothesis: str | None
    params: Mapping[str, Any]
    note: str


def train(
    workspace: Workspace,
    product_id: str,
    model_name: str,
    *,
    window: Window,
    as_of: datetime | None = None,
    hypothesis: str | None = None,
    params: Mapping[str, Any] | None = None,
    recorder: Recorder | None = None,
    materialise: Materialise = recorded,
    note: str = "",
    actor: str = "system",
    progress: Callable[[str], None] = lambda _: None,
) -> ModelVersion:
    """Train a model on a period and register the version.

    The newest fifth of the period validates; the version is then fitted on all of it. Nothing is
    written when anything before the registration fails.

    Args:
        workspace: where the product lives.
        product_id: the product.
        model_name: a function of its code with ``@model``.
        window: events of this period.
        as_of: labels known later are not seen; the end of the window by default.
        hypothesis: reference that this training tests, such as ``hypothesis:7k2m9x4qab``.
        params: values instead of the model function's defaults.
        recorder: where the run is shown too; its failures are warnings.
        materialise: gives the tables of the graph's nodes.
        note: a remark kept with the version.
        actor: who trains.
        progress: told what goes on.

    Raises:
        UnknownModel: the product has no such model.
        EmptyTraining: no row with a known label.
        OneClass: nothing to tell apart.
        ModelFunctionFailed: the product's function raised.
    """
    code = ProductCode.of(workspace, product_id)
    model = _model_of(code.graph, model_name, product_id)
    assert isinstance(model.spec, ModelSpec)
    order = _Order(
        product_id=product_id,
        model=model,
        spec=model.spec,
        code=code,
        window=window,
        as_of=as_of or window.end,
        hypothesis=hypothesis,
        params=params or {},
        note=note,
    )
    parameters_of(model.function, order.params)  # a slip is said before the data is prepared
    with Guarded(recorder or NullRecorder()).run(product_id, model_name) as recording:
        progress("preparing features and labels")
        features, labels = code.graph.features_of(model_name), code.graph.labels_of(model_name)
        made = materialise(workspace, product_id, code.graph, [features.name, labels.name], window, who=actor)
        table = _table(order, features, labels, made.frames)
        fitted = fit(
            model.function,
            table,
            params=order.params,
            metrics=order.spec.metrics,
            slices=order.spec.slices,
            progress=progress,
        )
        return _registered(workspace, order, made.run_id, table, fitted, recording, actor)


def _model_of(graph: Graph, name: str, product_id: str) -> Node:
    known = {node.name: node for node in graph.models()}
    if name not in known:
        raise UnknownModel(
            _("The product '{product}' has no model '{name}'.").format(product=product_id, name=name),
            action=did_you_mean(name, known),
        )
    return known[name]


def _table(
    order: _Order, features: Node, labels: Node, frames: Mapping[str, "pl.DataFrame"]
) -> TrainingTable:
    assert isinstance(features.spec, FeaturesSpec)
    assert isinstance(labels.spec, LabelsSpec)
    return training_table(
        frames[features.name],
        frames[labels.name],
        key=features.spec.key,
        time=features.spec.time,
        target=labels.spec.target,
        known_at=labels.spec.known_at,
        start=order.window.start,
        end=order.window.end,
        as_of=order.as_of,
        where=order.model.name,
    )


def _registered(  # noqa: PLR0917  (one call, in train)
    workspace: Workspace,
    order: _Order,
    run_id: str,
    table: TrainingTable,
    fitted: Fitted,
    recording: Recording,
    actor: str,
) -> ModelVersion:
    import polars as pl

    package = order.code.package
    content, trusted = write_model(fitted.estimator, package.__name__.partition(".")[0])
    profile = reference_profile(table.features)
    profile["score"] = reference_profile(pl.DataFrame({"score": fitted.scores}))["score"]
    version = ModelVersion(
        product_id=order.product_id,
        model=order.model.name,
        run_id=run_id,
        recorder_run=recording.id,
        recorder_uri=_recorded(recording, order, table, fitted, trusted),
        digest=workspace.artifacts.put(content),
        trusted=trusted,
        target=order.spec.target,
        naive=order.spec.naive,
        metrics=fitted.evaluation.overall,
        slices=fitted.evaluation.slices,
        contract=_contract(order.code.graph),
        features=described(table.features),
        dataset=table.fingerprint,
        data_from=table.times[0],
        data_to=table.times[-1],
        rows=table.rows,
        code_version=order.code.code_version,
        hypothesis=order.hypothesis,
        params=json.loads(json.dumps(fitted.params, default=str)),
        profile=workspace.artifacts.put(profile_bytes(profile)),
        note=order.note,
    )
    with workspace.transaction(actor) as session:
        return register(session, version)


def _recorded(
    recording: Recording, order: _Order, table: TrainingTable, fitted: Fitted, trusted: list[str]
) -> str:
    """Show the run in the recorder; gives the model's address there, empty when it failed."""
    evaluation = fitted.evaluation
    recording.params(fitted.params)
    sliced = {
        f"slice/{column}/{value}/{metric}": number
        for column, values in evaluation.slices.items()
        for value, found in values.items()
        for metric, number in found.items()
    }
    recording.metrics(evaluation.overall | sliced)
    recording.tags(
        {
            "product": order.product_id,
            "code_version": order.code.code_version,
            "features": ", ".join(table.features.columns),
            "hypothesis": order.hypothesis or "",
        }
    )
    recording.dataset(Dataset(table.fingerprint, table.times[0], table.times[-1], table.rows))
    root = Path(order.code.package.__file__ or "").parent
    return recording.model(
        RecordedModel(
            product=order.product_id,
            name=order.model.name,
            estimator=fitted.estimator,
            example=table.features.head(5),
            trusted=trusted_types(fitted.estimator),
            code=root if trusted else None,
        )
    )


def _contract(graph: Graph) -> dict[str, Any]:
    """What a request must bring: the described contracts of the event sources."""
    found: dict[str, Any] = {}
    for node in graph.sources("event"):
        assert isinstance(node.spec, SourceSpec)
        if node.spec.contract is not None:
            found[node.name] = json.loads(json.dumps(describe(node.spec.contract), default=str))
    return found
