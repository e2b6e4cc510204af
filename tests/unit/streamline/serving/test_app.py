import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.fakes.serving import NOON, FakeLedger, FakeLog, FakeScorer, bus_plan

from filrouge.kernel.clock import FixedClock
from filrouge.kernel.errors import FilrougeError
from filrouge.streamline.pipelines.contract import Column
from filrouge.streamline.serving.app import Application
from filrouge.streamline.serving.metrics import Metrics
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.ports import SlotEntry
from filrouge.streamline.serving.served import ServedProduct, ServingLimits

ROW = {"bus_id": "1", "line": "A", "leaves": "2013-03-01T12:00:00Z", "stops": 10}
URL = "/v1/buses/predictions"


class Bench:
    """The application with a small product, reached through its ASGI door."""

    def __init__(self, folder: Path, plan: ServingPlan | None = None, **models: Any) -> None:
        given = {
            "champion": lambda f: f["stops"] / 100 + f["rain"] / 10,
            "naive": lambda f: [0.5] * len(f),
        } | models
        self.ledger = FakeLedger(
            {f"buses/{name}/1": FakeScorer(rule) for name, rule in given.items() if rule},
            {name: f"buses/{name}/1" for name in ("champion", "naive") if given[name]},
        )
        self.log = FakeLog()
        self.letters = folder / "refused.jsonl"
        self.metrics = Metrics()
        self.served = ServedProduct(
            plan or bus_plan(),
            self.ledger,
            self.log,
            clock=FixedClock(NOON),
            dead_letters=self.letters,
            limits=ServingLimits(timeout_ms=200),
            metrics=self.metrics,
        )
        self.served.start()
        self.app = Application({"buses": self.served}, metrics=self.metrics, max_body=20_000)

    def run(self, play: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await play(client)

        return asyncio.run(main())

    def post(self, url: str, body: Any) -> httpx.Response:
        return self.run(lambda client: client.post(url, json=body))

    def get(self, url: str) -> httpx.Response:
        return self.run(lambda client: client.get(url))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_answer_is_in_the_log_with_what_it_needs_to_be_computed_again(bench: Bench) -> None:
    answer = bench.post(URL, {"rows": [ROW, ROW | {"bus_id": "2", "stops": 20}], "request_id": "r"}).json()
    first, second = answer["predictions"]
    assert second["score"] - first["score"] == pytest.approx(0.1)
    assert (first["slot"], first["model"], answer["degraded"]) == ("champion", "buses/champion/1", False)
    kept = {record.id: record for record in bench.log.made}
    record = kept[first["prediction_id"]]
    assert record.features["recent"] == 1
    assert record.inputs["stops"] == 10
    assert record.snapshots == answer["snapshots"]
    assert set(answer["snapshots"]) == {"weather", "past"}
    assert record.request_id == "r"


def test_bad_rows_are_refused_beside_good_ones_and_kept_as_dead_letters(bench: Bench) -> None:
    answer = bench.post(URL, {"rows": [ROW | {"stops": 99}, ROW]}).json()
    assert [each["row"] for each in answer["predictions"]] == [1]
    assert answer["refused"][0]["column"] == "stops"
    letter = msgspec.json.decode(bench.letters.read_bytes())
    assert (letter["column"], letter["value"], letter["rule"]) == ("stops", 99, "le")


def test_bad_requests_are_problems_with_a_code(bench: Bench) -> None:
    def code(response: httpx.Response) -> tuple[int, str]:
        assert response.headers["content-type"] == "application/problem+json"
        return response.status_code, response.json()["code"]

    assert code(bench.post(URL, {"rows": [{}]})) == (422, "serving.rows-refused")
    assert code(bench.post(URL, {"rows": []})) == (422, "serving.rows-refused")
    assert code(bench.post(URL, {"rows": 1})) == (400, "serving.bad-body")
    assert code(bench.post("/v1/busses/predictions", ROW)) == (404, "serving.not-served")
    assert "Did you mean 'buses'?" in bench.post("/v1/busses/predictions", ROW).json()["action"]
    assert code(bench.get("/v1/buses/predictionz")) == (404, "serving.unknown-route")
    assert code(bench.get(URL)) == (405, "serving.wrong-method")
    assert code(bench.post(URL, {"rows": [ROW] * 500})) == (413, "serving.body-too-large")


def test_explanations_name_the_features_that_moved_the_score(bench: Bench) -> None:
    answer = bench.post(URL, {"rows": [ROW | {"stops": 40}], "explain": True}).json()
    named = {each["feature"]: each for each in answer["predictions"][0]["explanation"]}
    assert named["stops"]["contribution"] == pytest.approx(0.3)
    assert (named["stops"]["value"], named["stops"]["baseline"]) == (40, 10)


def test_labels_and_feedback_are_taken_by_item(bench: Bench) -> None:
    made = bench.post(URL, ROW).json()["predictions"][0]["prediction_id"]
    items = [{"prediction_id": made, "label": True}, {"prediction_id": "no", "label": 1}, {"label": 1}]
    answer = bench.post("/v1/buses/labels", {"labels": items})
    assert answer.json()["written"] == 1
    codes = [(each["item"], each["code"]) for each in answer.json()["refused"]]
    assert codes == [(1, "serving.unknown-prediction"), (2, "serving.bad-item")]
    said = bench.post("/v1/buses/feedback", {"prediction_id": made, "verdict": "accepted"})
    assert (said.status_code, said.json()["written"]) == (200, 1)
    assert bench.post("/v1/buses/labels", {"labels": items[1:]}).status_code == 422
    assert bench.post("/v1/buses/labels", [1]).json()["code"] == "serving.bad-body"
    deep = bench.run(lambda client: client.post("/v1/buses/labels", content=b"[" * 9000))
    assert deep.json()["code"] == "serving.bad-body"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", [0, 1, True], ["yes", 2, 0.5, "1"]),
        ("bool", [0, 1, False], [2, "yes", 0.5]),
        ("str", ["yes"], [1]),
    ],
)
def test_a_label_holds_to_the_contract_of_the_outcome(
    tmp_path: Path, kind: str, good: list[Any], bad: list[Any]
) -> None:
    bench = Bench(
        tmp_path, plan=bus_plan(label=Column(name="late", kind=kind, le=1 if kind == "int" else None))
    )
    bench.post(URL, ROW)
    for label, written in [*((each, 1) for each in good), *((each, 0) for each in bad)]:
        answer = bench.post("/v1/buses/labels", {"key": "1", "label": label}).json()
        assert answer["written"] == written, label
        assert [each["code"] for each in answer["refused"]] == ["serving.bad-item"] * (1 - written)


