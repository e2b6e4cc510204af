"""The commands as a user types them."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filrouge.bootstrap import init_workspace
from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.storage.editing import create
from filrouge.storage.product import Product
from filrouge.thread.links import link
from filrouge.thread.ref import Ref


@pytest.fixture
def root(tmp_path: Path) -> Path:
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC departures"))
        session.flush()
        create(session, Objective, "nyc", id="o1", statement="Fewer missed connections")
        create(session, Idea, "nyc", id="i1", title="Warn two hours before")
        link(session, "nyc", Ref("objective", "o1"), "pursued_by", Ref("idea", "i1"))
    workspace.close()
    return tmp_path


def filrouge(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filrouge", *arguments], cwd=root, capture_output=True, text=True
    )


def test_the_thread_is_walked_from_a_title(root: Path):
    done = filrouge(root, "thread", "Warn two hours before", "--up")
    assert done.stdout.splitlines() == [
        "Why it exists",
        "idea  Warn two hours before  [idea:i1]",
        "   pursued by: objective  Fewer missed connections  [objective:o1]",
    ]
    unknown = filrouge(root, "thread", "Warn two hour before")
    assert (unknown.returncode, "idea:i1" in unknown.stderr) == (2, True)


def _day(ahead: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def test_findings_gate_and_waiver(root: Path):
    done = filrouge(root, "check", "nyc")
    assert (done.returncode, "EXP002.1" in done.stdout) == (0, True)
    (root / "filrouge.toml").write_text('[check]\ngate = ["EXP002.1"]\n')
    assert filrouge(root, "check").returncode == 1
    waiver = ("--waive", "EXP002.1", "--reason", "The map hangs on the wall", "--until", _day(60))
    assert filrouge(root, "check", "nyc", *waiver).returncode == 0
    done = filrouge(root, "check", "nyc", "--format", "json")
    (report,) = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["code"] for row in report["waived"]] == ["EXP002.1"]


def test_the_rules_are_listed_without_a_workspace(tmp_path: Path):
    rows = json.loads(filrouge(tmp_path, "check", "--list", "--format", "json").stdout)
    assert len(rows) >= 20
    assert {"code", "requirement", "severity", "phase", "title", "why", "mend"} <= set(rows[0])


def test_waivers_are_listed_and_lifted(root: Path):
    for code, until in (("EXP002.1", _day(60)), ("EXP002.2", _day(90))):
        words = ("--reason", "The map hangs on the wall", "--until", until)
        assert filrouge(root, "check", "nyc", "--waive", code, *words).returncode == 0
    rows = json.loads(filrouge(root, "waivers", "nyc", "--format", "json").stdout)
    assert [(row["rule"], row["state"]) for row in rows] == [
        ("EXP002.1", "in force"),
        ("EXP002.2", "in force"),
    ]
    assert filrouge(root, "waivers", "--soon").stdout == ""
    assert "counts again" in filrouge(root, "waivers", "--lift", rows[0]["id"]).stdout
    assert "EXP002.1" in filrouge(root, "check", "nyc").stdout
    assert filrouge(root, "waivers", "--lift", "nothing").returncode == 2


def test_a_badge_is_written_for_one_product(root: Path):
    assert filrouge(root, "check", "nyc", "--badge", "check.svg").returncode == 0
    assert (root / "check.svg").read_text().startswith("<svg")
    assert filrouge(root, "new", "other").returncode == 0
    done = filrouge(root, "check", "--badge", "all.svg")
    assert (done.returncode, "check.one-product" in done.stderr) == (2, True)
