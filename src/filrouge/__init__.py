"""Filrouge: the red thread of a data science product, from the business problem to production.

Names are imported on first use, so that a notebook pays only for what it touches.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from filrouge.kernel.errors import FilrougeError as FilrougeError

_HOMES = {
    "FilrougeError": "filrouge.kernel.errors",
}

__all__ = ["FilrougeError"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'filrouge' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
