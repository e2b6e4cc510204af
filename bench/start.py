"""Starting: ``import filrouge`` over bare Python and Polars, and ``filrouge --help``, in one run.

python bench/start.py [rounds]
"""

import subprocess
import sys
from pathlib import Path

from timing import interleaved, report, version_of

PYTHON = sys.executable
PEAK = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def peak_mib(code: str) -> float:
    done = subprocess.run([PYTHON, "-c", f"{code}\n{PEAK}"], capture_output=True, text=True, check=True)
    return round(int(done.stdout) / 1024, 1)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    commands = {
        "python": [PYTHON, "-c", "pass"],
        "polars": [PYTHON, "-c", "import polars"],
        "polars_filrouge": [PYTHON, "-c", "import polars, filrouge"],
        "help": [PYTHON, "-m", "filrouge", "--help"],
    }
    seconds = interleaved(commands, rounds=rounds, cwd=Path.cwd())
    over = [
        round(ours - bare, 3)
        for ours, bare in zip(seconds["polars_filrouge"], seconds["polars"], strict=True)
    ]
    ours = {
        "import_over_polars_wall_s": over[0],
        "import_over_polars_cpu_s": over[1],
        "import_over_polars_mib": round(peak_mib("import polars, filrouge") - peak_mib("import polars"), 1),
        "help_wall_s": seconds["help"].wall,
        "help_cpu_s": seconds["help"].cpu,
    }
    bare = {name: seconds[name]._asdict() for name in ("python", "polars")}
    goal = {"import_over_polars_wall_s": 0.3, "import_over_polars_mib": 40, "help_wall_s": 0.25}
    versions = {name: version_of(Path(PYTHON), name) for name in ("filrouge", "polars", "typer")}
    report("start", ours, bare, goal, versions)


if __name__ == "__main__":
    main()
