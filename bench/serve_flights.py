"""The demo's own requests: one flight each, raw, its features and joins computed by the server."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from server import COMPILED, Subject

FILROUGE = str(Path(sys.executable).parent / "filrouge")
SERVE = [FILROUGE, "serve", "--port", "{port}"]
NOW = datetime(2013, 3, 1, 12, tzinfo=UTC)


def filrouge(root: Path, *arguments: str) -> None:
    """A command in a workspace."""
    root.mkdir(exist_ok=True)
    env = {**os.environ, **COMPILED}
    done = subprocess.run([FILROUGE, *arguments], cwd=root, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"filrouge {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def score_of(answer: dict[str, Any]) -> float | None:
    """The champion's score; none when another model stood in."""
    first = answer["predictions"][0]
    return first["score"] if first["slot"] == "champion" and not answer["degraded"] else None


def flights(root: Path, rows: int) -> Subject:
    """NYC departures on the first of March 2013, at noon UTC, with the template's model of two months."""
    from filrouge.bootstrap import open_workspace
    from filrouge.flows.replay import history_of
    from filrouge.streamline.pipelines.window import Window

    filrouge(root, "init")
    filrouge(root, "new", "NYC departures", "--template", "nyc-departures")
    for model, slot in (("late_rate", "naive"), ("gradient_boosting", "champion")):
        filrouge(root, "train", "nyc-departures", model, "--window", "2013-01-01..2013-02-28")
        version = f"nyc-departures/{model}/1"
        filrouge(root, "models", "promote", "nyc-departures", version, "--slot", slot, "--why", "bench")
    workspace = open_workspace(root)
    workspace.clock.set(NOW)  # type: ignore[attr-defined]
    events, _ = history_of(workspace, "nyc-departures", Window(NOW, NOW + timedelta(days=1)))
    workspace.close()
    asked = events.head(rows).to_dicts()
    bodies = [json.dumps(row, default=lambda at: at.isoformat()) for row in asked]
    return Subject(SERVE, root, "/v1/nyc-departures/predictions", bodies, [], score_of)
