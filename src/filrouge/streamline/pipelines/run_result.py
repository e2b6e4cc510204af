"""What a run tells: each change of a step while it lasts, its values and states in the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from filrouge.kernel.errors import FilrougeError
from filrouge.streamline.pipelines import outputs

__all__ = ["RunCancelled", "RunResult", "StepEvent"]


class RunCancelled(FilrougeError):
    """The run was stopped; it can be resumed."""

    code = "run.cancelled"
    exit_code = 130


@dataclass(frozen=True)
class StepEvent:
    """A change of a step, for progress."""

    name: str
    kind: str
    state: str
    done: int
    total: int
    rows: int | None = None
    run_id: str = ""


@dataclass
class RunResult(Mapping[str, Any]):
    """What a run gave, by step; stored outputs are read when they are asked for."""

    run_id: str
    states: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    loaded: dict[str, Any] = field(default_factory=dict, repr=False)
    store: Any = field(default=None, repr=False)

    def __getitem__(self, name: str) -> Any:
        if name not in self.loaded:
            self.loaded[name] = outputs.load(self.store, self.outputs[name])
        return self.loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each output: the fingerprint of the data."""
        return {name: output.digest for name, output in self.outputs.items()}