def test_a_label_by_key_reaches_every_prediction_of_the_event(bench: Bench) -> None:
    first = bench.post(URL, ROW).json()["predictions"][0]["prediction_id"]
    second = bench.post(URL, ROW).json()["predictions"][0]["prediction_id"]
    items = [{"key": "1", "label": True}, {"key": "2", "label": True}, {"key": "1", "prediction_id": first}]
    answer = bench.post("/v1/buses/labels", {"labels": items}).json()
    assert answer["written"] == 2
    assert {(each.prediction_id, each.label) for each in bench.log.said} == {(first, True), (second, True)}
    codes = [(each["item"], each["code"]) for each in answer["refused"]]
    assert codes == [(1, "serving.unknown-prediction"), (2, "serving.bad-item")]
    both = bench.post("/v1/buses/labels", {"key": "1", "prediction_id": first, "label": 1})
    assert both.json()["refused"][0]["code"] == "serving.bad-item"


def test_a_request_sent_again_gets_the_same_ids(bench: Bench) -> None:
    rows = [ROW, ROW | {"bus_id": "2"}]

    def ids(rows: list[dict[str, Any]], request_id: str) -> list[str]:
        answer = bench.post(URL, {"rows": rows, "request_id": request_id}).json()
        return [each["prediction_id"] for each in answer["predictions"]]

    assert ids(rows, "r1") == ids(rows, "r1")
    assert not set(ids(rows, "r1")) & set(ids(rows, "r2"))
    assert not set(ids(rows, "r1")) & set(ids(rows[::-1], "r1"))  # nothing is lost
    assert not set(ids(rows, "")) & set(ids(rows, ""))


