"""A generated product is a normal package whose own tests pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.new_product import TEMPLATES, CannotCreate, new_product
from filrouge.streamline.pipelines.code import ProductCode


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_products_own_tests_pass(sqlite_workspace: Workspace, template: str):
    product = new_product(sqlite_workspace, "My departures", template=template)
    folder = sqlite_workspace.root / product
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    code = ProductCode.load(folder)
    assert {node.kind for node in code.graph.nodes.values()} == {
        "source", "features", "labels", "model", "activation",
    }  # fmt: skip
    with sqlite_workspace.reading() as session:
        row = session.get(Product, product)
        assert row is not None
        assert (row.title, row.code) == ("My departures", "my-departures")


def test_nothing_is_overwritten_and_wrong_names_are_coded(sqlite_workspace: Workspace, tmp_path: Path):
    (sqlite_workspace.root / "taken").mkdir()
    (sqlite_workspace.root / "taken" / "file").write_text("mine")
    with pytest.raises(CannotCreate, match="not empty"):
        new_product(sqlite_workspace, "Taken")
    with pytest.raises(CannotCreate, match="Did you mean 'nyc-departures'"):
        new_product(sqlite_workspace, "Other", template="nyc-departure")
    with pytest.raises(CannotCreate, match="identifier"):
        new_product(sqlite_workspace, "…")
    with sqlite_workspace.reading() as session:
        assert session.query(Product).count() == 0
