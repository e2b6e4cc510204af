"""The serving plan of a product's code: its graph, read with the eyes of the server."""

import inspect
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from filrouge.kernel.i18n import _
from filrouge.streamline.features.looking_back import windows_asked
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.contract import Column, Contract, columns_of, polars_schema
from filrouge.streamline.pipelines.graph import Graph, Node
from filrouge.streamline.pipelines.spec import FeaturesSpec, SourceSpec
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.serving.errors import NotServable
from filrouge.streamline.serving.plan import PAST, ServingPlan, StoredSource

__all__ = ["known_by", "past_of", "plan_of", "read_source"]

_log = logging.getLogger(__name__)
_MARGIN = timedelta(days=1)
"""An event may be decided this long before its time, or asked for this long after."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def plan_of(product: str, code: ProductCode) -> ServingPlan:
    """What the server needs of a product's graph.

    Raises:
        NotServable: there is no model, or not exactly one event source with a contract.
        Faults: the mistakes of the graph.
    """
    graph = code.graph
    models = graph.models()
    if not models:
        raise NotServable(
            _("'{product}' has no model to serve.").format(product=product),
            where=product,
            action=_("Write one: @model(target=…)."),
        )
    features = graph.features_of(models[0].name)
    upstream = graph.upstream([features.name])
    event, contract = _event(product, upstream)
    spec = features.spec
    assert isinstance(spec, FeaturesSpec)
    schema = polars_schema(contract)
    assert isinstance(event.spec, SourceSpec)
    _refuse_window(upstream)
    target: str = graph.labels_of(models[0].name).spec.target  # type: ignore[attr-defined]
    compute, stored = _chain(graph, features.name), [node for node in upstream if _is_stored(node)]
    kept = past_of(compute, [event, *stored])
    return ServingPlan(
        product=product,
        contract=contract,
        schema=schema,
        event=event.name,
        key=spec.key[0] if spec.key else next(iter(schema)),
        time=event.spec.time or spec.time,
        features=compute,
        sources=tuple(_stored(node, frozenset(schema), spec, kept) for node in stored),
        code_version=code.code_version,
        target=target,
        label=_label(graph, target),
        past=kept,
    )


def _label(graph: Graph, target: str) -> Column | None:
    for node in graph.sources("outcome"):
        contract = node.spec.contract if isinstance(node.spec, SourceSpec) else None
        for column in columns_of(contract) if contract is not None else ():
            if column.name == target:
                return column
    return None


def past_of(compute: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame], sources: list[Node]) -> timedelta:
    """How much past the server keeps: a day more than the longest window that the features ask for.

    The features are computed of no event to see which windows they ask for. A window that depends on
    the data is not seen here: ``LooksTooFarBack`` refuses it while serving when it is longer.
    """
    try:
        frames = {node.name: _no_row(node) for node in sources}
        with windows_asked() as windows:
            compute(frames)
    except Exception as error:  # noqa: BLE001  (the product's code: it need not work on no row)
        _log.info("how far the features look back is not known before they serve: %s", error)
        return PAST
    return max([PAST, *(length + _MARGIN for length in windows)])


def _no_row(node: Node) -> pl.DataFrame:
    contract = node.spec.contract if isinstance(node.spec, SourceSpec) else None
    if contract is not None:
        return pl.DataFrame(schema=polars_schema(contract))
    return read_source(node, Window(_LONG_AGO, _LONG_AGO + timedelta(days=1))).clear()


def _is_stored(node: Node) -> bool:
    return isinstance(node.spec, SourceSpec) and node.spec.role != "event"


def _event(product: str, upstream: list[Node]) -> tuple[Node, type[Contract]]:
    events = [
        (node, node.spec.contract)
        for node in upstream
        if isinstance(node.spec, SourceSpec) and node.spec.role == "event"
    ]
    node, contract = events[0] if len(events) == 1 else (None, None)
    if node is None or contract is None:
        names = ", ".join(each.name for each, _ in events) or "none"
        raise NotServable(
            _("A served product has one event source, with a contract: what a request brings."),
            where=product,
            why=_("Found: {names}.").format(names=names),
            action=_('Declare it: @source(…, role="event", contract=…).'),
        )
    return node, contract


def _refuse_window(upstream: list[Node]) -> None:
    asking = [node.name for node in upstream if node.kind != "source" and "window" in node.external]
    if asking:
        raise NotServable(
            _("A step between the sources and the features asks for the window; a request has none."),
            where=", ".join(asking),
            action=_("Take times from the events instead."),
        )


def _chain(graph: Graph, target: str) -> Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]:
    steps = [node for node in graph.upstream([target]) if node.kind != "source"]

    def compute(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        values: dict[str, Any] = dict(frames)
        for node in steps:
            arguments = {parameter: values[origin] for parameter, origin in node.inputs.items()}
            values[node.name] = _eager(node.function(**arguments))
        found: pl.DataFrame = values[target]
        return found

    return compute


def _stored(node: Node, columns: frozenset[str], features: FeaturesSpec, kept: timedelta) -> StoredSource:
    spec = node.spec
    assert isinstance(spec, SourceSpec)
    moments = {spec.time, spec.known_at}
    by = tuple(name for name in spec.key if name in columns and name not in moments)
    history = spec.role != "lookup"
    if history and set(by) & set(features.key):
        by = ()  # the key names a row of the past, it is not what the past is looked up by
    fallback: Callable[[datetime], pl.DataFrame] | None = None
    if node.fallback is not None:
        fallback = _replacement(node.fallback, kept)
    elif spec.necessity != "necessary" and spec.contract is not None:
        schema = polars_schema(spec.contract)
        fallback = lambda _as_of: pl.DataFrame(schema=schema)  # noqa: E731
    return StoredSource(
        name=node.name,
        read=lambda as_of: read_source(node, Window(as_of - kept, as_of), as_of),
        key=by,
        known_at=spec.known_at or spec.time,
        refresh=spec.refresh,
        keep=kept,
        identity=_identity(spec, features) if history else (),
        fallback=fallback,
        history=history,
    )


def _identity(spec: SourceSpec, features: FeaturesSpec) -> tuple[str, ...]:
    """What names a row of the past: the event's key where it has it, so that each event counts once."""
    columns = spec.contract.__struct_fields__ if spec.contract else ()
    return features.key if set(features.key) <= set(columns) else ()


