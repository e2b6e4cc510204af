import os

from filrouge.storage.doctor import Examination, examine
from filrouge.storage.workspace import Workspace


def by_subject(workspace: Workspace) -> dict[str, Examination]:
    return {found.subject: found for found in examine(workspace)}


def test_a_sound_workspace_is_well(workspace: Workspace):
    workspace.artifacts.put(b"abc")
    found = by_subject(workspace)
    assert found["Database"].well
    assert found["Stored files"] == Examination("Stored files", True, "1, all whole.")


def test_a_damaged_stored_file_is_named(sqlite_workspace: Workspace):
    digest = sqlite_workspace.artifacts.put(b"abc")
    sqlite_workspace.artifacts.path(digest).write_bytes(b"abd")
    found = by_subject(sqlite_workspace)["Stored files"]
    assert not found.well
    assert digest in found.fact


def test_a_damaged_database_is_told_not_raised(sqlite_workspace: Workspace):
    path = sqlite_workspace.root / ".filrouge" / "filrouge.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    found = by_subject(sqlite_workspace)["Database"]
    assert not found.well
    assert found.action
