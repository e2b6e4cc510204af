"""The graph of a product: its decorated functions, wired by parameter names, without running anything."""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.decorators import spec_of
from filrouge.streamline.pipelines.graph_check import (
    CyclicGraph,
    DuplicateStep,
    UnknownInput,
    UnknownStep,
    mistakes_in,
)
from filrouge.streamline.pipelines.source_code import CodeVersions
from filrouge.streamline.pipelines.spec import FeaturesSpec, LabelsSpec, ModelSpec, SourceSpec, Spec

__all__ = ["EXTERNAL", "Graph", "Node", "build_graph"]

EXTERNAL = frozenset({"window", "predictions"})
"""Parameters that the run or the server gives, not another step."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One step: its function, and where each of its parameters comes from."""

    name: str
    spec: Spec
    function: Callable[..., Any]
    """What to call: the function as the module holds it, decorators included."""
    inputs: dict[str, str] = field(default_factory=dict)
    """Parameter name to node name."""
    external: tuple[str, ...] = ()
    """Parameters that the run gives (``window``, ``predictions``)."""
    params: dict[str, Any] = field(default_factory=dict)
    """Parameters with a default, and that default."""
    code_version: str = ""
    fallback: Callable[..., Any] | None = None

    @property
    def kind(self) -> str:
        """``source``, ``step``, ``features``, ``labels``, ``model`` or ``activation``."""
        return self.spec.kind


