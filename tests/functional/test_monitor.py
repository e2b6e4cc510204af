import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filrouge.bootstrap import init_workspace
from filrouge.kernel.ids import time_id
from filrouge.storage.eventlog import EventLog, Prediction
from filrouge.storage.product import Product

from .test_cli import filrouge


def test_monitor_judges_what_is_due_and_the_inbox_shows_it(tmp_path: Path):
    workspace = init_workspace(tmp_path)
    start = datetime.now(UTC) - timedelta(days=2)
    with workspace.transaction("ana") as session:
        session.add(Product(id="p", title="P"))
    log = EventLog(workspace)
    for second in range(200):
        at = start + timedelta(seconds=second)
        made = {"id": time_id(at), "at": at, "recorded_at": at, "product": "p", "latency_ms": 900.0}
        log.append(Prediction(**made, model_version="p/m/1", slot="champion", features={"x": 1.0}, score=0.5))
    log.close()
    done = filrouge("monitor", "p", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (alert,) = json.loads(done.stdout)["opened"]
    assert alert["title"] == "Response time: 900 is above 250"
    assert alert["id"] in filrouge("alerts", cwd=tmp_path).stdout
    assert "acknowledged" in filrouge("alerts", "--acknowledge", alert["id"], cwd=tmp_path).stdout
    assert "open" in filrouge("alerts", "--reopen", alert["id"], cwd=tmp_path).stdout
    told = [filrouge("alerts", "--story", alert["id"], cwd=tmp_path) for _ in range(2)]
    assert told[0].stderr.startswith("Answer within 250 ms again  [story:")
    assert told[0].stderr == told[1].stderr
    (row,) = json.loads(filrouge("alerts", "--format", "json", cwd=tmp_path).stdout)
    assert f"[{row['story']}]" in told[0].stderr
    assert filrouge("alerts", "--story", "nothing", cwd=tmp_path).returncode == 2
    unknown = filrouge("alerts", "--acknowledge", "nothing", cwd=tmp_path)
    assert (unknown.returncode, "monitor.unknown-alert" in unknown.stderr) == (2, True)
