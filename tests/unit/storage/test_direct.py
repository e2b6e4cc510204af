import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from filrouge.kernel.machine import MachineFault
from filrouge.kernel.settings import Settings, Storage
from filrouge.storage.faults import DatabaseError, DatabaseLocked
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.runs import Run, runs_of

INTEGRITY = (sqlite3.IntegrityError, psycopg.IntegrityError)
NOON = datetime(2013, 3, 1, 12, tzinfo=UTC)


def run_row(name: str) -> dict[str, object]:
    return {
        "id": name,
        "product_id": "nyc",
        "trigger": "manual",
        "who": "ana",
        "state": "running",
        "targets": ["flights", "météo"],
        "params": {"limits": {"scale": 2}},
        "window_start": datetime(2013, 3, 1, 13, 0, 0, 5, tzinfo=timezone(timedelta(hours=1))),
        "window_end": None,
        "code_version": "v",
        "at": NOON,
        "recorded_at": NOON,
    }


def test_sessions_read_what_the_driver_wrote(workspace: Workspace):
    with closing(workspace.direct()) as database:
        database.insert("run", [run_row("a"), run_row("b")])
        database.update("run", {"state": "done", "ended_at": NOON}, {"id": "a", "product_id": "nyc"})
    with workspace.reading() as session:
        found = session.get(Run, "a")
        other = session.get(Run, "b")
        recent = session.query(Run).filter(Run.window_start > NOON, Run.ended_at == NOON).count()
    assert found is not None
    assert (found.targets, found.params) == (["flights", "météo"], {"limits": {"scale": 2}})
    assert (found.window_start, found.window_end) == (NOON + timedelta(microseconds=5), None)
    assert (found.state, found.ended_at, recent) == ("done", NOON, 1)
    assert other is not None
    assert other.state == "running"


def test_the_driver_reads_what_sessions_wrote(workspace: Workspace):
    with workspace.transaction() as session:
        session.add(Run(**run_row("a")))
    with closing(workspace.direct()) as database:
        rows = database.execute("SELECT id, state FROM run WHERE product_id = ?", ("nyc",)).fetchall()
        assert rows == [("a", "running")]
        assert database.has_table("run")
        assert not database.has_table("runs")


def test_what_is_written_together_is_written_whole_or_not_at_all(workspace: Workspace):
    with closing(workspace.direct()) as database:
        with pytest.raises(ZeroDivisionError), database.together():
            database.insert("run", [run_row("a")])
            raise ZeroDivisionError
        with pytest.raises(INTEGRITY), database.together():
            database.insert("run", [run_row("b")])
            database.insert("run", [run_row("b")])
        database.insert("run", [run_row("c")])
    with workspace.reading() as session:
        assert [run.id for run in runs_of(session)] == ["c"]


def test_a_writer_waits_for_its_turn_and_says_so_in_the_end(sqlite_workspace: Workspace):
    settings = Settings(storage=Storage(lock_timeout_s=0.05))
    hasty = Workspace(sqlite_workspace.root, settings)
    with (
        closing(sqlite_workspace.direct()) as database,
        closing(hasty.direct()) as other,
        database.together(),
    ):
        with pytest.raises(DatabaseLocked, match="Another process"):
            other.insert("run", [run_row("a")])
        assert other.execute("SELECT count(*) FROM run").fetchone() == (0,)


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path):
    (tmp_path / "broken.db").write_text("this is not a database, whatever its name says" * 100)
    for url, where in [
        ("sqlite:///broken.db", "broken.db"),
        ("sqlite:///broken.db/deeper.db", "broken.db"),  # its folder is a file
        ("postgresql://nobody:secret@127.0.0.1:9/none", "nobody:***@127.0.0.1"),
    ]:
        workspace = Workspace(tmp_path, Settings(storage=Storage(database=url)))
        with pytest.raises((DatabaseError, MachineFault)) as caught:
            workspace.direct()
        assert where in caught.value.where
        assert "secret" not in str(caught.value)


def test_a_url_with_options_of_sqlalchemy_opens_the_same_file(sqlite_workspace: Workspace):
    url = f"{sqlite_workspace.settings.storage.database}?check_same_thread=true"
    other = Workspace(sqlite_workspace.root, Settings(storage=Storage(database=url)))
    with closing(other.direct()) as database:
        database.insert("run", [run_row("a")])
    with sqlite_workspace.reading() as session:
        assert [run.id for run in runs_of(session)] == ["a"]
