import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from filrouge import Window
from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.settings import Runner, Settings
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.run_result import RunCancelled, StepEvent
from filrouge.streamline.pipelines.runner import run_graph
from filrouge.streamline.pipelines.runs import Run, RunStep, runs_of, steps_of

JANUARY = Window.parse("2013-01-01..2013-01-31")
CODE = """
import logging, os, sys
from datetime import UTC, datetime
from pathlib import Path
import narwhals as nw
import polars as pl
from filrouge import Contract, Window, features, latest_before, source, step

CALLS = Path(__file__).parent / "calls.txt"
def called(name):
    with CALLS.open("a") as file:
        file.write(name + "\\n")

class Flights(Contract):
    flight: str
    origin: str
    departs: datetime

class Weather(Contract):
    origin: str
    wind: float
    known: datetime

@source("flights", contract=Flights, key="flight", time="departs")
def flights(window: Window):
    called("flights")
    print("reading", window.start.date())
    logging.getLogger("ingestion").info("two flights")
    at = [datetime(2013, 1, 1, 12, tzinfo=UTC), datetime(2013, 1, 2, 12, tzinfo=UTC)]
    return pl.LazyFrame({"flight": ["a", "b"], "origin": ["JFK", "JFK"], "departs": at})

@source("weather", necessity="important", contract=Weather, role="lookup", key="origin", known_at="known",
        fallback="climatology")
def weather():
    called("weather")
    if (Path(__file__).parent / "storm").exists():
        raise OSError("the station is down")
    at = [datetime(2013, 1, 1, 6, tzinfo=UTC), datetime(2013, 1, 2, 6, tzinfo=UTC)]
    return pl.DataFrame({"origin": ["JFK", "JFK"], "wind": [1.0, 2.0], "known": at})

def climatology():
    called("climatology")
    return pl.DataFrame({"origin": ["JFK"], "wind": [9.0], "known": [datetime(2012, 1, 1, tzinfo=UTC)]})

@step()
def limits(scale=1):
    called("limits")
    return {"wind": 10 * scale}

@step()
def gate(flights, limits):
    called("gate")
    if (Path(__file__).parent / "blocked").exists():
        os.write(1, b"at the gate\\n")
        sys.stdin.read()
    if (Path(__file__).parent / "broken").exists():
        raise ValueError("no gate")
    return flights

@features(key="flight", time="departs")
def departures(gate, weather):
    called("departures")
    return latest_before(gate, weather, by="origin", at="departs", known_at="known", columns=["wind"])
"""
Calls = Callable[[], list[str]]


@pytest.fixture
def code(tmp_path: Path) -> ProductCode:
    folder = tmp_path / f"departures_{tmp_path.name.replace('-', '_')}"
    folder.mkdir()
    (folder / "__init__.py").write_text(CODE)
    return ProductCode.load(folder)


@pytest.fixture
def calls(code: ProductCode) -> Calls:
    path = code.folder / "calls.txt"

    def since() -> list[str]:
        names = sorted(path.read_text().split()) if path.exists() else []
        path.unlink(missing_ok=True)
        return names

    return since


def run(workspace: Workspace, product: str, code: ProductCode, **more: Any) -> Any:
    return run_graph(workspace, product, code.graph, window=more.pop("window", JANUARY), **more)


def states(workspace: Workspace, run_id: str) -> dict[str, str]:
    with workspace.reading() as session:
        return {step.name: step.state for step in steps_of(session, run_id)}


def test_a_run_gives_values_and_a_durable_record(workspace: Workspace, product: str, code: ProductCode):
    events: list[StepEvent] = []
    result = run(workspace, product, code, progress=events.append)
    assert result["departures"]["wind"].to_list() == [1.0, 2.0]
    assert result["limits"] == {"wind": 10}
    assert set(states(workspace, result.run_id).values()) == {"done"}
    assert (events[-1].done, events[-1].total) == (5, 5)
    with workspace.reading() as session:
        (found,) = runs_of(session, product)
        flights = session.get(RunStep, (result.run_id, "flights"))
    assert (found.state, found.window_start, found.at) == ("done", JANUARY.start, workspace.clock.now())
    assert flights is not None
    assert flights.rows == 2
    log = workspace.artifacts.get(flights.log).decode()
    assert "reading 2013-01-01" in log
    assert "two flights" in log


