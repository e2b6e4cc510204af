"""The model server as users run it: a process of its own, on a free port, with real models."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import polars as pl
import pytest
from tests.fakes.bus_product import NOW, PRODUCT, add_version, bus_rows, make_bus_product

from filrouge.bootstrap import init_workspace
from filrouge.kernel.clock import SharedClock
from filrouge.storage.eventlog import EventLog
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.pipelines.contract import polars_schema
from filrouge.streamline.registry.version import version_named
from filrouge.streamline.serving.batch import batch_features
from filrouge.streamline.serving.product_plan import plan_of

URL = f"/v1/{PRODUCT}/predictions"
FILROUGE = [sys.executable, "-m", "filrouge"]


class Server:
    """`filrouge serve` in a process of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        environ = {**os.environ, "OMP_NUM_THREADS": "1"}
        command = [*FILROUGE, "serve", "--port", "0", *options]
        self.errors = (root / "serve.log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=root, env=environ, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline()
        found = re.search(r"http://[\d.]+:\d+", self.ready_line)
        assert found, (root / "serve.log").read_text()
        self.client = httpx.Client(base_url=found[0], timeout=30)

    def predict(self, rows: Any, **options: Any) -> dict[str, Any]:
        body = msgspec.json.encode({"rows": rows, **options})
        answer = self.client.post(URL, content=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.client.close()
        self.errors.close()
        return code


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "ws"
    workspace = init_workspace(root)
    clock = workspace.clock
    assert isinstance(clock, SharedClock)
    clock.set(NOW)
    with (root / "filrouge.toml").open("a", encoding="utf-8") as file:
        file.write("[serve]\ntimeout_ms = 20000\n")  # a busy machine must not bring in the naive model
    make_bus_product(workspace)
    yield workspace
    workspace.close()


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    server = Server(workspace.root)
    yield server
    if server.process.poll() is None:
        server.stop()


def logged(workspace: Workspace) -> pl.DataFrame:
    return EventLog(workspace).frame(PRODUCT, NOW - timedelta(days=1), NOW + timedelta(days=1)).collect()


def damage(workspace: Workspace, *versions: str) -> None:
    for version in versions:
        with workspace.reading() as session:
            stored = workspace.artifacts.path(version_named(session, version).digest)
        stored.write_bytes(b"damaged")


def test_kill_9_in_the_middle_of_load_loses_no_acknowledged_prediction_or_label(workspace: Workspace) -> None:
    server = Server(workspace.root)
    predicted: list[str] = []
    labelled: list[str] = []
    enough = threading.Event()

    def load(worker: int) -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=30) as client:
            for number in range(100_000):
                try:
                    body = msgspec.json.encode({"rows": bus_rows(2, worker * 100_000 + number)})
                    answer = client.post(URL, content=body).json()
                    ids = [each["prediction_id"] for each in answer["predictions"]]
                    predicted.extend(ids)
                    items = [{"prediction_id": each, "label": True} for each in ids]
                    client.post(f"/v1/{PRODUCT}/labels", json={"labels": items}).raise_for_status()
                    labelled.extend(ids)
                except httpx.TransportError:
                    return
                if len(labelled) > 300:
                    enough.set()

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(load, worker) for worker in range(4)]
        assert enough.wait(60)
        server.stop(signal.SIGKILL)
        for future in futures:
            future.result()
    rows = logged(workspace)
    assert len(set(predicted)) == len(predicted) > 300
    assert set(predicted) <= set(rows["id"])
    assert set(labelled) <= set(rows.filter(pl.col("label").is_not_null())["id"])


