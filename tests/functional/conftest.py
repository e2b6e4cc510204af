"""What the tests in a browser share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.functional.axe import axe_source
from tests.functional.browser import signed_in

from filrouge.bootstrap import init_workspace
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The text of axe-core, for ``tests.functional.axe.violations``."""
    return axe_source(Path(request.config.cache.mkdir("npm")))


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with an empty product; a module that needs more makes its own."""
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
    yield workspace
    workspace.close()


@pytest.fixture
def page(shown: Workspace) -> Iterator[Any]:
    """A page signed in by the link that ``filrouge web`` prints; no script error is tolerated."""
    with signed_in(shown.root) as opened:
        yield opened
