"""The example product made anew by the pages alone and by the keyboard alone; then out, in, and out again."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.functional.browser import CHROMIUM, signed_in
from tests.functional.rebuilding import rebuild
from tests.functional.rebuilding.said import entries, word_of

from filrouge.bootstrap import init_workspace
from filrouge.flows.examples import NYC_DEPARTURES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")

# Who acted is who sits at the keyboard, and when is now; days that one says are compared as days.
ACTORS = {"signed_by", "settled_by"}
MOMENTS = {"signed_at", "settled_at", "decided_at"}


def command(root: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "filrouge", *words], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def empty(root: Path) -> Path:
    root.mkdir()
    init_workspace(root).close()
    return root


def exported(root: Path) -> str:
    command(root, "export", "nyc-departures", "-o", "exported.yaml")
    return (root / "exported.yaml").read_text(encoding="utf-8")


def told(text: str) -> dict[str, Any]:
    """What a file says, with words in the place of ids."""
    document: dict[str, Any] = yaml.safe_load(text)
    document.pop("base", None)
    words = {one["id"]: word_of(one) for one in entries(document)}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if key not in ACTORS | MOMENTS | {"id"}}
            return {key: plain(one) for key, one in kept.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        if hasattr(value, "isoformat"):
            return value.isoformat()[:10]
        return words.get(value, value) if isinstance(value, str) else value

    ends = (line.split(" ") for line in document.pop("links"))
    links = sorted(
        (relation, *(words[end.split(":", 1)[1]] for end in (source, target)))
        for source, relation, target in ends
    )
    return plain(document) | {"links": links}


def counted(value: Any, kind: str = "") -> Counter[str]:
    """How many there are of each kind, at any depth."""
    if isinstance(value, list):
        return Counter({kind: len(value)}) + sum((counted(one) for one in value), Counter())
    if isinstance(value, dict):
        return sum((counted(one, key) for key, one in value.items()), Counter())
    return Counter()


def test_the_example_is_rebuilt_by_keyboard_and_survives_export_and_import(tmp_path: Path):
    ordinary, rebuilt, other = (empty(tmp_path / name) for name in ("ordinary", "rebuilt", "other"))
    command(ordinary, "import", str(NYC_DEPARTURES), "--yes")
    with signed_in(rebuilt, viewport={"width": 1280, "height": 900}) as page:
        rebuild(page, yaml.safe_load(NYC_DEPARTURES.read_text(encoding="utf-8")))
    wanted, made = told(exported(ordinary)), told(exported(rebuilt))
    assert counted(made) == counted(wanted)
    for section, content in wanted.items():
        assert made[section] == content, section
    command(other, "import", str(rebuilt / "exported.yaml"), "--yes")
    assert exported(other) == exported(rebuilt)
