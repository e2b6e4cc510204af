"""What the decorators attach to a function as ``__filrouge__``: frozen, plain, without behaviour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal

from filrouge.streamline.pipelines.contract import Contract

__all__ = [
    "ActivationSpec",
    "FeaturesSpec",
    "LabelsSpec",
    "ModelSpec",
    "Necessity",
    "Role",
    "SourceSpec",
    "Spec",
    "StepSpec",
]

Necessity = Literal["necessary", "important", "secondary"]
Role = Literal["event", "lookup", "history", "outcome"]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A step of a product's graph."""

    kind: ClassVar[str] = ""
    name: str
    function: Callable[..., Any]
    """The function as it was written, before the decorator."""


@dataclass(frozen=True, kw_only=True)
class SourceSpec(Spec):
    """Where data comes from.

    ``event`` comes with the request; ``lookup`` is kept in memory by key; ``history`` is a bounded past
    per key; ``outcome`` tells what happened, for labels.
    """

    kind: ClassVar[str] = "source"
    necessity: Necessity = "necessary"
    contract: type[Contract] | None = None
    role: Role = "event"
    key: tuple[str, ...] = ()
    time: str | None = None
    known_at: str | None = None
    known_after: timedelta | None = None
    """How long after ``time`` a row is known, when no column tells."""
    refresh: timedelta | None = None
    fallback: str | Callable[..., Any] | None = None
    """``"stop"``, or the function (or its name in the package) that gives the replacement."""
    personal_data: bool = False


@dataclass(frozen=True, kw_only=True)
class StepSpec(Spec):
    """Preparation between sources and features: cleaning, joining, aggregating."""

    kind: ClassVar[str] = "step"
    contract: type[Contract] | None = None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeaturesSpec(Spec):
    """Features: one row per event, the same code in notebook, batch, stream and online."""

    kind: ClassVar[str] = "features"
    key: tuple[str, ...] = ()
    time: str = ""
    contract: type[Contract] | None = None


@dataclass(frozen=True, kw_only=True)
class LabelsSpec(Spec):
    """What happened, per event: the column ``target``, with the time it was known."""

    kind: ClassVar[str] = "labels"
    target: str = ""
    key: tuple[str, ...] = ()
    known_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelSpec(Spec):
    """A model to train."""

    kind: ClassVar[str] = "model"
    target: str = ""
    naive: bool = False
    metrics: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActivationSpec(Spec):
    """How predictions reach the people or systems that act."""

    kind: ClassVar[str] = "activation"
    mode: str = "suggestion"
    every: timedelta | None = None
