"""Opening what was given as tables: files, folders, patterns and SQL tables, scanned and not loaded."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.faults import EmptyTable, NoSuchData, UnreadableData
from filrouge.explore.feasibility.packing import PACKED, packed_name
from filrouge.explore.feasibility.text_files import (
    TextFile,
    blanks_to_tabs,
    headings_of,
    plain_copy,
    shape_of,
)
from filrouge.explore.feasibility.words import Finding, Said, TableRead, Verdict
from filrouge.kernel.i18n import N_, _

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SUFFIXES", "Opened", "columns_in", "open_tables", "opened_of", "suffix_of"]

_TEXT = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson"}
SUFFIXES = frozenset(
    {*_TEXT, *(one + end for one in _TEXT for end in PACKED), ".zip", ".parquet", ".pq", ".json"}
)
"""What is taken for data in a folder."""
NOTHING = ["", "NA", "N/A", "#N/A", "NULL", "null", "NaN", "nan"]
"""Texts of a CSV file that mean that nothing is known."""
_INFER = 20_000
"""Lines that tell the types of a text file; all of them, where these were wrong."""


@dataclass(frozen=True)
class Opened:
    """A table that can be scanned, with what reading it taught."""

    name: str
    frame: "pl.LazyFrame"
    columns: tuple[str, ...]
    rows: int
    files: tuple[str, ...]
    format: str
    encoding: str
    size: int
    digest: str
    findings: tuple[Finding, ...] = ()

    @property
    def record(self) -> TableRead:
        """What a study keeps of it."""
        names = [Path(one).name for one in self.files]
        return TableRead(self.name, names, self.format, self.rows, len(self.columns), self.size, self.digest)


def suffix_of(path: Path) -> str:
    """The end of a file's name that tells its format, packing included.

    Example:
        >>> suffix_of(Path("bookings.2017.CSV.gz"))
        '.csv.gz'
    """
    ends = [end.lower() for end in path.suffixes]
    return "".join(ends[-2:]) if ends and ends[-1] in PACKED else "".join(ends[-1:])


def open_tables(places: Sequence[str], scratch: Path) -> list[Opened]:
    """The tables in some places; files with the same columns make one table.

    Args:
        places: files, folders, patterns, or ``URL#table`` of a database.
        scratch: a folder for copies of what cannot be scanned as it is; kept until the study ends.

    Raises:
        NoSuchData: a place holds no table.
        UnreadableData: a file that was named cannot be read.
        EmptyTable: a table has no row.
    """
    opened: list[Opened] = []
    for place in places:
        opened += _tables_of(place, scratch)
    from filrouge.explore.feasibility.same_columns import united

    tables = united(opened)
    for table in tables:
        if not table.rows:
            raise EmptyTable(
                _("This table has no row."),
                where=", ".join(table.files),
                action=_("Give a file that holds rows."),
            )
    return tables


def columns_in(path: Path) -> list[str]:
    """The names of a file's columns, from its beginning only; none where it cannot be read."""
    import polars as pl

    try:
        if suffix_of(path) in {".parquet", ".pq"}:
            return list(pl.scan_parquet(path).collect_schema())
        if suffix_of(path) in {".jsonl", ".ndjson"}:
            return list(pl.scan_ndjson(path, infer_schema_length=100).collect_schema())
        return [] if Path(packed_name(path)).suffix.startswith(".json") else headings_of(path)
    except (pl.exceptions.PolarsError, OSError, EOFError, EmptyTable, UnreadableData):
        return []


def _tables_of(place: str, scratch: Path) -> list[Opened]:
    if "://" in place:
        from filrouge.explore.feasibility.databases import open_sql

        return [open_sql(place, scratch)]
    path = Path(place).expanduser()
    if path.is_file():
        return [_open(path, scratch)]
    found = _inside(path) if path.is_dir() else _matching(place)
    opened, aside = [], []
    for one in found:
        try:
            opened.append(_open(one, scratch, guess=True))
        except (UnreadableData, EmptyTable) as fault:
            aside.append((one, fault))
    if not opened:
        if aside:
            raise aside[0][1]
        what = _("This folder holds no table.") if path.is_dir() else _("There is no such file or folder.")
        raise NoSuchData(
            what,
            where=place,
            action=_("Give CSV, Parquet or JSON lines files, a folder of them, or URL#table."),
        )
    said = Said(
        N_("Left aside, for they hold no table: {names}."), {"names": [one.name for one, _fault in aside]}
    )
    first = opened[0]
    if aside:
        opened[0] = _with(first, (Finding(Verdict.YES, said),))
    return opened


def _inside(folder: Path) -> list[Path]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return [
        one
        for one in files
        if suffix_of(one) in SUFFIXES
        and not any(part.startswith(".") for part in one.relative_to(folder).parts)
    ]


def _matching(pattern: str) -> list[Path]:
    return [Path(one) for one in sorted(glob.glob(pattern, recursive=True)) if Path(one).is_file()]  # noqa: PTH207


