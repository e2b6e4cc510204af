"""``filrouge predict``: a file of events scored in chunks, with the server's door, features and model.

Lookups and histories are read whole for the period of each chunk: the feature functions look only at
what was known by each event's time, so that a row gets the features it got (or would get) online.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.contract import columns_of, rows_to_frame
from filrouge.streamline.pipelines.row_check import Refusal, check_rows
from filrouge.streamline.pipelines.window import Window
from filrouge.streamline.registry.ledger import Slot
from filrouge.streamline.serving.assemble import code_folder
from filrouge.streamline.serving.errors import NoModel, RowsRefused, UnsupportedTable
from filrouge.streamline.serving.features import features_of
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.product_plan import plan_of, read_source
from filrouge.streamline.serving.registry_ledger import RegisteredModel, RegistryLedger

__all__ = ["BatchReport", "batch_features", "predict_file"]


@dataclass(frozen=True)
class BatchReport:
    """What came of a file."""

    scored: int
    refused: int
    version: str
    refusals: Path
    """One JSON object for each fault of a refused row; there only when there is one."""


def predict_file(
    workspace: Workspace,
    product: str,
    source: Path,
    target: Path,
    *,
    window: Window | None = None,
    slot: str = "champion",
    chunk_rows: int = 50_000,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BatchReport:
    """Score a table of events.

    The output has the event's key and time, ``score`` and ``model_version``. It appears whole or not
    at all. Refused rows go to ``<output>.refused.jsonl`` with their faults.

    Raises:
        UnsupportedTable: the input cannot be read, or a suffix is not ``.parquet`` or ``.csv``.
        NoModel: no version serves in the slot.
        RowsRefused: no row holds to the contract.
    """
    code = ProductCode.load(code_folder(workspace, product))
    plan = plan_of(product, code)
    version, model = _model(workspace, product, slot)
    _write_as(target)
    _may_be_written(target, source)
    table = _scan(source, plan, window)
    with _read(source):
        total = int(table.select(pl.len()).collect().item())
    refusals = target.with_name(target.name + ".refused.jsonl")
    staged, refused = target.with_name(f".{target.name}.parts"), 0
    parts: list[Path] = []
    if not total:
        raise RowsRefused(
            _("'{source}' has no row to score.").format(source=source),
            action=_("Look at the file, and at --window."),
        )
    staged.mkdir(parents=True, exist_ok=True)
    refusals.unlink(missing_ok=True)
    try:
        for first in range(0, total, chunk_rows):
            with _read(source):
                chunk = table.slice(first, chunk_rows).collect()
            good, faults = check_rows(plan.contract, chunk.to_dicts())
            refused += _refuse(refusals, faults, first)
            if good:
                parts.append(staged / f"{len(parts):06d}.parquet")
                _score(plan, code, model, version, good).write_parquet(parts[-1])
            progress(min(first + chunk_rows, total), total)
        if not parts:
            raise RowsRefused(
                _("None of the {total} rows of '{name}' holds to the contract.").format(
                    total=total, name=source.name
                ),
                action=_("See {refusals}").format(refusals=refusals),
            )
        _assemble(parts, target)
        scored = total - refused
    finally:
        for part in staged.glob("*"):
            part.unlink()
        with suppress(OSError):
            staged.rmdir()
    return BatchReport(scored, refused, version, refusals)


def batch_features(
    plan: ServingPlan, code: ProductCode, events: pl.DataFrame, as_of: Mapping[str, datetime] | None = None
) -> pl.DataFrame:
    """The features of events by the batch path: whole sources for the period, no slicing.

    Args:
        plan: of the product.
        code: its package.
        events: in the contract's types.
        as_of: by source, the time of the snapshot that a prediction used: what became known later is
            left out, so that its features can be computed again.
    """
    as_of = as_of or {}
    times = events[plan.time]
    first, last = times.min(), times.max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    window = Window(first - plan.past, last + timedelta(seconds=1))
    frames = {
        source.name: read_source(code.graph[source.name], window, as_of.get(source.name))
        for source in plan.sources
    }
    return features_of(plan, events, frames)


def _score(
    plan: ServingPlan, code: ProductCode, model: RegisteredModel, version: str, rows: list[Any]
) -> pl.DataFrame:
    events = rows_to_frame(plan.contract, rows)
    features = batch_features(plan, code, events)
    return events.select(plan.key, plan.time).with_columns(
        pl.Series("score", model.score(features), dtype=pl.Float64),
        pl.lit(version).alias("model_version"),
    )


def _model(workspace: Workspace, product: str, slot: str) -> tuple[str, RegisteredModel]:
    if slot not in list(Slot):
        raise NoModel(_("There is no slot '{name}'.").format(name=slot), action=did_you_mean(slot, Slot))
    ledger = RegistryLedger(workspace, product)
    entry = ledger.slots().get(slot)
    if entry is None:
        action = _("Promote one: filrouge models promote {product} VERSION --slot {slot} --why …").format(
            product=product, slot=slot
        )
        raise NoModel(
            _("No version of '{product}' serves as {slot}.").format(product=product, slot=slot), action=action
        )
    return entry.version, ledger.load(entry)


def _scan(source: Path, plan: ServingPlan, window: Window | None) -> pl.LazyFrame:
    kind = _write_as(source)
    with _read(source):
        table = pl.scan_parquet(source) if kind == ".parquet" else pl.scan_csv(source, try_parse_dates=True)
        columns = table.collect_schema()
    missing = [item.name for item in columns_of(plan.contract) if item.required and item.name not in columns]
    if missing:
        raise UnsupportedTable(
            _("'{source}' lacks columns of the contract: {missing}.").format(
                source=source, missing=", ".join(missing)
            ),
            why=_("It has: {columns}.").format(columns=", ".join(columns)[:200]),
            action=_(
                "Name them in the first line, with commas between; empty cells are for values that lack."
            ),
        )
    for name, wanted in plan.schema.items():
        if wanted == pl.Datetime and columns.get(name) == pl.Datetime and columns[name].time_zone is None:  # type: ignore[attr-defined]
            table = table.with_columns(pl.col(name).dt.replace_time_zone("UTC"))
        elif wanted == pl.String and name in columns and columns[name].is_integer():
            table = table.with_columns(pl.col(name).cast(pl.String))
    if window is not None and plan.time in columns:
        table = table.filter(pl.col(plan.time).is_between(window.start, window.end, closed="left"))
    return table


@contextmanager
def _read(source: Path) -> Iterator[None]:
    """What Polars cannot read is the file's fault: Polars says so late, when a part is asked for."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnsupportedTable(
            _("'{source}' cannot be read.").format(source=source),
            why=str(error).partition("\n")[0],
            action=_("Give a Parquet file, or a CSV file in UTF-8, with commas and a line of column names."),
        ) from error


def _may_be_written(target: Path, source: Path) -> None:
    if target.is_dir() or target.resolve() == source.resolve():
        why = _("It is a folder.") if target.is_dir() else _("It is the input, which would be lost.")
        raise UnsupportedTable(
            _("'{target}' cannot take the scores.").format(target=target),
            why=why,
            action=_("Name another file."),
        )


def _write_as(path: Path) -> str:
    if path.suffix not in (".parquet", ".csv"):
        raise UnsupportedTable(
            _("'{path}' is neither Parquet nor CSV.").format(path=path),
            action=_("Name the file .parquet or .csv."),
        )
    return path.suffix


def _refuse(path: Path, faults: list[Refusal], first: int) -> int:
    if faults:
        lines = [msgspec.json.encode(msgspec.structs.replace(each, row=each.row + first)) for each in faults]
        with path.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
    return len({each.row for each in faults})


def _assemble(parts: list[Path], target: Path) -> None:
    whole = pl.scan_parquet(parts)
    staged = target.with_name(f".{target.name}.new")
    if target.suffix == ".parquet":
        whole.sink_parquet(staged)
    else:
        whole.sink_csv(staged)
    staged.replace(target)
