"""A recorder that keeps everything in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from filrouge.streamline.training.recorder import Dataset, RecordedModel


class FakeRecording:
    def __init__(self, number: int, product_id: str, name: str, owner: "FakeRecorder") -> None:
        self.id = f"run-{number}"
        self.product_id, self.name, self.status = product_id, name, "RUNNING"
        self.kept_params: dict[str, Any] = {}
        self.kept_metrics: dict[str, float] = {}
        self.kept_tags: dict[str, str] = {}
        self.datasets: list[Dataset] = []
        self._owner = owner

    def params(self, values: Mapping[str, Any]) -> None:
        self.kept_params |= values

    def metrics(self, values: Mapping[str, float]) -> None:
        self.kept_metrics |= values

    def tags(self, values: Mapping[str, str]) -> None:
        self.kept_tags |= values

    def dataset(self, dataset: Dataset) -> None:
        self.datasets.append(dataset)

    def model(self, model: RecordedModel) -> str:
        models = self._owner.models.setdefault(f"{model.product}.{model.name}", [])
        models.append(model)
        return f"models:/{model.product}.{model.name}/{len(models)}"


class FakeRecorder:
    def __init__(self) -> None:
        self.runs: list[FakeRecording] = []
        self.models: dict[str, list[RecordedModel]] = {}
        self.slots: dict[str, dict[str, str]] = {}

    @contextmanager
    def run(self, product_id: str, name: str) -> Iterator[FakeRecording]:
        recording = FakeRecording(len(self.runs) + 1, product_id, name, self)
        self.runs.append(recording)
        try:
            yield recording
        except BaseException:
            recording.status = "FAILED"
            raise
        recording.status = "FINISHED"

    def reconcile(self, product_id: str, slots: Mapping[str, str]) -> None:
        self.slots[product_id] = dict(slots)
