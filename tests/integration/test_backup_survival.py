"""A backup is consistent while others write, and appears whole or not at all."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filrouge.bootstrap import HEAD, init_workspace, metadata, migrate, open_workspace
from filrouge.flows.backup import restore_backup, verify_backup, write_backup
from filrouge.storage.eventlog import EventLog
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace

DAY = datetime(2013, 3, 1, tzinfo=UTC)
EDIT = """
    import sys
    from pathlib import Path
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.product import Product
    workspace = open_workspace(Path(sys.argv[1]))
    for number in range(100_000):
        with workspace.transaction("writer") as session:
            session.add(Product(id=f"p{number}", title="x" * 200))
        workspace.artifacts.put(f"file {number}".encode())
        print(number, flush=True)
"""
PREDICT = """
    import sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from filrouge.kernel.ids import time_id
    from filrouge.kernel.settings import Log
    from filrouge.storage.eventlog import LogWriter, Prediction
    writer = LogWriter(Path(sys.argv[1]), Log(segment_mb=0.01))
    at = datetime(2013, 3, 1, tzinfo=UTC)
    while True:
        at += timedelta(milliseconds=20)
        one = Prediction(id=time_id(at), at=at, recorded_at=at, product="p0", model_version="v", slot="naive")
        writer.append(one)
        print(one.id, flush=True)
"""
COMPACT = """
    import sys
    from pathlib import Path
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.eventlog import EventLog
    log = EventLog(open_workspace(Path(sys.argv[1])))
    while True:
        log.compact()
        print("done", flush=True)
"""
BACKUP = """
    import sys
    from pathlib import Path
    from filrouge.bootstrap import HEAD, open_workspace
    from filrouge.flows.backup import write_backup
    workspace = open_workspace(Path(sys.argv[1]))
    told = lambda done, total: print(done, flush=True)
    write_backup(workspace, Path(sys.argv[2]), revision=HEAD, version="0.1.0", progress=told)
"""


def start(code: str, *arguments: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def big(root: Path, files: int = 40) -> Workspace:
    workspace = init_workspace(root)
    for _ in range(files):
        workspace.artifacts.put(os.urandom(100_000))
    return workspace


@pytest.mark.slow
def test_what_was_acknowledged_before_a_backup_began_is_in_it(tmp_path: Path):
    workspace = init_workspace(tmp_path / "ws")
    processes = [
        start(EDIT, workspace.root),
        start(PREDICT, workspace.log_folder),
        start(COMPACT, workspace.root),
    ]
    editor, predictor, compactor = processes
    assert editor.stdout
    assert predictor.stdout
    assert compactor.stdout
    try:
        edits, predictions = 0, []
        for attempt in range(3):
            compactor.stdout.readline()
            for _ in range(15):
                edits = int(editor.stdout.readline())
            predictions += [predictor.stdout.readline().strip() for _ in range(400)]
            path = tmp_path / f"{attempt}.tar.zst"
            write_backup(workspace, path, revision=HEAD, version="0.1.0")
            root = tmp_path / f"again-{attempt}"
            restore_backup(path, root, revision=HEAD, models=metadata, migrate=migrate)
            restored = open_workspace(root)
            with restored.reading() as session:
                assert session.query(Product).count() >= edits + 1
            log = EventLog(restored)
            report = log.compact()
            assert report.damages == []
            rows = log.frame("p0", DAY, DAY + timedelta(days=1)).collect()
            assert set(predictions) <= set(rows["id"])
            assert rows["id"].n_unique() == rows.height
            restored.close()
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_kill_9_leaves_no_half_backup_and_the_next_one_clears_what_was_left(tmp_path: Path):
    workspace = big(tmp_path / "ws")
    target = tmp_path / "out" / "all.tar.zst"
    target.parent.mkdir()
    with start(BACKUP, workspace.root, target) as writer:
        assert writer.stdout
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    assert not target.exists()
    write_backup(workspace, target, revision=HEAD, version="0.1.0")
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert len(verify_backup(target, revision=HEAD).manifest.files) > 40


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


def filrouge(*arguments: object, folder: Path, most: int | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "filrouge", *map(str, arguments)]

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.run(command, capture_output=True, text=True, cwd=folder, preexec_fn=limit)


def test_a_full_disk_is_told_and_the_backup_before_stays(small_disk: Path, tmp_path: Path):
    workspace = big(tmp_path / "ws")
    (small_disk / "all.tar.zst").write_bytes(b"the one before")
    told = filrouge("backup", small_disk / "all.tar.zst", folder=workspace.root)
    assert (told.returncode, "machine.disk-full" in told.stderr) == (2, True), told.stderr
    assert (small_disk / "all.tar.zst").read_bytes() == b"the one before"
    assert [path.name for path in small_disk.iterdir()] == ["all.tar.zst"]
    path = tmp_path / "all.tar.zst"
    assert filrouge("backup", path, folder=workspace.root).returncode == 0
    told = filrouge("restore", path, small_disk / "ws", folder=tmp_path)
    assert (told.returncode, "disk-full" in told.stderr) == (2, True), told.stderr
    assert [found.name for found in small_disk.iterdir()] == ["all.tar.zst"]


def test_a_file_size_limit_is_told_too(tmp_path: Path):
    workspace = big(tmp_path / "ws")
    told = filrouge("backup", tmp_path / "all.tar.zst", folder=workspace.root, most=1_000_000)
    assert (told.returncode, "machine.disk-full" in told.stderr) == (2, True), told.stderr
    assert list(tmp_path.glob("*all*")) == []
