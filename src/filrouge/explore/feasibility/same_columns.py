"""Files with the same columns, one under the other: a table that comes in parts."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filrouge.explore.feasibility.reading import Opened
from filrouge.explore.feasibility.words import Finding, Said, Verdict
from filrouge.kernel.i18n import N_

if TYPE_CHECKING:
    import polars as pl

__all__ = ["united"]

_ALIKE = 0.6
"""Share of columns that two files have in common, from which they are parts of one table."""


def united(opened: Iterable[Opened]) -> list[Opened]:
    """The tables, parts of a table put together; no two have the same name."""
    groups: list[list[Opened]] = []
    for one in opened:
        mine = set(one.columns)
        for group in groups:
            theirs = {column for other in group for column in other.columns}
            if len(mine & theirs) >= _ALIKE * len(mine | theirs):
                group.append(one)
                break
        else:
            groups.append([one])
    return _told_apart([group[0] if len(group) == 1 else _joined(group) for group in groups])


def _told_apart(tables: Sequence[Opened]) -> list[Opened]:
    """Tables of the same name are called after their folder too, and numbered where that is the same."""
    times, given = Counter(one.name for one in tables), Counter[str]()
    found = []
    for one in tables:
        name = one.name
        if times[name] > 1:
            name = f"{Path(one.files[0]).resolve().parent.name}/{name}"
            given[name] += 1
            name += f" ({given[name]})" if given[name] > 1 else ""
        found.append(replace(one, name=name))
    return found


def _joined(group: Sequence[Opened]) -> Opened:
    import polars as pl

    frames, said = _same_types(group)
    columns = list(dict.fromkeys(name for one in group for name in one.columns))
    lacking = [
        _differs(N_("The column {column} is not in: {names}."), name, without)
        for name in columns
        if (without := [one for one in group if name not in one.columns])
    ]
    first = group[0].files[0]
    return Opened(
        name=group[0].name if "://" in first else Path(first).resolve().parent.name,
        frame=pl.concat(frames, how="diagonal_relaxed"),
        columns=tuple(columns),
        rows=sum(one.rows for one in group),
        files=tuple(file for one in group for file in one.files),
        format=", ".join(sorted({one.format for one in group})),
        encoding=", ".join(sorted({one.encoding for one in group if one.encoding})),
        size=sum(one.size for one in group),
        digest=hashlib.sha256("".join(one.digest for one in group).encode()).hexdigest(),
        findings=(*(finding for one in group for finding in one.findings), *lacking, *said),
    )


def _same_types(group: Sequence[Opened]) -> tuple[list["pl.LazyFrame"], list[Finding]]:
    """The frames, ready to stand one under the other; a column that is empty in some has no type there."""
    import polars as pl

    schemas = [one.frame.collect_schema() for one in group]
    counts = [_filled(one) for one in group]
    frames, said, texts = [one.frame for one in group], [], []
    for name in dict.fromkeys(name for schema in schemas for name in schema):
        void = [number for number, known in enumerate(counts) if known.get(name) == 0]
        void = [] if len(void) == sum(name in known for known in counts) else void
        for number in void:
            frames[number] = frames[number].with_columns(pl.lit(None).alias(name))
        if void:
            where = [group[number] for number in void]
            said.append(_differs(N_("The column {column} is empty in: {names}."), name, where))
        left = {
            schema[name] for number, schema in enumerate(schemas) if number not in void and name in schema
        }
        if len(left) > 1:
            texts.append(name)
    if texts:
        text = Said(N_("Numbers in some files, texts in others: {names}."), {"names": texts})
        said.append(Finding(Verdict.WITH_CARE, text))
        frames = [
            frame.with_columns(pl.col(name).cast(pl.String) for name in texts if name in one.columns)
            for frame, one in zip(frames, group, strict=True)
        ]
    return frames, said


def _filled(one: Opened) -> dict[str, int]:
    """How many values each column of a file holds."""
    import polars as pl

    return one.frame.select(pl.all().count()).collect(engine="streaming").row(0, named=True)


def _differs(text: str, name: str, where: Sequence[Opened]) -> Finding:
    names = [Path(one.files[0]).name for one in where]
    return Finding(Verdict.WITH_CARE, Said(text, {"column": name, "names": names}))
