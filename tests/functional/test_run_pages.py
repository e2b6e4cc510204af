"""A run seen in the browser while it happens, and after it failed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.bootstrap import init_workspace
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.runs import Run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")

CODE = '''
"""Buses that wait for a sign of the test."""
import os
from pathlib import Path
import polars as pl
from datetime import UTC, datetime
from filrouge import Contract, source, step

HERE = Path(__file__).parent

class Buses(Contract):
    bus: str
    leaves: datetime

@source("buses", contract=Buses, key="bus", time="leaves")
def buses():
    print("two buses came")
    return pl.DataFrame({"bus": ["a", "b"], "leaves": [datetime(2013, 1, 1, tzinfo=UTC)] * 2})

@source("weather", role="lookup", necessity="important", key="bus", fallback="dry")
def weather():
    raise OSError("the station is down")

def dry():
    return pl.DataFrame({"bus": ["a"], "rain": [0.0]})

@step()
def sign(buses, weather):
    with open(HERE / "gate") as gate:  # a named pipe: waits until the test writes
        word = gate.read()
    if word == "fail":
        raise ValueError("bus 'b' has no line")
    return buses
'''


@pytest.fixture
def buses(tmp_path: Path) -> Iterator[Workspace]:
    import os

    workspace = init_workspace(tmp_path)
    (tmp_path / "buses").mkdir()
    (tmp_path / "buses" / "__init__.py").write_text(CODE)
    os.mkfifo(tmp_path / "buses" / "gate")
    with workspace.transaction("ana") as session:
        session.add(Product(id="buses", title="Buses", code="buses"))
    yield workspace
    workspace.close()


def start(workspace: Workspace) -> "subprocess.Popen[str]":
    """``filrouge run`` that reached the step which waits."""
    command = [sys.executable, "-m", "filrouge", "run", "buses"]
    run = subprocess.Popen(command, cwd=workspace.root, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    seen = [run.stderr.readline()]
    while seen[-1] and "fallback" not in seen[-1]:
        seen.append(run.stderr.readline())
    assert seen[-1], seen
    return run


def test_a_run_is_followed_without_losing_the_focus(buses: Workspace):
    run = start(buses)
    with signed_in(buses.root) as page:
        page.goto("/products/buses/runs")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/runs/*")
        sync_api.expect(page.locator("#told")).to_contain_text("running")
        sync_api.expect(page.locator("#state-weather")).to_contain_text("by its fallback")
        sync_api.expect(page.locator("#fault-weather")).to_contain_text("the station is down")
        show = page.locator("#log-buses button")
        show.focus()
        page.keyboard.press("Enter")
        sync_api.expect(page.locator("#out-buses pre")).to_contain_text("two buses came")
        (buses.root / "buses" / "gate").write_text("go")
        assert run.wait(60) == 0
        sync_api.expect(page.locator("#told")).to_contain_text("done")
        sync_api.expect(page.locator("#state-sign")).to_contain_text("done")
        sync_api.expect(show).to_be_focused()
        sync_api.expect(page.locator("#out-buses pre")).to_contain_text("two buses came")


def test_a_failed_run_says_what_to_mend_and_how_to_continue(buses: Workspace):
    run = start(buses)
    (buses.root / "buses" / "gate").write_text("fail")
    assert run.wait(60) == 2
    with buses.reading() as session:
        run_id = session.query(Run).one().id
    with signed_in(buses.root) as page:
        page.goto(f"/products/buses/runs/{run_id}")
        sync_api.expect(page.locator("#outcome")).to_contain_text(f"filrouge run buses --resume {run_id}")
        fault = page.locator("#fault-sign")
        sync_api.expect(fault).to_contain_text("bus 'b' has no line")
        fault.get_by_role("link", name="Its log").click()
        page.locator("#log-sign button").click()
        sync_api.expect(page.locator("#out-sign pre")).to_contain_text("Traceback")
        page.goto("/products/buses/runs?state=failed")
        sync_api.expect(page.locator("table.runs tbody tr")).to_have_count(1)
        page.locator("select[name=state]").select_option("done")
        sync_api.expect(page.locator("#runs")).to_contain_text("No run of this kind")
