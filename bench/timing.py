"""Timing whole processes, and the one line of JSON that each bench ends with."""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "filrouge-bench"


class Taken(NamedTuple):
    """Medians over the rounds, in seconds; ``cpu`` suffers less from a busy machine than ``wall``."""

    wall: float
    cpu: float


def interleaved(
    commands: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    warm: bool = True,
) -> dict[str, Taken]:
    """What each command takes as a whole process, run in turns after one round to warm the disk.

    Python keeps its bytecode, as it does for users: whatever the caller's environment says, no round
    compiles what another has compiled.
    """
    surroundings = {**os.environ, **(env or {})}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for turn in range(rounds + warm):
        for name, command in commands.items():
            cpu, started = _children_cpu(), time.perf_counter()
            done = subprocess.run(
                command,
                cwd=cwd,
                env=surroundings,
                capture_output=True,
                text=True,
                timeout=120,
            )
            wall, used = time.perf_counter() - started, _children_cpu() - cpu
            if done.returncode:
                sys.exit(f"{name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
            if turn >= warm:
                taken[name].append(Taken(wall, used))
    return {name: _median(rows) for name, rows in taken.items()}


def median_of(turns: Sequence[Mapping[str, Taken]]) -> dict[str, Taken]:
    """The medians over several turns."""
    return {name: _median([turn[name] for turn in turns]) for name in turns[0]}


def _median(rows: Sequence[Taken]) -> Taken:
    wall, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
    return Taken(round(wall, 3), round(cpu, 3))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment(name: str, requirements: Sequence[str]) -> Path:
    """An environment of its own for a peer, made once by uv; gives its ``bin`` folder."""
    folder = CACHE / name
    uv = Path(sys.executable).parent / "uv"
    if not (folder / "ready").exists():
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        python = folder / "bin" / "python"
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *requirements]
        subprocess.run(install, check=True, timeout=600)
        (folder / "ready").touch()
    return folder / "bin"


def version_of(python: Path, distribution: str) -> str:
    """The version of a distribution in an environment."""
    script = f"import importlib.metadata as m; print(m.version({distribution!r}))"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def report(bench: str, ours: Any, peers: Any, limit: Any, versions: Mapping[str, str]) -> None:
    """The last line: what was measured, as JSON."""
    machine = {
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
    }
    line = {"bench": bench, "ours": ours, "peers": peers, "limit": limit, "versions": {**versions, **machine}}
    print(json.dumps(line))
