"""What starting must not pull in: heavy modules come lazily (docs/architecture.md)."""

import subprocess
import sys

import pytest

HEAVY = {
    "alembic",
    "altair",
    "fastapi",
    "mlflow",
    "numpy",
    "pandas",
    "polars",
    "pydantic",
    "rich",
    "sklearn",
    "sqlalchemy",
}


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.__stdout__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("code", ["import filrouge", "import filrouge.cli.app"])
def test_starting_imports_nothing_heavy(code: str):
    assert modules_after(code) & HEAVY == set()