def test_labels_feed_the_past_and_a_killed_server_knows_it_again(workspace: Workspace) -> None:
    server = Server(workspace.root)
    probe = [{"bus_id": "probe", "line": "A", "leaves": NOW, "stops": 5}]

    def seen() -> int:
        made = server.predict(probe)["predictions"][0]["prediction_id"]
        rows = logged(workspace)
        return int(rows.filter(pl.col("id") == made)["feature_past_count"][0])

    before = seen()
    on_a = [row for row in bus_rows(30) if row["line"] == "A"]
    server.predict(on_a)
    labels = [{"key": row["bus_id"], "label": True, "at": f"{NOW:%FT%TZ}"} for row in on_a]
    url = f"/v1/{PRODUCT}/labels"
    assert server.client.post(url, json={"labels": labels[:6]}).json()["written"] == 6
    assert server.client.post(url, json={"labels": labels[:6]}).json()["written"] == 6  # again: counts once
    assert seen() == before + 6
    server.stop(signal.SIGKILL)
    server = Server(workspace.root)
    assert seen() == before + 6
    # predicted before the kill, labelled after it
    assert server.client.post(url, json={"labels": labels[6:]}).json()["written"] == 4
    assert seen() == before + 10
    server.stop()


def test_features_of_logged_requests_are_what_the_batch_path_computes(
    workspace: Workspace, server: Server
) -> None:
    def ask(first: int) -> None:
        server.predict(bus_rows(1 + first // 80, first))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(0, 2000, 40)))
    rows = logged(workspace)
    code = ProductCode.load(workspace.root / PRODUCT)
    plan = plan_of(PRODUCT, code)
    events = rows.select(
        pl.col(f"input_{name}").cast(kind).alias(name) for name, kind in polars_schema(plan.contract).items()
    )
    expected = batch_features(plan, code, events)
    assert len(rows) > 500
    for name in ("stops", "rain", "past_count"):
        assert rows[f"feature_{name}"].cast(pl.Float64).to_list() == expected[name].cast(pl.Float64).to_list()
    assert expected["past_count"].sum() > 0
    assert expected["rain"].n_unique() > 3


def test_a_promotion_under_load_swaps_without_a_failed_request(workspace: Workspace, server: Server) -> None:
    swapped = threading.Event()

    def load(worker: int) -> list[str]:
        models = []
        number = 0
        with httpx.Client(base_url=server.client.base_url, timeout=30) as client:
            while not swapped.is_set() or number < 50:
                body = msgspec.json.encode({"rows": bus_rows(1, worker * 100_000 + number)})
                answer = client.post(URL, content=body)
                assert answer.status_code == 200
                models.append(answer.json()["predictions"][0]["model"])
                number += 1
                if models[-1].endswith("/2"):
                    swapped.set()
        return models

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(load, worker) for worker in range(4)]
        second = add_version(workspace, "forest", "champion", seed=1)
        models = [model for future in futures for model in future.result()]
    assert set(models) == {f"{PRODUCT}/forest/1", second}
    slot = server.client.get(f"/v1/{PRODUCT}/serving").json()["slots"]["champion"]
    assert (slot["version"], slot["why"]) == (second, "a test")


def test_a_damaged_file_leaves_the_old_version_serving(workspace: Workspace, server: Server) -> None:
    second = add_version(workspace, "forest", "naive", seed=2)  # loaded once, so that nothing is damaged yet
    with workspace.reading() as session:
        digest = version_named(session, second).digest
    third = add_version(workspace, "forest", "challenger", seed=3)
    damage(workspace, third)
    assert workspace.artifacts.has(digest)
    from filrouge.streamline.registry.ledger import promote

    with workspace.transaction("ana") as session:
        promote(session, PRODUCT, "champion", third, who="ana", why="unlucky")
    while (ready := server.client.get("/ready")).status_code == 200:
        server.process.send_signal(signal.SIGHUP)
    assert ready.json()["code"] == "serving.model-unreadable"
    assert "artifact.damaged" in ready.json()["why"]
    assert server.predict(bus_rows(1))["predictions"][0]["model"] == f"{PRODUCT}/forest/1"


def test_a_product_whose_models_are_all_damaged_is_not_served(workspace: Workspace) -> None:
    damage(workspace, f"{PRODUCT}/forest/1", f"{PRODUCT}/rate/1")
    done = subprocess.run(
        [*FILROUGE, "serve", "--port", "0"], cwd=workspace.root, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    said = done.stderr[done.stderr.index("[serving.no-model-loads] buses: None of the models") :]
    for part in (f"{PRODUCT}/forest/1", f"{PRODUCT}/rate/1", "artifact.damaged", "filrouge models promote"):
        assert part in said


def test_a_champion_damaged_at_start_leaves_the_naive_model_serving_degraded(workspace: Workspace) -> None:
    damage(workspace, f"{PRODUCT}/forest/1")
    server = Server(workspace.root)
    answer = server.predict(bus_rows(1))
    assert (answer["predictions"][0]["model"], answer["degraded"]) == (f"{PRODUCT}/rate/1", True)
    reason = f"the champion '{PRODUCT}/forest/1' cannot be loaded"
    assert answer["reason"] == reason
    assert server.client.get("/ready").json()["products"][PRODUCT]["degraded"] == [reason]
    assert server.stop() in (0, -signal.SIGTERM)
    said = (workspace.root / "serve.log").read_text()
    assert f"{PRODUCT} is degraded: {reason}" in said
    assert f"The naive model '{PRODUCT}/rate/1' answers instead." in said
    assert logged(workspace)["degraded"].to_list() == [True]


def test_a_naive_model_damaged_at_start_leaves_the_champion_serving(workspace: Workspace) -> None:
    damage(workspace, f"{PRODUCT}/rate/1")
    server = Server(workspace.root)
    answer = server.predict(bus_rows(1))
    assert (answer["predictions"][0]["model"], answer["degraded"]) == (f"{PRODUCT}/forest/1", False)
    assert server.client.get("/ready").json()["code"] == "serving.model-unreadable"
    assert server.stop() in (0, -signal.SIGTERM)
    assert "Nothing answers when the champion cannot." in (workspace.root / "serve.log").read_text()


def test_predict_gives_the_scores_of_the_server_and_keeps_refused_rows(
    workspace: Workspace, server: Server
) -> None:
    rows = bus_rows(300)
    online = {each["row"]: each["score"] for each in server.predict(rows)["predictions"]}
    bad = [rows[0] | {"bus_id": "bad", "stops": 500}]
    pl.DataFrame(rows + bad).write_parquet(workspace.root / "in.parquet")
    command = [*FILROUGE, "predict", PRODUCT, "in.parquet", "out.parquet", "--chunk", "70"]
    done = subprocess.run(command, cwd=workspace.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    scores = pl.read_parquet(workspace.root / "out.parquet")
    assert scores["score"].to_list() == [online[place] for place in range(300)]
    refusal = msgspec.json.decode((workspace.root / "out.parquet.refused.jsonl").read_bytes())
    assert (refusal["row"], refusal["column"], refusal["value"]) == (300, "stops", 500)
    pl.DataFrame(rows).write_csv(workspace.root / "in.csv")
    done = subprocess.run([*FILROUGE, "predict", PRODUCT, "in.csv", "out.csv"], cwd=workspace.root)
    assert done.returncode == 0
    assert pl.read_csv(workspace.root / "out.csv")["score"].to_list() == scores["score"].to_list()


def test_a_port_in_use_and_an_unknown_product_are_coded_errors(workspace: Workspace, server: Server) -> None:
    port = str(server.client.base_url.port)
    taken = subprocess.run(
        [*FILROUGE, "serve", "--port", port], cwd=workspace.root, capture_output=True, text=True
    )
    assert (taken.returncode, "[serving.port-in-use]" in taken.stderr) == (2, True)
    unknown = subprocess.run(
        [*FILROUGE, "serve", "busses", "--port", "0"], cwd=workspace.root, capture_output=True, text=True
    )
    assert unknown.returncode == 2
    assert "Did you mean 'buses'?" in unknown.stderr
    assert "Traceback" not in taken.stderr + unknown.stderr


def test_sigterm_finishes_the_requests_under_way(workspace: Workspace) -> None:
    server = Server(workspace.root)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.predict, bus_rows(5000))
        while not answer.done() and not answer.running():
            pass
        assert server.client.get("/health").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        try:
            assert len(answer.result()["predictions"]) == 5000
        except httpx.ConnectError:
            pytest.skip("the request came after the end")
    server.process.wait(30)
    assert server.process.returncode in (0, -signal.SIGTERM)
