"""The checklist of retiring from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from filrouge.storage.product import Phase, Product
from filrouge.storage.workspace import Workspace

P = "departures"


@pytest.fixture
def root(sqlite_workspace: Workspace) -> Path:
    (sqlite_workspace.root / "filrouge.toml").touch()
    with sqlite_workspace.transaction("ana") as session:
        session.add(Product(id=P, title="NYC departures", phase=Phase.LIVE))
    sqlite_workspace.close()
    return sqlite_workspace.root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filrouge", "retire", P, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
    )


def read(root: Path, *arguments: str):
    done = run(root, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_last_answer_retires_the_product(root: Path):
    shown = run(root)
    assert "not retired yet" in shown.stdout
    assert f"Next: filrouge retire {P} --done users_told" in shown.stderr
    for point in ("users_told", "serving_stopped", "knowledge_posted"):
        assert read(root, "--done", point, "--note", "Seen to", "--actor", "zoé")["phase"] == "live"
    done = read(root, "--done", "data", "--data", "kept", "--until", "2027-12-31", "--actor", "zoé")
    assert done["phase"] == "retired"
    assert done["points"]["users_told"] == {"answer": "done", "who": "zoé", "note": "Seen to"}
    assert "retired" in run(root).stdout


def test_what_is_not_complete_is_refused_and_nothing_is_written(root: Path):
    done = run(root, "--done", "data", "--data", "kept")
    assert (done.returncode, "Say until when they are kept." in done.stderr) == (2, True)
    done = run(root, "--set-aside", "users_told")
    assert (done.returncode, "Say why it is set aside." in done.stderr) == (2, True)
    done = run(root, "--done", "data", "--set-aside", "users_told")
    assert (done.returncode, "One point at a time" in done.stderr) == (2, True)
    assert {point["answer"] for point in read(root)["points"].values()} == {"open"}


def test_a_reason_retires_although_points_are_open_and_is_written_at_each(root: Path):
    done = read(root, "--without", "The contract ended")
    assert done["phase"] == "retired"
    assert {point["note"] for point in done["points"].values()} == {"The contract ended"}
    assert read(root, "--reopen", "data")["points"]["data"]["answer"] == "open"


def test_the_phase_does_not_skip_the_checklist(root: Path):
    done = subprocess.run(
        [sys.executable, "-m", "filrouge", "set", f"product:{P}", "phase=retired"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, f"filrouge retire {P}" in done.stderr) == (2, True)
