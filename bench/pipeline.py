"""Fifty steps that do nothing (ten chains of five) and one that joins them: whole processes, in one run.

    python bench/pipeline.py [rounds]

Ours commits the state of each step to SQLite. Luigi writes a file a step; Kedro keeps data in memory and
records nothing; Dagster materialises assets in process. Peers are installed by uv in environments of their
own under the cache folder; telemetry is off. Beside each process stands one that only imports: the
difference, divided by the steps, is what a step takes net of imports.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from timing import Taken, environment, interleaved, median_of, report, version_of

CHAINS, LENGTH = range(10), range(5)

STEPS = len(CHAINS) * len(LENGTH) + 1

OURS_IMPORTS = """
import sys
from pathlib import Path
from filrouge import step
from filrouge.bootstrap import open_workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.runner import run_graph
"""
OURS = """
here = Path(sys.argv[1])
result = run_graph(open_workspace(here), "noop", ProductCode.load(here / sys.argv[2]).graph)
assert len(result.states) == 51 and set(result.states.values()) == {"done"}, result.states
"""
LUIGI_IMPORTS = """
import os, luigi
"""
LUIGI = """
OUT = os.environ["LUIGI_OUT"] + f"/{os.getpid()}"
class T(luigi.Task):
    c = luigi.IntParameter(); i = luigi.IntParameter()
    def requires(self): return T(self.c, self.i - 1) if self.i else []
    def output(self): return luigi.LocalTarget(f"{OUT}/{self.c}_{self.i}")
    def run(self):
        with self.output().open("w") as file: file.write("1")
class Join(luigi.Task):
    def requires(self): return [T(c, 4) for c in range(10)]
    def output(self): return luigi.LocalTarget(f"{OUT}/join")
    def run(self):
        with self.output().open("w") as file: file.write("1")
assert luigi.build([Join()], local_scheduler=True, log_level="WARNING")
"""
KEDRO_IMPORTS = """
from kedro.io import DataCatalog
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner
"""
KEDRO = """
def noop(*given): return 1
nodes = [
    node(noop, inputs=f"d{c}_{i-1}" if i else None, outputs=f"d{c}_{i}", name=f"s{c}_{i}")
    for c in range(10) for i in range(5)
]
nodes.append(node(noop, inputs=[f"d{c}_4" for c in range(10)], outputs="out", name="join"))
SequentialRunner().run(pipeline(nodes), DataCatalog())
"""
DAGSTER_IMPORTS = """
from dagster import asset, materialize
"""


def chain_of(name: str, before: str) -> str:
    return f"def {name}({before}):\n    return 1\n"


def functions(decorator: str) -> str:
    """The same graph as plain functions wired by parameter names."""
    lines = []
    for chain in CHAINS:
        for place in LENGTH:
            before = f"s{chain}_{place - 1}" if place else ""
            lines.append(f"{decorator}\n{chain_of(f's{chain}_{place}', before)}")
    last = ", ".join(f"s{chain}_{LENGTH[-1]}" for chain in CHAINS)
    lines.append(f"{decorator}\n{chain_of('join', last)}")
    return "".join(lines)


def write_all(folder: Path, rounds: int) -> None:
    """The scripts; ours gets a package a round, so that no round finds the cache of another."""
    from filrouge.bootstrap import init_workspace
    from filrouge.storage.product import Product

    workspace = init_workspace(folder)
    with workspace.transaction("bench") as session:
        session.add(Product(id="noop", title="Fifty steps"))
    workspace.close()
    for turn in range(rounds):
        package = folder / f"noop{turn}"
        package.mkdir()
        text = functions("@step()").replace("return 1", f"return {turn}")
        (package / "__init__.py").write_text(f"from filrouge import step\n{text}")
    names = [f"s{chain}_{place}" for chain in CHAINS for place in LENGTH] + ["join"]
    dagster = f"{functions('@asset')}assert materialize([{', '.join(names)}]).success\n"
    scripts = {
        "filrouge": (OURS_IMPORTS, OURS),
        "luigi": (LUIGI_IMPORTS, LUIGI),
        "kedro": (KEDRO_IMPORTS, KEDRO),
        "dagster": (DAGSTER_IMPORTS, dagster),
    }
    for name, (imports, text) in scripts.items():
        (folder / f"{name}_imports.py").write_text(imports)
        (folder / f"{name}_bench.py").write_text(imports + text)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    peers = {name: environment(name, [name]) / "python" for name in ("luigi", "kedro", "dagster")}
    folder = Path(tempfile.mkdtemp(prefix="filrouge-bench-"))
    try:
        measure(folder, peers, rounds)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, peers: dict[str, Path], rounds: int) -> None:
    write_all(folder, rounds + 1)
    env = {"LUIGI_OUT": str(folder / "luigi"), "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    env |= {"KEDRO_DISABLE_TELEMETRY": "1", "DAGSTER_HOME": str(folder)}
    (folder / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    pythons = {"filrouge": Path(sys.executable), **peers}
    turns = []
    for turn in range(rounds + 1):
        commands = {}
        for name, python in pythons.items():
            commands[f"{name} imports"] = [str(python), f"{name}_imports.py"]
            commands[name] = [str(python), f"{name}_bench.py", str(folder), f"noop{turn}"]
        turns.append(interleaved(commands, rounds=1, cwd=folder, env=env, warm=False))
    taken = median_of(turns[1:])
    figures = {name: figures_of(taken[name], taken[f"{name} imports"]) for name in pythons}
    versions = {name: version_of(python, name) for name, python in pythons.items()}
    report("pipeline", figures.pop("filrouge"), figures, {"step_cpu_ms": 0.5}, versions)


def figures_of(whole: Taken, imports: Taken) -> dict[str, float]:
    """Seconds of the whole process and of one that only imports; milliseconds a step of the difference."""
    return {
        **whole._asdict(),
        "imports_wall": imports.wall,
        "imports_cpu": imports.cpu,
        "step_wall_ms": round((whole.wall - imports.wall) / STEPS * 1000, 2),
        "step_cpu_ms": round((whole.cpu - imports.cpu) / STEPS * 1000, 2),
    }


if __name__ == "__main__":
    main()
