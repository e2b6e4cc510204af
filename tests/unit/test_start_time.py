"""What starting must not pull in: heavy modules come lazily (docs/architecture.md)."""

import subprocess
import sys
from pathlib import Path

import pytest

from filrouge.bootstrap import init_workspace
from filrouge.storage.product import Product

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


def test_a_run_imports_only_what_its_steps_need(tmp_path: Path):
    workspace = init_workspace(tmp_path)
    with workspace.transaction() as session:
        session.add(Product(id="plain", title="Plain steps", code="plain_product"))
    workspace.close()
    package = tmp_path / "plain_product"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from filrouge import step\n@step()\ndef one():\n    return 1\n"
        "@step()\ndef two(one):\n    return one + 1\n"
    )
    code = (
        "from pathlib import Path\n"
        "from filrouge.bootstrap import open_workspace\n"
        "from filrouge.streamline.pipelines.code import ProductCode\n"
        "from filrouge.streamline.pipelines.runner import run_graph\n"
        f"workspace = open_workspace(Path({str(tmp_path)!r}))\n"
        "assert run_graph(workspace, 'plain', ProductCode.of(workspace, 'plain').graph)['two'] == 2"
    )
    assert modules_after(code) & HEAVY == set()