def broken(_frame: Any) -> Any:
    raise ValueError("no such leaf")


def test_a_champion_that_raises_leaves_the_answer_to_the_naive_model(tmp_path: Path) -> None:
    bench = Bench(tmp_path, champion=broken)
    answer = bench.post(URL, ROW).json()
    assert answer["predictions"][0]["score"] == 0.5
    assert answer["predictions"][0]["slot"] == "naive"
    assert "no such leaf" in answer["reason"]
    assert bench.log.made[0].degraded
    for _ in range(5):
        bench.post(URL, ROW)
    assert "circuit breaker is open" in bench.post(URL, ROW).json()["reason"]
    assert 'filrouge_breaker_open{product="buses"} 1' in bench.get("/metrics").text


def test_a_champion_that_takes_too_long_leaves_the_answer_to_the_naive_model(tmp_path: Path) -> None:
    never = threading.Event()
    bench = Bench(tmp_path, champion=lambda f: [float(never.wait(30))] * len(f))
    started = time.monotonic()
    answer = bench.post(URL, ROW).json()
    never.set()
    assert time.monotonic() - started < 5
    assert (answer["predictions"][0]["slot"], answer["reason"]) == ("naive", "no answer within 200 ms")


def test_when_no_model_can_answer_the_error_is_coded(tmp_path: Path) -> None:
    nan = Bench(tmp_path, champion=lambda f: [float("nan")] * len(f), naive=None).post(URL, ROW)
    assert (nan.status_code, nan.json()["code"]) == (503, "serving.failed")
    empty = Bench(tmp_path, champion=None, naive=None)
    assert empty.post(URL, ROW).json()["code"] == "serving.no-model"
    assert empty.get("/ready").status_code == 503
    assert empty.get("/health").status_code == 200


def test_a_promotion_swaps_under_load_and_no_request_is_lost(bench: Bench) -> None:
    bench.ledger.models["buses/champion/2"] = FakeScorer(lambda f: [2.0] * len(f))

    async def play(client: httpx.AsyncClient) -> list[httpx.Response]:
        tasks = []
        for number in range(200):
            tasks.append(asyncio.create_task(client.post(URL, json=ROW | {"bus_id": str(number)})))
            if number == 100:
                await asyncio.gather(*tasks[:50])
                bench.ledger.promote("buses/champion/2")
                await asyncio.to_thread(bench.served.refresh)
        return await asyncio.gather(*tasks)

    answers = bench.run(play)
    assert {answer.status_code for answer in answers} == {200}
    models = [answer.json()["predictions"][0]["model"] for answer in answers]
    assert set(models) == {"buses/champion/1", "buses/champion/2"}
    assert len(bench.log.made) == 200


def test_a_damaged_version_leaves_the_old_one_serving_and_ready_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Damaged(FilrougeError):
        code = "artifact.damaged"

    def load(entry: SlotEntry) -> FakeScorer:
        raise Damaged("A stored file was damaged.")

    bench.ledger.load = load  # type: ignore[method-assign]
    bench.ledger.promote("buses/champion/2")
    bench.served.refresh()
    assert bench.post(URL, ROW).json()["predictions"][0]["model"] == "buses/champion/1"
    ready = bench.get("/ready")
    assert (ready.status_code, ready.json()["code"]) == (503, "serving.model-unreadable")
    assert "artifact.damaged" in ready.json()["why"]


def test_the_contract_and_what_serves_can_be_read(bench: Bench) -> None:
    contract = bench.get("/v1/buses/contract").json()
    assert contract["columns"][3]["le"] == 80
    serving = bench.get("/v1/buses/serving").json()
    assert serving["slots"]["champion"] == {
        "slot": "champion",
        "version": "buses/champion/1",
        "since": "2013-03-01T12:00:00Z",
        "why": "test",
        "by": "",
        "degraded": False,
    }
