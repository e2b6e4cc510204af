"""The recorder's port: where runs, metrics and models are shown beside our own records (MLflow)."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from filrouge.storage.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Dataset",
    "Guarded",
    "NullRecorder",
    "RecordedModel",
    "Recorder",
    "RecorderWarning",
    "Recording",
    "mirror_ledger",
]


class RecorderWarning(UserWarning):
    """The recorder failed; the version in our own database is complete without it."""


class Dataset(msgspec.Struct, frozen=True):
    """The training table: fingerprint of its content, its period and its rows."""

    fingerprint: str
    start: datetime
    end: datetime
    rows: int


class RecordedModel(msgspec.Struct, frozen=True):
    """A fitted model to record.

    ``example`` is a few rows of its input, ``trusted`` the types that a reader must trust, ``code`` the
    folder of the product's package when the model holds classes of it.
    """

    product: str
    name: str
    estimator: Any
    example: "pl.DataFrame"
    trusted: list[str]
    code: Path | None = None


class Recording(Protocol):
    """An open run."""

    id: str

    def params(self, values: Mapping[str, Any]) -> None:
        """Parameters of the training."""
        ...

    def metrics(self, values: Mapping[str, float]) -> None:
        """Metrics; names may hold slashes (``slice/carrier/AA/roc_auc``)."""
        ...

    def tags(self, values: Mapping[str, str]) -> None:
        """What else to find it by."""
        ...

    def dataset(self, dataset: Dataset) -> None:
        """The training table."""
        ...

    def model(self, model: RecordedModel) -> str:
        """Keep and register the model; gives its address (``models:/…``)."""
        ...


class Recorder(Protocol):
    """Keeps runs and models; ``run`` ends the run, as failed when the block raises."""

    def run(self, product_id: str, name: str) -> AbstractContextManager[Recording]:
        """Start a run of a product; the user's own calls inside the block land in it."""
        ...

    def reconcile(self, product_id: str, slots: Mapping[str, str]) -> None:
        """Make the aliases say what the ledger says: slot → address of a model version."""
        ...


def mirror_ledger(workspace: Workspace, product_id: str, recorder: Recorder) -> None:
    """Make the recorder's aliases say what the ledger says; a failure is a warning."""
    from filrouge.streamline.registry.ledger import serving_now
    from filrouge.streamline.registry.version import version_named

    with workspace.reading() as session:
        entries = serving_now(session, product_id)
        slots = {
            slot: version_named(session, entry.version_id).recorder_uri for slot, entry in entries.items()
        }
    Guarded(recorder).reconcile(product_id, slots)


class _NullRecording:
    id = ""

    def params(self, values: Mapping[str, Any]) -> None:
        """Nothing."""

    def metrics(self, values: Mapping[str, float]) -> None:
        """Nothing."""

    def tags(self, values: Mapping[str, str]) -> None:
        """Nothing."""

    def dataset(self, dataset: Dataset) -> None:
        """Nothing."""

    def model(self, model: RecordedModel) -> str:  # noqa: ARG002
        """Nothing, nowhere."""
        return ""


class NullRecorder:
    """Keeps nothing: our own records are enough to serve and to explain a version."""

    @contextmanager
    def run(self, product_id: str, name: str) -> Iterator[Recording]:  # noqa: ARG002
        """A run that is not kept."""
        yield _NullRecording()

    def reconcile(self, product_id: str, slots: Mapping[str, str]) -> None:
        """Nothing."""


class _GuardedRecording:
    def __init__(self, inner: Recording) -> None:
        self._inner = inner
        self.id = inner.id

    def params(self, values: Mapping[str, Any]) -> None:
        _try("parameters", lambda: self._inner.params(values))

    def metrics(self, values: Mapping[str, float]) -> None:
        _try("metrics", lambda: self._inner.metrics(values))

    def tags(self, values: Mapping[str, str]) -> None:
        _try("tags", lambda: self._inner.tags(values))

    def dataset(self, dataset: Dataset) -> None:
        _try("data set", lambda: self._inner.dataset(dataset))

    def model(self, model: RecordedModel) -> str:
        return _try("model", lambda: self._inner.model(model)) or ""


class Guarded:
    """A recorder whose failures become warnings, so that a training is never lost to them."""

    def __init__(self, inner: Recorder) -> None:
        self._inner = inner

    @contextmanager
    def run(self, product_id: str, name: str) -> Iterator[Recording]:
        """The inner recorder's run, or one that is not kept when it cannot be started."""
        stack = ExitStack()
        opened = _try("run", lambda: stack.enter_context(self._inner.run(product_id, name)))
        try:
            yield _GuardedRecording(opened or _NullRecording())
        except BaseException as error:
            closing = error
            _try("end of the run", lambda: stack.__exit__(type(closing), closing, closing.__traceback__))
            raise
        else:
            _try("end of the run", stack.close)

    def reconcile(self, product_id: str, slots: Mapping[str, str]) -> None:
        """Mirror the ledger, or warn."""
        _try("aliases", lambda: self._inner.reconcile(product_id, slots))


def _try(what: str, action: Any) -> Any:
    try:
        return action()
    except Exception as error:  # noqa: BLE001  (a vendor's store may fail in any way)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        warnings.warn(f"The tracking store did not take the {what}: {reason}", RecorderWarning, stacklevel=4)
        return None