@dataclass(frozen=True)
class Graph:
    """The steps in an order in which they can run."""

    nodes: dict[str, Node]

    def __getitem__(self, name: str) -> Node:
        if name not in self.nodes:
            raise UnknownStep(
                _("There is no step '{name}'.").format(name=name), action=did_you_mean(name, self.nodes)
            )
        return self.nodes[name]

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind, in order."""
        return [node for node in self.nodes.values() if node.kind == kind]

    def sources(self, role: str | None = None) -> list[Node]:
        """The sources, of one role or all."""
        return [
            node
            for node in self.nodes.values()
            if isinstance(node.spec, SourceSpec) and role in {None, node.spec.role}
        ]

    def models(self, target: str | None = None) -> list[Node]:
        """The models, for one target or all."""
        return [
            node
            for node in self.nodes.values()
            if isinstance(node.spec, ModelSpec) and target in {None, node.spec.target}
        ]

    def features_of(self, model: str) -> Node:
        """The features node that a model reads."""
        return self._input_of(model, FeaturesSpec)

    def labels_of(self, model: str) -> Node:
        """The labels node that a model reads."""
        return self._input_of(model, LabelsSpec)

    def _input_of(self, model: str, kind: type[Spec]) -> Node:
        for name in self[model].inputs.values():
            if isinstance(self.nodes[name].spec, kind):
                return self.nodes[name]
        raise UnknownStep(
            _("The model '{model}' reads no {kind}.").format(model=model, kind=kind.kind), where=model
        )

    def upstream(self, targets: Iterable[str]) -> list[Node]:
        """The targets and all that they need, in order."""
        wanted: set[str] = set()
        stack = [self[name].name for name in targets]
        while stack:
            name = stack.pop()
            if name not in wanted:
                wanted.add(name)
                stack += self.nodes[name].inputs.values()
        return [node for node in self.nodes.values() if node.name in wanted]

    @property
    def code_version(self) -> str:
        """One digest for the code of all steps."""
        text = "\n".join(f"{node.name} {node.code_version}" for node in sorted_nodes(self.nodes))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def describe(self) -> dict[str, Any]:
        """The graph as plain values, for pages and JSON."""
        return {
            "code_version": self.code_version,
            "nodes": [_described(node) for node in self.nodes.values()],
            "edges": [
                {"from": origin, "to": node.name, "parameter": parameter}
                for node in self.nodes.values()
                for parameter, origin in node.inputs.items()
            ],
        }


def sorted_nodes(nodes: dict[str, Node]) -> list[Node]:
    """The nodes by name."""
    return [nodes[name] for name in sorted(nodes)]


def build_graph(code: ModuleType | Sequence[ModuleType | Callable[..., Any]], package: str = "") -> Graph:
    """Collect the decorated functions and wire them by parameter names; nothing is run.

    Args:
        code: a module, or several modules and functions.
        package: name of the product's package, whose functions and constants count in code versions;
            that of the first module by default.

    Raises:
        Faults: every mistake found, each with a hint.
    """
    parts = [code] if isinstance(code, ModuleType) else list(code)
    faults: list[FilrougeError] = []
    found = _collected(parts, faults)
    if not package and parts:
        first = parts[0]
        package = (first.__name__ if isinstance(first, ModuleType) else first.__module__).partition(".")[0]
    versions = CodeVersions(package)
    modules = [part for part in parts if isinstance(part, ModuleType)]
    nodes = {
        name: _wired(name, function, found, modules, versions, faults) for name, function in found.items()
    }
    order = _ordered(nodes, faults)
    faults += mistakes_in([node.spec for node in nodes.values()])
    Faults.raise_if_any(faults)
    return Graph({name: nodes[name] for name in order})


def _collected(
    parts: Sequence[ModuleType | Callable[..., Any]], faults: list[FilrougeError]
) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for part in parts:
        candidates = list(vars(part).values()) if isinstance(part, ModuleType) else [part]
        for function in candidates:
            spec = spec_of(function)
            if spec is None or found.get(spec.name) is function:
                continue
            if spec.name in found:
                faults.append(
                    DuplicateStep(
                        _("Two steps are called '{name}'.").format(name=spec.name),
                        where=f"{function.__module__}.{function.__name__}",
                        why=_("The other is {module}.{name}.").format(
                            module=found[spec.name].__module__, name=found[spec.name].__name__
                        ),
                        action=_("Rename one of them."),
                    )
                )
            if spec.name in EXTERNAL:
                faults.append(
                    DuplicateStep(
                        _("'{name}' is given by the run; no step can be called so.").format(name=spec.name)
                    )
                )
            found.setdefault(spec.name, function)
    return found


def _wired(  # noqa: PLR0917  (one call, in build_graph)
    name: str,
    function: Callable[..., Any],
    known: dict[str, Callable[..., Any]],
    modules: Sequence[ModuleType],
    versions: CodeVersions,
    faults: list[FilrougeError],
) -> Node:
    spec = spec_of(function)
    assert spec is not None
    inputs: dict[str, str] = {}
    external: list[str] = []
    params: dict[str, Any] = {}
    for parameter in inspect.signature(spec.function).parameters.values():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            faults.append(UnknownInput(_("'*{name}' names no step.").format(name=parameter.name), where=name))
        elif parameter.name in EXTERNAL:
            external.append(parameter.name)
        elif (origin := _origin(parameter.name, spec, known)) is not None:
            inputs[parameter.name] = origin
        elif parameter.default is not parameter.empty:
            params[parameter.name] = parameter.default
        else:
            hint = did_you_mean(parameter.name, [*known, "window"])
            faults.append(
                UnknownInput(
                    _("'{name}' is no step of this product.").format(name=parameter.name),
                    where=f"{name}({parameter.name})",
                    action=hint or _("Give the parameter a default, or declare the source."),
                )
            )
    fallback = _fallback(spec, modules, faults)
    version = versions.of(spec.function)
    if fallback is not None:
        version = hashlib.sha256(f"{version} {versions.of(fallback)}".encode()).hexdigest()[:16]
    return Node(
        name=name,
        spec=spec,
        function=function,
        inputs=inputs,
        external=tuple(external),
        params=params,
        code_version=version,
        fallback=fallback,
    )


def _origin(parameter: str, spec: Spec, known: dict[str, Callable[..., Any]]) -> str | None:
    """The step that a parameter names; ``features`` and ``labels`` stand for the only ones that fit."""
    if parameter in known:
        return parameter
    specs = [found for function in known.values() if (found := spec_of(function)) is not None]
    target = spec.target if isinstance(spec, ModelSpec) else None
    fitting: list[str] = []
    if parameter == "features":
        fitting = [other.name for other in specs if isinstance(other, FeaturesSpec)]
    elif parameter == "labels":
        fitting = [
            other.name for other in specs if isinstance(other, LabelsSpec) and target in {None, other.target}
        ]
    return fitting[0] if len(fitting) == 1 else None


def _fallback(
    spec: Spec, modules: Sequence[ModuleType], faults: list[FilrougeError]
) -> Callable[..., Any] | None:
    fallback = spec.fallback if isinstance(spec, SourceSpec) else None
    if fallback is None or fallback == "stop" or callable(fallback):
        return fallback if callable(fallback) else None
    names: dict[str, Any] = {}
    for module in modules:
        names |= {name: value for name, value in vars(module).items() if inspect.isfunction(value)}
    if fallback in names:
        return names[fallback]  # type: ignore[no-any-return]
    faults.append(
        UnknownInput(
            _("The fallback '{fallback}' is no function of this product.").format(fallback=fallback),
            where=spec.name,
            action=did_you_mean(fallback, names) or _('Write the function, or put fallback="stop".'),
        )
    )
    return None


def _ordered(nodes: dict[str, Node], faults: list[FilrougeError]) -> list[str]:
    sorter = TopologicalSorter({name: list(node.inputs.values()) for name, node in nodes.items()})
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        faults.append(
            CyclicGraph(
                _("Steps wait for each other: {circle}.").format(circle=circle),
                action=_("Remove one of these parameters."),
            )
        )
        return list(nodes)


def _described(node: Node) -> dict[str, Any]:
    from filrouge.streamline.pipelines.contract import describe

    told = {
        key: value
        for key, value in vars(node.spec).items()
        if key not in {"function", "contract", "fallback", "name"} and value not in {None, (), ""}
    }
    plain = {
        key: list(value)
        if isinstance(value, tuple)
        else value
        if isinstance(value, str | bool)
        else str(value)
        for key, value in told.items()
    }
    contract = getattr(node.spec, "contract", None)
    return {
        "name": node.name,
        "kind": node.kind,
        "code_version": node.code_version,
        "doc": inspect.cleandoc(node.spec.function.__doc__ or "").partition("\n")[0],
        "params": {
            key: value if isinstance(value, str | int | float | bool | None) else repr(value)
            for key, value in node.params.items()
        },
        "fallback": node.fallback.__name__ if node.fallback else getattr(node.spec, "fallback", None),
        "contract": describe(contract) if contract else None,
        **plain,
    }
