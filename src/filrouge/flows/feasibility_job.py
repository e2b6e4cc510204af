"""A feasibility study started from the pages: a process of its own, which goes on when the page is closed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _, current_language, use_language
from filrouge.storage.exclusive import exclusive
from filrouge.storage.workspace import Workspace

__all__ = ["Job", "StudyRunning", "data_files", "followed", "inside", "job_of", "start"]

_STARTING_S = 30.0
_TRIES, _INSTANT_S = 40, 0.05
_MOST_FILES, _DEEPEST = 200, 4


class StudyRunning(FilrougeError):
    """A study of this product is being measured; one at a time."""

    code = "feasibility.running"
    status = 409


class OutsideWorkspace(FilrougeError):
    """A file that is not among the data of the workspace."""

    code = "feasibility.outside"
    status = 404


@dataclass(frozen=True)
class Job:
    """A study as the pages follow it: ``starting``, ``running``, ``done``, ``failed`` or ``died``."""

    state: str
    target: str
    data: tuple[str, ...]
    started_s: float
    done: int = 0
    of: int = 0
    fault: str = ""
    action: str = ""
    language: str = "en"
    """What its faults speak: the language of whoever started it."""

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return self.state in ("starting", "running")


def data_files(root: Path) -> list[Path]:
    """The data files of a workspace's folder, at most 200, four folders deep; hidden ones are left out."""
    from filrouge.explore.feasibility.reading import SUFFIXES, suffix_of

    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        depth = len(here.relative_to(root).parts)
        folders[:] = sorted(one for one in folders if not one.startswith(".") and depth < _DEEPEST)
        paths = (here / name for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if suffix_of(path) in SUFFIXES and _is_inside(root, path)]
        if len(found) >= _MOST_FILES:
            break
    return found[:_MOST_FILES]


def inside(root: Path, names: Sequence[str]) -> list[Path]:
    """The files that were chosen, by their paths from the workspace's folder.

    Raises:
        OutsideWorkspace: one is not a data file of that folder.
    """
    from filrouge.explore.feasibility.reading import SUFFIXES, suffix_of

    paths = [root / name for name in names]
    for path, name in zip(paths, names, strict=True):
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if hidden or suffix_of(path) not in SUFFIXES or not _is_inside(root, path):
            raise OutsideWorkspace(
                _("This is no data file of the workspace."),
                where=name,
                action=_("Put the file into the workspace's folder, and choose it from the list."),
            )
    return paths


def _is_inside(root: Path, path: Path) -> bool:
    """Whether a path leads to a regular file under ``root``, links followed."""
    there = path.resolve()
    return there.is_file() and there.is_relative_to(root.resolve()) and ".filrouge" not in there.parts


def start(
    workspace: Workspace, product_id: str, *, data: Sequence[Path], target: str, time_column: str, actor: str
) -> None:
    """Start to measure.

    Raises:
        StudyRunning: another one of this product goes on.
    """
    names = tuple(str(path.relative_to(workspace.root)) for path in data)
    with exclusive(workspace, f"feasibility-start-{product_id}") as mine:
        before = job_of(workspace, product_id)
        if not mine or (before is not None and before.live):
            raise _running(before.target if before else target)
        started = Job("starting", target, names, time.time(), language=current_language())
        _write(workspace, product_id, started)
        _spawn(workspace, product_id, names, target=target, time_column=time_column, actor=actor)


def _spawn(
    workspace: Workspace, product_id: str, names: Sequence[str], *, target: str, time_column: str, actor: str
) -> None:
    command = [
        sys.executable,
        "-m",
        "filrouge",
        "feasibility",
        f"--target={target}",
        f"--product={product_id}",
    ]
    command += [f"--actor={actor}", "--followed", *([f"--time={time_column}"] if time_column else [])]
    log = _file(workspace, product_id).with_suffix(".log")
    with log.open("w", encoding="utf-8") as out:
        subprocess.Popen(  # noqa: S603  (our own command)
            [*command, "--", *names], cwd=workspace.root, stdout=out, stderr=out, start_new_session=True
        )


def job_of(workspace: Workspace, product_id: str) -> Job | None:
    """The latest study that was started from the pages; ``died`` when its process ended without a word."""
    path = _file(workspace, product_id)
    job = _read(path) if path.is_file() else None
    if job is None or not job.live:
        return job
    with exclusive(workspace, _lock(product_id)) as nobody:
        job = _read(path)  # it may have come to its end since
        if not job.live:
            return job
        late = job.state == "running" or time.time() - job.started_s > _STARTING_S
        return replace(job, state="died") if nobody and late else job


@contextmanager
def followed(workspace: Workspace, product_id: str) -> Iterator[Callable[[int, int], None]]:
    """Measure under the eyes of the pages: what is given is told each step; the end, good or bad, is kept.

    Raises:
        StudyRunning: another process measures this product.
    """
    job = _read(_file(workspace, product_id))

    def told(now: Job) -> None:
        _write(workspace, product_id, now)

    with _alone(workspace, product_id) as mine, use_language(job.language):
        if not mine:
            fault = _running(job.target)
            if job.state == "starting":  # else the file tells of the other one
                told(replace(job, state="failed", fault=fault.what, action=fault.action))
            raise fault
        try:
            yield lambda done, of: _write(
                workspace, product_id, replace(job, state="running", done=done, of=of)
            )
        except FilrougeError as fault:
            said = " ".join(part for part in (fault.what, fault.why) if part)
            told(replace(job, state="failed", fault=said, action=fault.action))
            raise
        told(replace(job, state="done"))


@contextmanager
def _alone(workspace: Workspace, product_id: str) -> Iterator[bool]:
    """Hold the lock of a product's study; a page that looks whether somebody does has it for an instant."""
    for _try in range(_TRIES):
        with exclusive(workspace, _lock(product_id)) as mine:
            if mine:
                yield True
                return
        time.sleep(_INSTANT_S)
    yield False


def _lock(product_id: str) -> str:
    return f"feasibility-{product_id}"


def _running(target: str) -> StudyRunning:
    return StudyRunning(
        _("A study of this product is being measured."), where=target, action=_("Wait until it is done.")
    )


def _file(workspace: Workspace, product_id: str) -> Path:
    folder = workspace.root / ".filrouge" / "feasibility"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{product_id}.json"


def _read(path: Path) -> Job:
    plain = json.loads(path.read_text(encoding="utf-8"))
    return Job(**{**plain, "data": tuple(plain["data"])})


def _write(workspace: Workspace, product_id: str, job: Job) -> None:
    """Whole or not at all: the pages read it while it is written."""
    path = _file(workspace, product_id)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(job)), encoding="utf-8")
    aside.replace(path)