def test_what_did_not_change_is_not_run_again(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    run(workspace, product, code)
    calls()
    again = run(workspace, product, code)
    assert calls() == ["flights", "weather"]
    assert again.states["departures"] == "cached"
    assert again["departures"].height == 2
    run(workspace, product, code, params={"limits": {"scale": 2}})
    assert calls() == ["flights", "gate", "limits", "weather"]


def test_a_damaged_output_is_computed_again_and_the_step_says_so(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    first = run(workspace, product, code)
    calls()
    workspace.artifacts.path(first.digests["departures"]).write_bytes(b"damaged")
    again = run(workspace, product, code)
    assert calls() == ["departures", "flights", "weather"]
    assert (again.states["gate"], again.states["departures"]) == ("cached", "done")
    with workspace.reading() as session:
        step = session.get(RunStep, (again.run_id, "departures"))
    assert step is not None
    assert "is damaged or missing in the store: computed again" in workspace.artifacts.get(step.log).decode()
    third = run(workspace, product, code)
    assert third.states["departures"] == "cached"
    assert third["departures"].height == 2


def test_a_resumed_run_computes_again_what_was_damaged_meanwhile(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    (code.folder / "broken").touch()
    with pytest.raises(FilrougeError):
        run(workspace, product, code)
    (code.folder / "broken").unlink()
    with workspace.reading() as session:
        (failed,) = runs_of(session, product)
        flights = session.get(RunStep, (failed.id, "flights"))
    assert flights is not None
    workspace.artifacts.path(flights.digest).write_bytes(b"damaged")
    calls()
    result = run(workspace, product, code, resume=failed.id)
    assert calls() == ["departures", "flights", "gate"]
    assert result["flights"].height == 2


def test_a_broken_source_gives_way_to_its_fallback(workspace: Workspace, product: str, code: ProductCode):
    (code.folder / "storm").touch()
    result = run(workspace, product, code)
    assert result.states["weather"] == "fallback"
    assert result["departures"]["wind"].to_list() == [9.0, 9.0]
    with workspace.reading() as session:
        weather = session.get(RunStep, (result.run_id, "weather"))
    assert weather is not None
    assert "the station is down" in weather.error


def test_failures_come_together_and_the_run_resumes(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    (code.folder / "broken").touch()
    with pytest.raises(FilrougeError, match=r"ValueError: no gate .*__init__\.py:\d+"):
        run(workspace, product, code)
    with workspace.reading() as session:
        (failed,) = runs_of(session, product)
    assert failed.state == "failed"
    assert states(workspace, failed.id)["departures"] == "skipped"
    (code.folder / "broken").unlink()
    calls()
    result = run(workspace, product, code, resume=failed.id)
    assert calls() == ["departures", "gate"]
    assert result["departures"].height == 2
    assert set(states(workspace, failed.id).values()) == {"done"}


def test_only_what_was_known_counts(workspace: Workspace, product: str, code: ProductCode):
    result = run(workspace, product, code, as_of=datetime(2013, 1, 1, 12, tzinfo=UTC))
    assert result["departures"]["wind"].to_list() == [1.0, 1.0]


def test_wrong_wishes_come_together_before_anything_runs(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    with pytest.raises(Faults) as caught:
        run(workspace, product, code, window=None, params={"limits": {"scal": 2}})
    assert {fault.code for fault in caught.value.faults} == {"run.no-window", "run.unknown-parameter"}
    with pytest.raises(FilrougeError, match="Did you mean 'weather'"):
        run(workspace, product, code, targets=["wether"])
    assert calls() == []


def test_a_cancelled_run_can_be_continued(
    workspace: Workspace, product: str, code: ProductCode, calls: Calls
):
    cancel = threading.Event()
    with pytest.raises(RunCancelled) as caught:
        run(workspace, product, code, cancel=cancel, progress=lambda event: cancel.set())
    calls()
    result = run(workspace, product, code, resume=caught.value.where)
    assert result["departures"].height == 2
    assert "departures" in calls()


def test_a_failed_step_is_tried_again(workspace: Workspace, product: str, tmp_path: Path):
    folder = tmp_path / f"flaky_{tmp_path.name.replace('-', '_')}"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from filrouge import step\nseen = []\n@step()\ndef flaky():\n"
        "    seen.append(1)\n    assert len(seen) == 2, 'not yet'\n    return len(seen)\n"
    )
    workspace.settings = Settings(storage=workspace.settings.storage, runner=Runner(retries=1))
    result = run_graph(workspace, product, ProductCode.load(folder).graph)
    assert result["flaky"] == 2
    with workspace.reading() as session:
        (step,) = steps_of(session, result.run_id)
    assert (step.state, step.attempts) == ("done", 2)


def test_independent_steps_run_at_the_same_time_and_what_reads_a_failure_is_skipped(
    workspace: Workspace, product: str, tmp_path: Path
):
    folder = tmp_path / f"side_{tmp_path.name.replace('-', '_')}"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "import threading\nfrom filrouge import step\n"
        "meeting = threading.Barrier(2, timeout=30)\n"
        "@step()\ndef a():\n    meeting.wait()\n    return 1\n"
        "@step()\ndef b():\n    meeting.wait()\n    return 2\n"
        "@step()\ndef broken(a):\n    raise ValueError(a)\n"
        "@step()\ndef reads_both(broken, b):\n    return broken + b\n"
        "@step()\ndef reads_that(reads_both):\n    return reads_both\n"
        "@step()\ndef twice(b, again=2):\n    return b * again\n"
    )
    workspace.settings = Settings(storage=workspace.settings.storage, runner=Runner(parallel=2))
    with pytest.raises(FilrougeError, match="ValueError: 1"):
        run_graph(workspace, product, ProductCode.load(folder).graph)
    with workspace.reading() as session:
        (found,) = runs_of(session, product)
    went = states(workspace, found.id)
    assert [name for name, state in went.items() if state == "done"] == ["a", "b", "twice"]
    assert [name for name, state in went.items() if state == "skipped"] == ["reads_both", "reads_that"]


DRIVER = """
import sys
from pathlib import Path
from filrouge import Window
from filrouge.bootstrap import open_workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.runner import run_graph
run_graph(open_workspace(Path(sys.argv[1])), "nyc-departures", ProductCode.load(Path(sys.argv[2])).graph,
          window=Window.parse("2013-01-01..2013-01-31"))
"""


def test_a_run_killed_with_sigkill_resumes_where_it_was(
    sqlite_workspace: Workspace, code: ProductCode, calls: Calls
):
    (sqlite_workspace.root / "filrouge.toml").touch()
    (code.folder / "blocked").touch()
    command = [sys.executable, "-c", DRIVER, str(sqlite_workspace.root), str(code.folder)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"at the gate\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        assert pipe is not None
        pipe.close()
    with sqlite_workspace.reading() as session:
        (killed,) = runs_of(session)
    assert killed.state == "running"
    before = states(sqlite_workspace, killed.id)
    assert (before["flights"], before["gate"], before["departures"]) == ("done", "running", "queued")
    done = {name for name, state in before.items() if state == "done"}
    (code.folder / "blocked").unlink()
    calls()
    result = run(sqlite_workspace, "nyc-departures", code, resume=killed.id)
    assert set(calls()) == {"flights", "weather", "limits", "gate", "departures"} - done
    assert result["departures"]["wind"].to_list() == [1.0, 2.0]
    with sqlite_workspace.reading() as session:
        resumed = session.get(Run, killed.id)
    assert resumed is not None
    assert resumed.state == "done"
