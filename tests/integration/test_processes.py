"""Parts of a workspace as real processes: killed, they come back where they were."""

import os
import signal
from pathlib import Path
from threading import Event

import httpx
import pytest

from filrouge.bootstrap import init_workspace
from filrouge.flows.processes import PartFailed, Parts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    workspace = init_workspace(tmp_path / "ws")
    workspace.close()
    return workspace.root


def test_a_part_that_is_killed_comes_back_at_the_same_address(root: Path) -> None:
    died = Event()
    with Parts(root, lambda _: died.set()) as parts:
        web = parts.start("web", "web", "--no-open", listens=True)
        base, first = web.address.split("/login")[0], web.pid
        assert httpx.get(base).status_code < 500
        os.kill(first, signal.SIGKILL)
        assert died.wait(20)
        assert web.wait_ready(60).startswith(base)
        assert web.pid != first
        assert httpx.get(base).status_code < 500
        last = web.pid
    assert not Path(f"/proc/{last}").exists()
    assert not (root / ".filrouge" / "parts.json").exists()


def test_what_a_killed_parent_left_is_ended_first(root: Path) -> None:
    said: list[str] = []
    left = Parts(root, said.append)
    with left:
        web = left.start("web", "web", "--no-open", listens=True)
        with Parts(root, said.append) as again:
            assert any("left running" in line for line in said)
            assert again.start("web", "web", "--no-open", listens=True).pid not in (0, web.pid)


def test_a_part_that_never_starts_says_why_and_where_its_log_is(root: Path) -> None:
    with Parts(root, lambda _: None) as parts, pytest.raises(PartFailed) as caught:
        parts.start("serve", "serve", "no-such-product", listens=True)
    assert "no-such-product" in caught.value.why
    assert caught.value.where.endswith("serve.log")
