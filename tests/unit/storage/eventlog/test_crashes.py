"""kill -9 at any moment: what was acknowledged is there, once."""

import random
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import func, select

from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.tables import PredictionDay
from filrouge.storage.workspace import Workspace

from .test_eventlog import MONTH, P

APPEND = """
    import sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from filrouge.kernel.ids import time_id
    from filrouge.kernel.settings import Log
    from filrouge.storage.eventlog import LogWriter, Prediction
    from filrouge.storage.eventlog.writer import LogFull
    writer = LogWriter(Path(sys.argv[1]), Log(segment_mb=0.02))
    at, n = datetime(2013, 3, 1, tzinfo=UTC), 0
    while True:
        at, n = at + timedelta(seconds=7), n + 1
        one = Prediction(id=time_id(at), at=at, recorded_at=at, product="nyc-departures", model_version="v",
                         slot="champion", features={"n": n})
        try:
            writer.append(one)
        except LogFull as error:
            print(error.code, flush=True)
            break
        print(one.id, flush=True)
"""
COMPACT = """
    import sys
    from filrouge.bootstrap import open_workspace
    from filrouge.storage.eventlog import EventLog
    from pathlib import Path
    log = EventLog(open_workspace(Path(sys.argv[1])))
    print("ready", flush=True)
    while True:
        log.compact()
        print("done", flush=True)
"""


def start(code: str, *arguments: Path, **more) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_counted_twice_when_writers_and_compactors_are_killed(
    sqlite_workspace: Workspace,
):
    (sqlite_workspace.root / "filrouge.toml").touch()
    chance, acknowledged = random.Random(7), []
    for _ in range(3):
        writers = [start(APPEND, sqlite_workspace.log_folder) for _ in range(2)]
        compactor = start(COMPACT, sqlite_workspace.root)
        assert compactor.stdout is not None
        # Killed after a drawn number of acknowledgements, wherever the compactor is by then.
        for _line in range(chance.randrange(1, 4)):
            compactor.stdout.readline()
        for writer in writers:
            assert writer.stdout is not None
            acknowledged += [writer.stdout.readline().strip() for _ in range(chance.randrange(100, 900))]
        for process in chance.sample([*writers, compactor], 3):
            process.kill()
        for writer in writers:
            assert writer.stdout is not None
            rest = writer.stdout.read().splitlines(keepends=True)
            acknowledged += [line.strip() for line in rest if line.endswith("\n")]
        for process in [*writers, compactor]:
            process.wait()
    log = EventLog(sqlite_workspace)
    seen = set(log.frame(P, *MONTH, columns=["id"]).collect()["id"])
    log.compact()
    after = log.frame(P, *MONTH, columns=["id"]).collect()["id"]
    with sqlite_workspace.reading() as session:
        counted = session.scalar(select(func.sum(PredictionDay.n)))
    assert set(acknowledged) - seen == set()
    # At most one record of each killed writer was written without its acknowledgement being read.
    assert len(acknowledged) <= counted == len(after) == len(seen) <= len(acknowledged) + 10


def test_a_full_disk_acknowledges_nothing_and_keeps_what_was_there(sqlite_workspace: Workspace):
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    writer = start(APPEND, sqlite_workspace.log_folder, preexec_fn=small_files)
    out = writer.communicate()[0].split()
    assert out[-1] == "eventlog.full"
    found = EventLog(sqlite_workspace).frame(P, *MONTH, columns=["id"]).collect()["id"]
    assert sorted(found) == sorted(out[:-1])


def test_a_folder_that_cannot_be_written_is_a_coded_error(sqlite_workspace: Workspace):
    from filrouge.storage.eventlog.writer import LogUnwritable

    from .test_eventlog import prediction

    sqlite_workspace.log_folder.parent.mkdir(exist_ok=True)
    sqlite_workspace.log_folder.write_text("a file")
    with pytest.raises(LogUnwritable) as caught:
        EventLog(sqlite_workspace).append(prediction())
    assert caught.value.code == "eventlog.unwritable"
