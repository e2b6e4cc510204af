"""A product's past replayed through a server that is killed on the way: each event counts once."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import polars as pl
import pytest
from tests.fakes.bus_product import NOW, PRODUCT, make_bus_product
from tests.functional.test_serve import FILROUGE, Server

from filrouge.bootstrap import init_workspace
from filrouge.flows.replay import Replay, ReplayRefused, ServerGone
from filrouge.kernel.clock import SharedClock
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import serving_now

FIRST = date(2013, 3, 2)
LINES = ("A", "B", "C")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = init_workspace(tmp_path / "ws")
    assert isinstance(workspace.clock, SharedClock)
    workspace.clock.set(NOW)
    make_bus_product(workspace)
    yield workspace
    workspace.close()


def days_of_buses(count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Six buses an hour, which arrive 50 minutes after they left."""
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    leaves = [midnight + timedelta(minutes=10 * n) for n in range(count * 144)]
    events = pl.DataFrame(
        {
            "bus_id": [f"bus-{n}" for n in range(len(leaves))],
            "line": [LINES[n % 3] for n in range(len(leaves))],
            "leaves": leaves,
            "stops": [1 + n % 80 for n in range(len(leaves))],
        }
    )
    arrived = pl.col("leaves") + timedelta(minutes=50)
    labels = events.select("bus_id", arrived=arrived, late=pl.int_range(pl.len()) % 5 == 0)
    return events, labels


def replay(workspace: Workspace, server: Server, days: int, **options: float) -> Replay:
    assert isinstance(workspace.clock, SharedClock)
    names = {"key": "bus_id", "time": "leaves", "target": "late", "known_at": "arrived"}
    url = str(server.client.base_url)
    events, labels = days_of_buses(days)
    return Replay(url, PRODUCT, events, labels, workspace.clock, **names, group=["line"], **options)  # type: ignore[arg-type]


def logged(workspace: Workspace) -> pl.DataFrame:
    return EventLog(workspace).frame(PRODUCT, NOW, NOW + timedelta(days=9)).collect()


def test_a_server_killed_during_a_day_is_waited_for_and_each_event_counts_once(workspace: Workspace) -> None:
    server = Server(workspace.root)
    past = replay(workspace, server, 2)
    reports = [past.run_day(past.days[0])]  # the two hours before midnight
    port = str(server.client.base_url.port)

    def kill() -> None:
        seen = 0
        while seen < 40:  # some of the day's 24 hours have been answered
            seen = len(logged(workspace))
        server.stop(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    waiting = threading.Thread(target=lambda: reports.append(past.run_day(FIRST)))
    waiting.start()
    killer.join()
    again = Server(workspace.root, "--port", port)
    waiting.join()
    reports.append(past.run_day(past.days[2]))
    again.stop()
    rows = logged(workspace)
    assert past.days == [FIRST - timedelta(days=1), FIRST, FIRST + timedelta(days=1)]
    assert reports[1].retries > 0
    assert [report.acknowledged for report in reports] == [12, 144, 132]
    assert len(rows) == rows["key"].n_unique() == 288
    assert sum(report.labels for report in reports) == rows["label"].is_not_null().sum() > 250
    asked = rows["input_leaves"].dt.truncate("1h") - timedelta(hours=2)
    assert rows["at"].to_list() == asked.to_list()
    assert (rows["labelled_at"].drop_nulls() > rows.drop_nulls("labelled_at")["at"]).all()
    assert_parity_is_held_and_a_changed_feature_is_found(workspace)


def assert_parity_is_held_and_a_changed_feature_is_found(workspace: Workspace) -> None:
    def parity(*options: str) -> subprocess.CompletedProcess[str]:
        command = [*FILROUGE, "parity", PRODUCT, *options]
        return subprocess.run(command, cwd=workspace.root, capture_output=True, text=True)

    report = msgspec.json.decode(parity("--format", "json").stdout)
    assert (report["rows"], report["left_out"], report["differences"]) == (288, 0, [])
    assert report["states"] > 40  # lookups read again each hour, outcomes fed in between, a restart
    told = parity("--rows", "100")
    assert (told.returncode, "All are equal." in told.stdout) == (0, True)
    code = workspace.root / PRODUCT / "busline" / "__init__.py"
    code.write_text(code.read_text().replace('window="24h"', 'window="23h"'))
    changed = msgspec.json.decode(parity("--format", "json").stdout)
    assert [(each["feature"], each["rows"] > 100) for each in changed["differences"]] == [
        ("past_count", True)
    ]
    told = parity()
    assert (told.returncode, "1 features differ." in told.stdout) == (1, True)


def test_a_day_that_is_run_again_adds_nothing(workspace: Workspace) -> None:
    server = Server(workspace.root)
    first = replay(workspace, server, 1)
    list(first.run())
    before = logged(workspace).sort("id")
    second = replay(workspace, server, 1)
    report = second.run_day(FIRST)
    after = logged(workspace).sort("id")
    server.stop()
    assert (report.sent, report.acknowledged, report.refused) == (132, 132, 0)
    columns = ["id", "key", "at", "label", "labelled_at"]
    assert after.select(columns).equals(before.select(columns))
    assert workspace.clock.now().date() == FIRST


def test_what_the_server_refuses_and_a_server_that_stays_away_are_coded_errors(workspace: Workspace) -> None:
    server = Server(workspace.root)
    wrong = replay(workspace, server, 1)
    wrong._product = "busses"
    with pytest.raises(ReplayRefused, match="busses"):
        wrong.run_day(FIRST)
    away = replay(workspace, server, 1, patience_s=0.2)
    with workspace.reading() as session:
        away.wait_until_serving(serving_now(session, PRODUCT)["champion"].version_id)
    with pytest.raises(ServerGone, match="does not serve 'another/model/7'"):
        away.wait_until_serving("another/model/7")
    server.stop()
    with pytest.raises(ServerGone, match=r"filrouge serve"):
        away.run_day(FIRST)
