"""What the tests in a browser share."""

from pathlib import Path

import pytest
from tests.functional.axe import axe_source


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The text of axe-core, for ``tests.functional.axe.violations``."""
    return axe_source(Path(request.config.cache.mkdir("npm")))
