import json
import subprocess
import sys
from pathlib import Path


def filrouge(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filrouge", *arguments], cwd=cwd, capture_output=True, text=True
    )


def test_init_makes_a_workspace_and_may_be_run_again(tmp_path: Path):
    for _ in range(2):
        done = filrouge("init", "ws", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, f"Workspace ready in {tmp_path / 'ws'}\n")
    assert (tmp_path / "ws" / ".filrouge" / "filrouge.db").exists()


def test_a_fault_is_a_coded_message_with_the_next_action_and_no_traceback(tmp_path: Path):
    done = filrouge("migrate", cwd=tmp_path)
    assert done.returncode == 2
    assert "error [workspace.none]" in done.stderr
    assert "filrouge init" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_show_the_value_in_force(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("[web]\nport = 9000\n")
    done = filrouge("settings", "--format", "json", cwd=tmp_path)
    (row,) = [row for row in json.loads(done.stdout) if (row["section"], row["key"]) == ("web", "port")]
    assert (row["value"], row["default"]) == ("9000", "8770")


def test_doctor_says_what_is_well_and_what_is_not(tmp_path: Path):
    filrouge("init", cwd=tmp_path)
    done = filrouge("doctor", cwd=tmp_path)
    assert (done.returncode, "ok    Database: It is whole." in done.stdout) == (0, True)
    stored = tmp_path / ".filrouge" / "artifacts" / "ab" / ("ab" * 32)
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"not what the name says")
    done = filrouge("doctor", cwd=tmp_path)
    assert (done.returncode, "WRONG Stored files: 1 of 1 are damaged" in done.stdout) == (1, True)
