"""One study of a product at a time, however many start it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from tests.unit.explore.feasibility.tables import bookings

from filrouge.explore.feasibility import studies_of
from filrouge.flows import feasibility_job
from filrouge.flows.feasibility_job import StudyRunning, followed, job_of, start
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace

HANDS = 6


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would run: what is tested is how many there are."""
    commands: list[list[str]] = []
    monkeypatch.setattr(
        feasibility_job.subprocess, "Popen", lambda command, **_options: commands.append(command)
    )
    return commands


@pytest.fixture
def data(workspace: Workspace) -> Path:
    path = workspace.root / "bookings.csv"
    path.write_text("late,day\n1,2020-01-01\n")
    return path


def begin(workspace: Workspace, product: str, data: Path, target: str) -> bool:
    try:
        start(workspace, product, data=[data], target=target, time_column="", actor="ana")
    except StudyRunning:
        return False
    return True


def test_of_starts_at_once_one_starts_a_process(
    workspace: Workspace, product: str, data: Path, begun: list[list[str]]
):
    for number in range(5):
        gate = Barrier(HANDS)

        def one(hand: int, gate: Barrier = gate, number: int = number) -> bool:
            gate.wait(20)
            return begin(workspace, product, data, f"late-{number}-{hand}")

        with ThreadPoolExecutor(HANDS) as hands:
            assert sum(hands.map(one, range(HANDS))) == 1
        assert len(begun) == number + 1
        assert begun[-1][4] == f"--target={job_of(workspace, product).target}"
        with followed(workspace, product):
            assert not begin(workspace, product, data, "meanwhile")
        assert job_of(workspace, product).state == "done"


@pytest.fixture
def looked(workspace: Workspace, product: str) -> Iterator[None]:
    """Somebody whose page asks for the study all the time."""
    over = Event()

    def look() -> None:
        while not over.is_set():
            job_of(workspace, product)

    page = Thread(target=look)
    page.start()
    yield
    over.set()
    page.join(20)


@pytest.mark.usefixtures("begun", "looked")
def test_a_page_that_looks_on_neither_keeps_a_study_from_running_nor_lets_in_a_second(
    workspace: Workspace, product: str, data: Path
):
    for _time in range(10):
        assert begin(workspace, product, data, "late")
        with followed(workspace, product) as tell:
            tell(1, 7)
            assert job_of(workspace, product).state == "running"
        assert job_of(workspace, product).state == "done"
    with followed(workspace, product) as tell:
        tell(1, 7)
        with pytest.raises(StudyRunning), followed(workspace, product):
            pytest.fail("two at once")
        assert job_of(workspace, product).state == "running"


@pytest.mark.slow
def test_a_second_process_measures_nothing(sqlite_workspace: Workspace):
    root = sqlite_workspace.root
    bookings().write_csv(root / "bookings.csv")
    with sqlite_workspace.transaction("ana") as session:
        create_product(session, "Departures")
    state = root / ".filrouge" / "feasibility" / "departures.json"
    state.parent.mkdir()
    job = {"state": "running", "target": "late", "data": ["bookings.csv"], "started_s": 1}
    state.write_text(json.dumps(job))
    command = [sys.executable, "-m", "filrouge", "feasibility", "--target=late", "--product=departures"]
    with followed(sqlite_workspace, "departures"):
        second = subprocess.run(
            [*command, "--followed", "bookings.csv"], cwd=root, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2, second.stderr
        assert "feasibility.running" in second.stderr
        assert json.loads(state.read_text())["state"] == "running"
    with sqlite_workspace.reading() as session:
        assert list(studies_of(session, "departures")) == []