def _open(path: Path, scratch: Path, *, guess: bool = False) -> Opened:
    """Open one file; with ``guess``, a text that only might be a table must look like one."""
    import polars as pl

    try:
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            raise EmptyTable(
                _("This file is empty."), where=str(path), action=_("Give a file that holds rows.")
            )
        if start == b"PAR1":
            return _open_parquet(path)
        inside = Path(packed_name(path))
        if inside.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
            return _open_json(path, scratch)
        return _open_text(path, scratch, guess=guess and inside.suffix.lower() == ".txt")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableData(
            _("This file cannot be read as a table."),
            where=str(path),
            why=str(error).partition("\n")[0][:300],
            action=_("Open it with what wrote it, and save it as UTF-8 CSV or Parquet."),
        ) from None


def _open_parquet(path: Path) -> Opened:
    import polars as pl

    from filrouge.storage.artifacts import digest_of

    frame = pl.scan_parquet(path)
    return opened_of(frame, path, "Parquet", size=path.stat().st_size, digest=digest_of(path))


def _open_json(path: Path, scratch: Path) -> Opened:
    import polars as pl

    text = plain_copy(path, scratch)
    with text.path.open("rb") as file:
        array = file.read(64).lstrip().startswith(b"[")
    if array:
        return _of_text(pl.read_json(text.path).lazy(), path, "JSON", text)
    frame = pl.scan_ndjson(text.path, infer_schema_length=10_000)
    return _of_text(frame, path, "JSON lines", text)


def _open_text(path: Path, scratch: Path, *, guess: bool) -> Opened:

    text = plain_copy(path, scratch)
    shape = shape_of(text.path)
    if guess and shape.fields < 2:
        raise UnreadableData(_("This text does not look like a table."), where=str(path))
    source, separator = text.path, shape.separator
    if separator == " ":
        source, separator = blanks_to_tabs(source, scratch), "\t"
    findings: tuple[Finding, ...] = ()
    if not shape.header:
        said = N_("{name} has no line of headings; its columns are called column_0 to column_{n}.")
        findings = (Finding(Verdict.WITH_CARE, Said(said, {"name": path.name, "n": shape.fields - 1})),)

    frame, ragged = _as_parquet(source, scratch, separator, header=shape.header)
    if ragged:
        said = N_("Some lines of {name} have more fields than the first; what is beyond was cut.")
        findings += (Finding(Verdict.WITH_CARE, Said(said, {"name": path.name})),)
    kind = {"\t": "TSV", " ": "TSV"}.get(shape.separator, "CSV")
    return _with(_of_text(frame, path, kind, text), findings)


def _as_parquet(source: Path, scratch: Path, separator: str, *, header: bool) -> tuple["pl.LazyFrame", bool]:
    """The text parsed once, so that the study may look many times; and whether lines were cut."""
    import polars as pl

    target = scratch / f"{source.stem}-{len(list(scratch.iterdir()))}.parquet"
    attempts = ((_INFER, False), (None, False), (None, True))
    for length, ragged in attempts:
        frame = pl.scan_csv(
            source,
            separator=separator,
            has_header=header,
            null_values=NOTHING,
            infer_schema_length=length,
            truncate_ragged_lines=ragged,
        )
        try:
            frame.sink_parquet(target, compression="lz4")
        except pl.exceptions.ComputeError:
            if ragged:
                raise
        else:
            return pl.scan_parquet(target), ragged
    raise AssertionError("the last attempt raises")  # pragma: no cover


def _of_text(frame: "pl.LazyFrame", path: Path, kind: str, text: TextFile) -> Opened:
    return opened_of(frame, path, kind, encoding=text.encoding, size=text.size, digest=text.digest)


def opened_of(
    frame: "pl.LazyFrame", path: Path | str, kind: str, *, encoding: str = "", size: int, digest: str
) -> Opened:
    """A frame as a table: plain column types, and its rows counted."""
    import polars as pl

    frame, left = _plain(frame)
    columns = tuple(frame.collect_schema().names())
    if not columns:
        raise UnreadableData(_("This file has no column that could be studied."), where=str(path))
    rows = int(frame.select(pl.len()).collect(engine="streaming").item())
    name = str(path) if isinstance(path, str) else packed_name(path).rpartition(".")[0] or packed_name(path)
    findings: tuple[Finding, ...] = ()
    if left:
        said = Said(N_("Columns that hold lists or bytes were left aside: {names}."), {"names": left})
        findings = (Finding(Verdict.WITH_CARE, said),)
    return Opened(name, frame, columns, rows, (str(path),), kind, encoding, size, digest, findings)


def _plain(frame: "pl.LazyFrame") -> tuple["pl.LazyFrame", list[str]]:
    """Numbers, texts, flags and times; what is nested or binary is left out."""
    import polars as pl

    casts, left = [], []
    for name, kind in frame.collect_schema().items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            left.append(name)
        elif kind in (pl.Categorical, pl.Enum, pl.Time, pl.Null):
            casts.append(pl.col(name).cast(pl.String))
        elif kind == pl.Decimal:
            casts.append(pl.col(name).cast(pl.Float64))
        elif kind == pl.Duration:
            casts.append(pl.col(name).dt.total_seconds().cast(pl.Float64))
        elif kind == pl.Datetime:
            zone = getattr(kind, "time_zone", None)
            moment = pl.col(name).dt.convert_time_zone("UTC") if zone else pl.col(name)
            casts.append(moment.dt.replace_time_zone(None).cast(pl.Datetime("us")))
    return frame.drop(left).with_columns(casts), left


def _with(opened: Opened, findings: tuple[Finding, ...]) -> Opened:
    from dataclasses import replace

    return replace(opened, findings=(*opened.findings, *findings))
