"""Filrouge: the red thread of a data science product, from the business problem to production.

Names are imported on first use, so that a notebook pays only for what it touches.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from filrouge.bootstrap import open as open
    from filrouge.kernel.errors import FilrougeError as FilrougeError
    from filrouge.streamline.estimators.group_rate import GroupRate as GroupRate
    from filrouge.streamline.features.as_of import latest_before as latest_before
    from filrouge.streamline.features.past_window import past as past
    from filrouge.streamline.pipelines.code import ProductCode as ProductCode
    from filrouge.streamline.pipelines.contract import Contract as Contract
    from filrouge.streamline.pipelines.contract import column as column
    from filrouge.streamline.pipelines.decorators import activation as activation
    from filrouge.streamline.pipelines.decorators import features as features
    from filrouge.streamline.pipelines.decorators import labels as labels
    from filrouge.streamline.pipelines.decorators import model as model
    from filrouge.streamline.pipelines.decorators import source as source
    from filrouge.streamline.pipelines.decorators import step as step
    from filrouge.streamline.pipelines.window import Window as Window

_HOMES = {
    "open": "filrouge.bootstrap",
    "Contract": "filrouge.streamline.pipelines.contract",
    "column": "filrouge.streamline.pipelines.contract",
    "Window": "filrouge.streamline.pipelines.window",
    "ProductCode": "filrouge.streamline.pipelines.code",
    "activation": "filrouge.streamline.pipelines.decorators",
    "features": "filrouge.streamline.pipelines.decorators",
    "labels": "filrouge.streamline.pipelines.decorators",
    "model": "filrouge.streamline.pipelines.decorators",
    "source": "filrouge.streamline.pipelines.decorators",
    "step": "filrouge.streamline.pipelines.decorators",
    "latest_before": "filrouge.streamline.features.as_of",
    "past": "filrouge.streamline.features.past_window",
    "FilrougeError": "filrouge.kernel.errors",
    "GroupRate": "filrouge.streamline.estimators.group_rate",
}

__all__ = [
    "Contract",
    "FilrougeError",
    "GroupRate",
    "ProductCode",
    "Window",
    "activation",
    "column",
    "features",
    "labels",
    "latest_before",
    "model",
    "open",
    "past",
    "source",
    "step",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'filrouge' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
