"""What is wrong with a product's steps, read from their specs; every mistake comes back with a hint."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.contract import BadContract, Contract, columns_of
from filrouge.streamline.pipelines.spec import (
    FeaturesSpec,
    LabelsSpec,
    ModelSpec,
    Necessity,
    Role,
    SourceSpec,
    Spec,
)

__all__ = [
    "CyclicGraph",
    "DuplicateStep",
    "MissingLabels",
    "SourceMistake",
    "TwoNaiveModels",
    "UnknownColumn",
    "UnknownInput",
    "UnknownStep",
    "mistakes_in",
]


class UnknownInput(FilrougeError):
    """A parameter names no step."""

    code = "graph.unknown-input"


class UnknownStep(FilrougeError):
    """The graph has no step of this name."""

    code = "graph.unknown-step"
    status = 404


class DuplicateStep(FilrougeError):
    """Two steps have one name."""

    code = "graph.duplicate"


class CyclicGraph(FilrougeError):
    """Steps wait for each other."""

    code = "graph.cycle"


class SourceMistake(FilrougeError):
    """A source does not say what its role needs."""

    code = "graph.source"


class UnknownColumn(FilrougeError):
    """A declared key or time is no column of the contract."""

    code = "graph.unknown-column"


class MissingLabels(FilrougeError):
    """A model has nothing to learn from."""

    code = "graph.no-labels"


class TwoNaiveModels(FilrougeError):
    """A target has more than one naive model."""

    code = "graph.two-naive"


def mistakes_in(specs: Sequence[Spec]) -> list[FilrougeError]:
    """All mistakes that the specs show, in the order of the graph."""
    sources = [spec for spec in specs if isinstance(spec, SourceSpec)]
    faults: list[FilrougeError] = []
    for source in sources:
        faults += _source_mistakes(source)
    for lookup in sources:
        if lookup.role == "lookup":
            faults += _lookup_mistakes(lookup, [other for other in sources if other.role == "event"])
    for spec in specs:
        if isinstance(spec, FeaturesSpec):
            faults += _features_mistakes(spec)
    return faults + _model_mistakes(specs)


def _source_mistakes(source: SourceSpec) -> list[FilrougeError]:
    faults: list[FilrougeError] = []

    def mistake(what: str, action: str) -> None:
        faults.append(SourceMistake(what, where=source.name, action=action))

    for word, known in ((source.role, get_args(Role)), (source.necessity, get_args(Necessity))):
        if word not in known:
            mistake(_("'{word}' is not a word of @source.").format(word=word), did_you_mean(word, known))
    if source.necessity == "necessary" and source.contract is None:
        mistake(_("A necessary source has no contract."), _("Add contract=… to its @source."))
    if source.role in {"event", "lookup", "history"} and not source.key:
        mistake(
            _("A source of role {role} needs its key.").format(role=source.role),
            _("Add key=… to its @source."),
        )
    if source.role in {"event", "history"} and not source.time:
        mistake(
            _("A source of role {role} needs its time.").format(role=source.role),
            _("Add time=… to its @source."),
        )
    if source.known_after is not None and source.time is None:
        mistake(_("known_after counts from a time, and there is none."), _("Add time=… to its @source."))
    if source.known_after is not None and source.known_at is not None:
        mistake(_("known_at and known_after are both given."), _("Keep one of them."))
    if source.contract is not None:
        named = (*source.key, *filter(None, (source.time, source.known_at)))
        faults += _unknown_columns(source.name, source.contract, named)
    return faults


def _unknown_columns(where: str, contract: type[Contract], named: Sequence[str]) -> list[FilrougeError]:
    try:
        known = [item.name for item in columns_of(contract)]
    except FilrougeError as fault:
        return list(getattr(fault, "faults", (fault,)))
    return [
        UnknownColumn(
            _("'{name}' is no column of the contract {contract}.").format(
                name=name, contract=contract.__name__
            ),
            where=where,
            action=did_you_mean(name, known),
        )
        for name in named
        if name not in known
    ]


def _lookup_mistakes(lookup: SourceSpec, events: Sequence[SourceSpec]) -> list[FilrougeError]:
    contracts = [event.contract for event in events if event.contract is not None]
    try:
        known = {item.name for contract in contracts for item in columns_of(contract)}
    except BadContract:
        return []
    except FilrougeError:
        return []
    if not contracts:
        return []
    return [
        UnknownColumn(
            _(
                "The lookup's key '{name}' is no column of an event, so that nothing can be looked up by it."
            ).format(name=name),
            where=lookup.name,
            action=did_you_mean(name, known),
        )
        for name in lookup.key
        if name not in known
    ]


def _features_mistakes(spec: FeaturesSpec) -> list[FilrougeError]:
    faults: list[FilrougeError] = []
    if not spec.key or not spec.time:
        faults.append(SourceMistake(_("Features need a key and a time."), where=spec.name))
    if spec.contract is not None:
        faults += _unknown_columns(spec.name, spec.contract, spec.key)
    return faults


def _metric_mistakes(model: ModelSpec) -> list[FilrougeError]:
    if not model.metrics:
        return []
    from filrouge.measures.metrics import UnknownMetric, check_metric

    faults: list[FilrougeError] = []
    for name in model.metrics:
        try:
            check_metric(name)
        except UnknownMetric as fault:
            fault.where = model.name
            faults.append(fault)
    return faults


def _model_mistakes(specs: Sequence[Spec]) -> list[FilrougeError]:
    targets = {spec.target for spec in specs if isinstance(spec, LabelsSpec)}
    models = [spec for spec in specs if isinstance(spec, ModelSpec)]
    faults: list[FilrougeError] = [
        MissingLabels(
            _("No labels are declared for the target '{target}'.").format(target=model.target),
            where=model.name,
            action=did_you_mean(model.target, targets)
            or _('Write a function with @labels("{target}", …).').format(target=model.target),
        )
        for model in models
        if model.target not in targets
    ]
    for model in models:
        faults += _metric_mistakes(model)
    for target, count in Counter(model.target for model in models if model.naive).items():
        if count > 1:
            names = ", ".join(model.name for model in models if model.naive and model.target == target)
            faults.append(
                TwoNaiveModels(
                    _("The target '{target}' has {count} naive models: {names}.").format(
                        target=target, count=count, names=names
                    ),
                    action=_("Keep naive=True on one of them."),
                )
            )
    return faults
