import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filrouge.kernel.clock import SharedClock


def test_a_replayed_time_reaches_another_process(tmp_path: Path):
    clock = SharedClock(tmp_path / "clock")
    clock.set(datetime(2013, 3, 1, tzinfo=UTC))
    code = (
        "import sys, pathlib; from filrouge.kernel.clock import SharedClock;"
        "print(SharedClock(pathlib.Path(sys.argv[1])).now())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "clock"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "2013-03-01 00:00:00+00:00"


def test_a_released_clock_tells_the_machine_s_time(tmp_path: Path):
    clock = SharedClock(tmp_path / "clock")
    clock.set(datetime(2013, 3, 1, tzinfo=UTC))
    clock.release()
    assert not clock.replaying
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
