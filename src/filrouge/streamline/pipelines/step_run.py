"""One step, run in a thread: call, retry, check its contract, fall back, store what it gave."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.artifacts import ArtifactStore
from filrouge.streamline.pipelines.frame_check import require_frame
from filrouge.streamline.pipelines.graph import Node
from filrouge.streamline.pipelines.outputs import Output, save
from filrouge.streamline.pipelines.spec import FeaturesSpec, LabelsSpec, SourceSpec, StepSpec
from filrouge.streamline.pipelines.step_log import captured

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Done", "DuplicateKeys", "MissingColumn", "StepFailed", "known_by", "perform"]


class StepFailed(FilrougeError):
    """The code of a step raised an error."""

    code = "run.step-failed"
    status = 500


class MissingColumn(FilrougeError):
    """A step does not give a column that its decorator names."""

    code = "run.missing-column"


class DuplicateKeys(FilrougeError):
    """A step gives several rows of features, or several labels, for one event."""

    code = "run.duplicate-keys"


@dataclass
class Done:
    """How a step went."""

    state: str
    attempts: int
    output: Output | None = None
    value: Any = None
    log: str = ""
    error: FilrougeError | None = None


def perform(
    node: Node,
    arguments: Mapping[str, Any],
    store: ArtifactStore,
    *,
    retries: int = 0,
    as_of: datetime | None = None,
) -> Done:
    """Run a step; errors come back as a ``Done`` with state ``failed``, never as exceptions."""
    with captured() as log:
        done = _attempts(node, node.function, arguments, store, retries, as_of)
        if done.error is not None:
            log.write(f"{done.error}\n")
            if node.fallback is not None:
                wanted = {name: arguments[name] for name in _parameters(node.fallback) if name in arguments}
                second = _attempts(node, node.fallback, wanted, store, 0, as_of)
                if second.error is None:
                    second.state, second.error = "fallback", done.error
                    second.attempts += done.attempts
                    done = second
        done.log = log.getvalue()
    return done


def _attempts(  # noqa: PLR0917  (called twice, above)
    node: Node,
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    store: ArtifactStore,
    retries: int,
    as_of: datetime | None,
) -> Done:
    for attempt in range(1, retries + 2):
        try:
            output, value = save(store, node.name, function(**arguments))
            if node.kind != "activation":
                _checked(node, value, is_table=output.format == "parquet")
            filtered = known_by(node, value, as_of)
            if filtered is not value:
                output, value = save(store, node.name, filtered)
        except FilrougeError as error:
            return Done("failed", attempt, error=error)
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
            failure = _failure(node, error)
        else:
            return Done("done", attempt, output, value)
    return Done("failed", retries + 1, error=failure)


def _failure(node: Node, error: BaseException) -> StepFailed:
    from filrouge.streamline.pipelines import step_log

    log = step_log._current.get()
    if log is not None:
        log.write("".join(traceback.format_exception(error)))
    frames = traceback.extract_tb(error.__traceback__)
    own = Path(node.spec.function.__code__.co_filename)
    ours = [frame for frame in frames if Path(frame.filename).parent == own.parent]
    place = f" ({ours[-1].filename}:{ours[-1].lineno})" if ours else ""
    return StepFailed(
        _("The step failed."),
        where=node.name,
        why=f"{type(error).__name__}: {error}{place}",
        action=_("Mend it, then run again."),
    )


def _checked(node: Node, value: Any, *, is_table: bool) -> None:
    """Hold the output against the contract and the columns that the decorator names (STR-8)."""
    spec = node.spec
    contract = getattr(spec, "contract", None)
    if is_table:
        if contract is not None:
            require_frame(contract, value, key=_unique_key(spec), where=node.name)
        named: tuple[str, ...] = ()
        if isinstance(spec, FeaturesSpec):
            named = (*spec.key, spec.time)
        elif isinstance(spec, LabelsSpec):
            named = (*spec.key, spec.target, spec.known_at)
        _have_columns(node, value, named)
        if isinstance(spec, FeaturesSpec | LabelsSpec):
            _have_unique_keys(node, value, spec.key)
    elif contract is not None or spec.kind in {"features", "labels"}:
        raise MissingColumn(_("The step gives no table."), where=node.name, action=_("Return a frame."))


def _have_columns(node: Node, value: "pl.DataFrame", named: Sequence[str]) -> None:
    missing = [name for name in named if name not in value.columns]
    if not missing:
        return
    raise MissingColumn(
        ngettext(
            "The step does not give the column {missing}.",
            "The step does not give the columns {missing}.",
            len(missing),
        ).format(missing=", ".join(map(repr, missing))),
        where=node.name,
        why=_("It gives: {columns}.").format(columns=", ".join(value.columns)),
        action=_("Keep in what the function returns what its decorator names, or mend the decorator."),
    )


def _have_unique_keys(node: Node, value: "pl.DataFrame", key: Sequence[str]) -> None:
    """An event has one row of features and one label: what trains and serves joins them by key."""
    import polars as pl

    if not key:
        return
    again = value.select(key).filter(pl.struct(key).is_duplicated())
    if again.is_empty():
        return
    examples = [" ".join(map(str, row)) for row in again.unique(maintain_order=True).head(3).rows()]
    raise DuplicateKeys(
        _("The step gives the same {key} more than once, in {height} rows.").format(
            key=", ".join(key), height=again.height
        ),
        where=node.name,
        why=_("Such as: {examples}.").format(examples=", ".join(examples)),
        action=_("Return one row per event."),
    )


def _unique_key(spec: Any) -> tuple[str, ...]:
    """The columns that must be unique: an event's, and a lookup's that does not change with time."""
    if isinstance(spec, SourceSpec):
        still = spec.role == "lookup" and spec.time is None and spec.known_at is None
        return spec.key if spec.role == "event" or still else ()
    return spec.key if isinstance(spec, FeaturesSpec | StepSpec) else ()


def known_by(node: Node, value: Any, as_of: datetime | None) -> Any:
    """The rows of a source that were known at ``as_of``; others than sources are left alone."""
    if as_of is None or not isinstance(node.spec, SourceSpec):
        return value
    known = known_moment(node.spec)
    return value if known is None else value.filter(known <= as_of)


def known_moment(spec: SourceSpec) -> "pl.Expr | None":
    """When each row of a source became known; ``None`` when nothing tells."""
    import polars as pl

    if spec.known_at is not None:
        return pl.col(spec.known_at)
    if spec.known_after is not None and spec.time is not None:
        return pl.col(spec.time) + spec.known_after
    return None


def _parameters(function: Callable[..., Any]) -> list[str]:
    import inspect

    return list(inspect.signature(function).parameters)