def _replacement(function: Callable[..., Any], kept: timedelta) -> Callable[[datetime], pl.DataFrame]:
    takes_window = bool(inspect.signature(function).parameters)

    def replace(as_of: datetime) -> pl.DataFrame:
        return _eager(function(*([Window(as_of - kept, as_of)] if takes_window else [])))

    return replace


def read_source(node: Node, window: Window, as_of: datetime | None = None) -> pl.DataFrame:
    """The rows of a source for a period; with ``as_of``, only those that were known then.

    Args:
        node: the source.
        window: the period that its function is asked for.
        as_of: a row that became known later is left out.
    """
    frame = _eager(node.function(**({"window": window} if "window" in node.external else {})))
    return frame if as_of is None else known_by(node, frame, as_of)


def known_by(node: Node, frame: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The rows of a source that were known at a time; all of them when nothing tells."""
    spec = node.spec
    assert isinstance(spec, SourceSpec)
    if spec.known_at:
        return frame.filter(pl.col(spec.known_at) <= as_of)
    if spec.time:
        return frame.filter(pl.col(spec.time) + (spec.known_after or timedelta()) <= as_of)
    return frame


def _eager(value: Any) -> pl.DataFrame:
    if hasattr(value, "to_native"):
        value = value.to_native()
    if isinstance(value, pl.LazyFrame):
        return value.collect()
    return value if isinstance(value, pl.DataFrame) else pl.from_pandas(value)
