import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from filrouge.kernel.i18n import use_language
from filrouge.kernel.settings import Settings, Storage
from filrouge.storage.doctor import examine
from filrouge.storage.faults import DatabaseError, known_fault, translated
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

LOCKED = sqlite3.OperationalError("database is locked")


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.IntegrityError("UNIQUE constraint failed: note.locked"),
        sqlite3.IntegrityError("datatype mismatch"),
        sqlite3.ProgrammingError("Cannot operate on a closed database."),
        sqlite3.InterfaceError("bad parameter or other API misuse"),
        sqlite3.OperationalError("no such table: flight"),
        sqlite3.OperationalError("no such column: late"),
        sqlite3.OperationalError("malformed JSON"),
        sa.exc.IntegrityError("INSERT …", {}, sqlite3.IntegrityError("FOREIGN KEY constraint failed")),
        sa.exc.StatementError("boom", "SELECT 1", {}, TypeError("disk is full")),
    ],
    ids=str,
)
def test_a_mistake_of_ours_is_no_fault_of_the_database(error: Exception):
    assert known_fault(error) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be opened or written"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be opened"),
        (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
        (sqlite3.DatabaseError("file is not a database"), "damaged"),
        (sa.exc.OperationalError("BEGIN", {}, LOCKED), "Another process"),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_user_can_mend_is_told(error: Exception, said: str):
    fault = known_fault(error)
    assert isinstance(fault, DatabaseError)
    assert said in fault.what
    assert fault.action


def test_a_constraint_that_breaks_in_a_session_stays_what_it_is(workspace: Workspace, product: str):
    with pytest.raises(sa.exc.IntegrityError), workspace.transaction("ana") as session:
        session.execute(sa.insert(Product.__table__).values(id=product, title="Again"))
    with pytest.raises(sa.exc.DBAPIError) as caught, workspace.reading() as session:
        session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert translated(caught.value) is None


def test_a_server_that_is_away_is_told(tmp_path: Path):
    url = "postgresql://nobody:secret@127.0.0.1:9/none"
    workspace = Workspace(tmp_path, Settings(storage=Storage(database=url)))
    with pytest.raises(DatabaseError) as caught, workspace.reading() as session:
        session.execute(sa.text("SELECT 1"))
    assert "127.0.0.1" in caught.value.why
    assert "[storage] database" in caught.value.action
    found = next(iter(examine(workspace)))
    assert (found.well, "127.0.0.1" in found.fact, bool(found.action)) == (False, True, True)


def test_what_a_user_can_mend_is_told_in_french():
    with use_language("fr"):
        fault = known_fault(sqlite3.DatabaseError("file is not a database"))
    assert isinstance(fault, DatabaseError)
    assert fault.what == "Le fichier de la base est endommagé."
    assert fault.action.startswith("Restaurez-en une sauvegarde")
