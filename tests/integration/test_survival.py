"""What a user wrote survives kill -9 and a full disk."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrouge.bootstrap import init_workspace, open_workspace
from filrouge.storage.faults import DatabaseError
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

WRITER = """
import sys
from pathlib import Path
from filrouge.bootstrap import open_workspace
from filrouge.storage.product import Product
workspace = open_workspace(Path(sys.argv[1]))
for number in range(100_000):
    with workspace.transaction("writer") as session:
        session.add(Product(id=f"p{number}", title="x" * 500))
    print(number, flush=True)
"""


def count(workspace: Workspace) -> int:
    with workspace.reading() as session:
        return session.query(Product).count()


def test_every_acknowledged_edit_survives_kill_9(tmp_path: Path):
    for attempt in range(3):
        root = tmp_path / str(attempt)
        init_workspace(root).close()
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, root], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            acknowledged = -1
            for line in writer.stdout:
                acknowledged = int(line)
                if acknowledged == 20 + attempt * 7:
                    writer.send_signal(signal.SIGKILL)
        workspace = open_workspace(root)
        assert count(workspace) >= acknowledged + 1
        workspace.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
    mount = subprocess.run(command, capture_output=True, text=True)
    if mount.returncode:
        pytest.skip(f"Mounting a small disk needs root: {mount.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path):
    workspace = init_workspace(small_disk)
    acknowledged = 0

    def write_until_full() -> None:
        nonlocal acknowledged
        for number in range(100_000):
            with workspace.transaction("writer") as session:
                session.add(Product(id=f"p{number}", title="x" * 200, summary=os.urandom(20_000).hex()))
            acknowledged += 1

    with pytest.raises(DatabaseError) as caught:
        write_until_full()
    assert "disk is full" in caught.value.what.lower()
    assert count(workspace) == acknowledged > 0
    workspace.close()
    assert count(open_workspace(small_disk)) == acknowledged
