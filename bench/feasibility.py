"""A feasibility study of a million rows by twenty columns: time and memory, with ydata-profiling beside it.

The peer is run in an environment of its own, on the same file, in its minimal mode; it answers a part of
question 3 only (a profile of each column: missing values, distinct values, distribution). Without network,
or where it does not install, it is left out, and the line says so.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROWS, COLUMNS = 1_000_000, 20
LIMIT_S = 60
PEER = "ydata-profiling"
PEER_PYTHON = "3.11"
PROFILE = """
import sys, pandas as pd
from ydata_profiling import ProfileReport
ProfileReport(pd.read_csv(sys.argv[1]), minimal=True, progress_bar=False).to_json()
"""


def make(path: Path) -> None:
    """Ten measures, six categories, two whole numbers, a time and a rare outcome that two measures drive."""
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(7)
    hours = np.sort(chance.integers(0, 3 * 365 * 24, ROWS)).astype("timedelta64[h]")
    start = np.datetime64("2022-01-01T00", "h")
    columns = {"at": (start + hours).astype("datetime64[us]")}
    for number in range(10):
        columns[f"measure_{number}"] = chance.normal(10 * number, 3, ROWS).round(4)
    for number in range(6):
        columns[f"category_{number}"] = chance.integers(0, 5 * 3**number, ROWS).astype(str)
    columns["count"], columns["key"] = chance.poisson(4, ROWS), np.arange(ROWS)
    odds = 1 / (1 + np.exp(-(0.6 * columns["measure_0"] + 0.3 * (columns["measure_1"] - 10) - 3)))
    columns["late"] = (chance.random(ROWS) < odds).astype(int)
    pl.DataFrame(columns).write_csv(path)


def timed(command: list[str], env: dict[str, str] | None = None) -> dict[str, float]:
    """Wall and CPU seconds of a process, and its largest memory in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {command[:4]}")
    cpu = used.ru_utime + used.ru_stime
    return {
        "wall_s": round(time.perf_counter() - started, 1),
        "cpu_s": round(cpu, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
    }


def peer(folder: Path, data: Path) -> dict[str, object]:
    """The peer in an environment of its own; why not, where it cannot be had."""
    home = folder / "peer"
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    packages = [PEER, "setuptools<81"]
    steps = (
        [uv, "venv", "--quiet", "--python", PEER_PYTHON, str(home)],
        [uv, "pip", "install", "--quiet", "--python", str(home / "bin/python"), *packages],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode:
            return {"dropped": done.stderr.strip().splitlines()[-1][:200] if done.stderr else "not installed"}
    script = folder / "profile.py"
    script.write_text(PROFILE)
    python = str(home / "bin/python")
    trial = subprocess.run([python, "-c", "import ydata_profiling"], capture_output=True, text=True)
    if trial.returncode:
        return {"dropped": trial.stderr.strip().splitlines()[-1][:200]}
    asked = "from importlib.metadata import version; print(version('ydata-profiling'))"
    found = subprocess.run([python, "-c", asked], capture_output=True, text=True).stdout.strip()
    return {
        **timed([python, str(script), str(data)]),
        "version": found,
        "compared": "the profile of each column only",
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data.csv"
        made = subprocess.run([sys.executable, __file__, "make", str(data)])
        assert made.returncode == 0
        filrouge = str(Path(sys.executable).with_name("filrouge"))
        ours = timed([filrouge, "feasibility", str(data), "--target", "late", "--time", "at"])
        print(f"ours: {ours} on {data.stat().st_size / 1e6:.0f} MB of CSV", file=sys.stderr)
        beside = peer(folder, data)
        print(f"{PEER}: {beside}", file=sys.stderr)
    result = {
        "bench": "feasibility",
        "ours": {**ours, "load": os.getloadavg()[0], "rows": ROWS, "columns": COLUMNS},
        "peers": {PEER: beside},
        "limit": {"wall_s": LIMIT_S},
        "versions": {one: version(one) for one in ("polars", "scikit-learn", "filrouge")},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]))
    else:
        main()
