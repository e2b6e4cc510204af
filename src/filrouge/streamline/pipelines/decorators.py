"""The decorators of a product's code. They attach a ``Spec``; functions stay plain callables."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from filrouge.streamline.pipelines.contract import Contract
from filrouge.streamline.pipelines.spec import (
    ActivationSpec,
    FeaturesSpec,
    LabelsSpec,
    ModelSpec,
    Necessity,
    Role,
    SourceSpec,
    Spec,
    StepSpec,
)
from filrouge.streamline.pipelines.window import duration

__all__ = ["activation", "features", "labels", "model", "source", "spec_of", "step"]

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
Names = str | Sequence[str]


def spec_of(function: Any) -> Spec | None:
    """What a decorator attached to a function, if anything."""
    found = getattr(function, "__filrouge__", None)
    return found if isinstance(found, Spec) else None


def source(
    name: str,
    *,
    necessity: Necessity = "necessary",
    contract: type[Contract] | None = None,
    role: Role = "event",
    key: Names = (),
    time: str | None = None,
    known_at: str | None = None,
    known_after: timedelta | str | None = None,
    refresh: timedelta | str | None = None,
    fallback: str | Callable[..., Any] | None = None,
    personal_data: bool = False,
) -> Callable[[F], F]:
    """A function that reads data: ``(window) -> polars frame``.

    Args:
        name: what other functions call it in their parameters.
        necessity: what the product loses without it.
        contract: what its rows hold; required when it is necessary.
        role: ``event``, ``lookup``, ``history`` or ``outcome``.
        key: columns that identify a row, or what it is looked up by.
        time: column of the moment a row is about.
        known_at: column of the moment a row became known; ``time`` plus ``known_after`` without it.
        known_after: how long after ``time`` a row is known (``"45 min"``).
        refresh: how often a server reads it again (``"1h"``).
        fallback: ``"stop"``, or what gives the replacement when reading fails.
        personal_data: whether it holds data about people.

    Example:
        >>> @source("weather", necessity="important", role="lookup", key="origin")
        ... def weather(window): ...
        >>> weather.__filrouge__.role
        'lookup'
    """

    def attach(function: F) -> F:
        function.__filrouge__ = SourceSpec(  # type: ignore[attr-defined]
            name=name,
            function=function,
            necessity=necessity,
            contract=contract,
            role=role,
            key=_names(key),
            time=time,
            known_at=known_at,
            known_after=None if known_after is None else duration(known_after),
            refresh=None if refresh is None else duration(refresh),
            fallback=fallback,
            personal_data=personal_data,
        )
        return function

    return attach


def step(*, contract: type[Contract] | None = None, key: Names = ()) -> Callable[[F], F]:
    """A function that prepares: its parameters name the steps it reads, its name is what others read."""

    def attach(function: F) -> F:
        function.__filrouge__ = StepSpec(  # type: ignore[attr-defined]
            name=function.__name__, function=function, contract=contract, key=_names(key)
        )
        return function

    return attach


def features(
    *, key: Names, time: str, contract: type[Contract] | None = None
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """A function written with narwhals: it gets narwhals frames and gives one row per event.

    Called with Polars frames it gives a Polars frame, with pandas pandas: one code everywhere (STR-3).

    Args:
        key: columns that identify an event.
        time: column of the moment that counts: nothing known later may enter.
        contract: what the features must hold.
    """

    def attach(function: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(function)
        def on_native(*args: P.args, **kwargs: P.kwargs) -> Any:
            import narwhals as nw

            wrapped: Any = [nw.from_native(value, pass_through=True) for value in args]
            named: Any = {name: nw.from_native(value, pass_through=True) for name, value in kwargs.items()}
            return nw.to_native(function(*wrapped, **named), pass_through=True)

        on_native.__filrouge__ = FeaturesSpec(  # type: ignore[attr-defined]
            name=function.__name__, function=function, key=_names(key), time=time, contract=contract
        )
        return on_native

    return attach


def labels(target: str, *, key: Names, known_at: str) -> Callable[[F], F]:
    """A function that tells what happened: a frame with the key, ``target`` and ``known_at``."""

    def attach(function: F) -> F:
        function.__filrouge__ = LabelsSpec(  # type: ignore[attr-defined]
            name=function.__name__, function=function, target=target, key=_names(key), known_at=known_at
        )
        return function

    return attach


def model(
    *, target: str, naive: bool = False, metrics: Sequence[str] = (), slices: Sequence[str] = ()
) -> Callable[[F], F]:
    """A function ``(features, labels, …)`` that gives an estimator; defaults are its parameters.

    Args:
        target: the labels it learns.
        naive: whether it is the fallback that every other model must beat; one per target.
        metrics: names of metrics, the first one decides.
        slices: feature columns by which errors are also shown.
    """

    def attach(function: F) -> F:
        function.__filrouge__ = ModelSpec(  # type: ignore[attr-defined]
            name=function.__name__,
            function=function,
            target=target,
            naive=naive,
            metrics=tuple(metrics),
            slices=tuple(slices),
        )
        return function

    return attach


def activation(
    name: str, *, mode: str = "suggestion", every: timedelta | str | None = None
) -> Callable[[F], F]:
    """A function ``(predictions)`` that brings predictions to those who act."""

    def attach(function: F) -> F:
        function.__filrouge__ = ActivationSpec(  # type: ignore[attr-defined]
            name=name, function=function, mode=mode, every=None if every is None else duration(every)
        )
        return function

    return attach


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
