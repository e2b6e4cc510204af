import threading
from pathlib import Path

import pytest

from filrouge.kernel.settings import Settings, Storage
from filrouge.storage.engine import open_engine
from filrouge.storage.faults import DatabaseLocked
from filrouge.storage.history import EditConflict, NothingToUndo, changes_of, expect_revision, undo
from filrouge.storage.product import Product, UnknownProduct, product_named
from filrouge.storage.workspace import Workspace


def rename(workspace: Workspace, title: str, actor: str = "ben") -> None:
    with workspace.transaction(actor) as session:
        product_named(session, "nyc-departures").title = title


def test_every_edit_is_recorded_with_who_when_before_and_after(workspace: Workspace, product: str):
    rename(workspace, "Departures")
    with workspace.reading() as session:
        latest, first = changes_of(session, product)
    assert (latest.actor, latest.action, latest.before, latest.after) == (
        "ben",
        "update",
        {"title": "NYC departures"},
        {"title": "Departures"},
    )
    assert (first.actor, first.action, first.after["phase"]) == ("ana", "create", "explore")
    assert latest.at == workspace.clock.now()
    assert latest.recorded_at != latest.at


def test_undo_goes_back_step_by_step_and_is_itself_recorded(workspace: Workspace, product: str):
    rename(workspace, "One")
    rename(workspace, "Two")
    for expected in ("One", "NYC departures"):
        with workspace.transaction("ana") as session:
            undo(session, product_named(session, product))
        with workspace.reading() as session:
            assert product_named(session, product).title == expected
    with workspace.transaction("ana") as session, pytest.raises(NothingToUndo):
        undo(session, product_named(session, product))
    with workspace.reading() as session:
        assert len(changes_of(session, product)) == 5


def test_archiving_is_recorded_and_undone(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        product_named(session, product).archived_at = workspace.clock.now()
    with workspace.transaction("ana") as session:
        assert undo(session, product_named(session, product)).action == "archive"
    with workspace.reading() as session:
        assert product_named(session, product).archived_at is None


def test_of_two_edits_at_once_the_second_is_told(workspace: Workspace, product: str):
    with workspace.reading() as session:
        seen = product_named(session, product).revision
    rename(workspace, "Departures")
    with workspace.transaction("cleo") as session, pytest.raises(EditConflict):
        expect_revision(product_named(session, product), seen)


def test_a_failed_transaction_leaves_neither_edit_nor_history(workspace: Workspace, product: str):
    with pytest.raises(RuntimeError), workspace.transaction("ben") as session:
        product_named(session, product).title = "Half"
        session.flush()
        raise RuntimeError
    with workspace.reading() as session:
        assert product_named(session, product).title == "NYC departures"
        assert len(changes_of(session, product)) == 1


def test_an_unknown_product_is_told_with_the_closest_one(workspace: Workspace, product: str):
    with workspace.reading() as session, pytest.raises(UnknownProduct) as caught:
        product_named(session, "nyc-departure")
    assert caught.value.action == "Did you mean 'nyc-departures'?"


def test_two_writers_wait_for_each_other(workspace: Workspace, product: str):
    def write(name: str) -> None:
        for number in range(10):
            with workspace.transaction(name) as session:
                session.add(Product(id=f"{name}-{number}", title=name))

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with workspace.reading() as session:
        assert session.query(Product).count() == 31


def test_a_locked_database_is_a_coded_error(sqlite_workspace: Workspace):
    url = sqlite_workspace.settings.storage.database
    other = open_engine(url, sqlite_workspace.root)
    waiting = Settings(storage=Storage(lock_timeout_s=0.05))
    hasty = Workspace(sqlite_workspace.root, waiting)
    with other.begin() as holding:
        holding.exec_driver_sql("CREATE TABLE held (x)")
        with pytest.raises(DatabaseLocked) as caught, hasty.transaction() as session:
            session.add(Product(id="p", title="p"))
        assert "lock_timeout_s" in caught.value.action
    with hasty.reading() as session:
        assert session.query(Product).count() == 0


def test_many_threads_write_in_turn_and_none_waits_without_end(sqlite_workspace: Workspace):
    refused: list[DatabaseLocked] = []

    def write(name: str) -> None:
        for number in range(5):
            try:
                with sqlite_workspace.transaction(name) as session:
                    session.add(Product(id=f"{name}-{number}", title=name))
            except DatabaseLocked as fault:
                refused.append(fault)

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert refused == []
    with sqlite_workspace.reading() as session:
        assert session.query(Product).count() == 200


def test_a_thread_that_waits_for_another_too_long_is_told(sqlite_workspace: Workspace):
    hasty = Workspace(sqlite_workspace.root, Settings(storage=Storage(lock_timeout_s=0.05)))
    told: list[str] = []

    def write() -> None:
        try:
            with hasty.transaction():
                told.append("written")
        except DatabaseLocked as fault:
            told.append(fault.code)

    with hasty.transaction() as session:
        session.add(Product(id="p", title="p"))
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert told == ["storage.locked"]
    with hasty.transaction():  # the turn was given back
        pass


def test_a_reader_sees_the_state_while_another_writes(sqlite_workspace: Workspace):
    with sqlite_workspace.transaction() as writing:
        writing.add(Product(id="p", title="p"))
        writing.flush()
        with sqlite_workspace.reading() as session:
            assert session.query(Product).count() == 0


def test_a_relative_database_is_taken_from_the_workspace(tmp_path: Path):
    engine = open_engine("sqlite:///state/db.sqlite", tmp_path)
    with engine.connect():
        assert (tmp_path / "state" / "db.sqlite").exists()
