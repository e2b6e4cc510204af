"""What a demo has done, so that the next call goes on: ``.filrouge/demo.json``."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["DemoState", "read_state", "write_state"]


class DemoState(msgspec.Struct, kw_only=True):
    """The demo's own notes; what it made is in the workspace.

    Attributes:
        fast: the plan it follows.
        started_at: when, by the machine's clock, in seconds since the epoch.
        next_day: the first day that is not replayed whole; none before the replay.
        labelled_until: labels known by then were acknowledged.
        acknowledged: predictions that the server acknowledged.
        labelled: labels that the server acknowledged.
        hurried_version: the bad version, once it was forced.
        check_before: findings by severity before the gaps were mended, and their codes.
        check_after: the same, after.
    """

    fast: bool
    started_at: float
    next_day: date | None = None
    labelled_until: datetime | None = None
    acknowledged: int = 0
    labelled: int = 0
    hurried_version: str = ""
    check_before: dict[str, Any] | None = None
    check_after: dict[str, Any] | None = None


def read_state(root: Path) -> DemoState | None:
    """The notes of an earlier call in this folder, if there was one."""
    try:
        return msgspec.json.decode(_file(root).read_bytes(), type=DemoState)
    except FileNotFoundError:
        return None


def write_state(root: Path, state: DemoState) -> None:
    """Write the notes whole or not at all."""
    target = _file(root)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(state)))
    fresh.replace(target)


def _file(root: Path) -> Path:
    return root / ".filrouge" / "demo.json"
