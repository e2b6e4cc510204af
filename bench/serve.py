"""One-row predictions over HTTP: Filrouge beside plain FastAPI and MLflow's model server, in one run.

    python bench/serve.py [rounds] [seconds]

The same scikit-learn model (100 boosted trees on 20 numbers), the same rows, one server process each,
``OMP_NUM_THREADS=1``, the same client (``load.py``) with 1, 16 and 64 connections, in turns. What each does:

- FastAPI on uvicorn: pydantic checks the row, an ``async`` route calls ``predict_proba`` on an array; no log;
- MLflow: ``mlflow models serve`` of a model with its signature, the normal use; no log of predictions;
- Filrouge: a product from the blank template, trained, promoted and served by its commands: the contract
  at the door, an id for each prediction, the prediction with inputs and features in the durable log
  before it is told, metrics, fallback to the naive model.

Then the demo's own requests: see ``serve_flights.py``. Peers are installed by uv in environments of their
own under the cache folder. CPU is that of all processes of a server; the client's is apart.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from serve_flights import SERVE, filrouge, flights, score_of
from server import Running, Subject, medians
from timing import environment, report, version_of

CONNECTIONS = (1, 16, 64)
COLUMNS = [f"f{number:02}" for number in range(20)]
ROWS = 500
GOALS = {"16_connections": {"per_s": "not less than FastAPI"}, "onnx_path_cpu_ms": 0.25}

DATA = """
from sklearn.datasets import make_classification
X, y = make_classification(50_000, n_features=20, n_informative=10, n_redundant=5, random_state=0)
"""
MODEL = f"""{DATA}
import pickle
from sklearn.ensemble import HistGradientBoostingClassifier
model = HistGradientBoostingClassifier(max_iter=100, early_stopping=False, random_state=0).fit(X, y)
"""
FASTAPI = """
import pickle
import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel
with open("model.pkl", "rb") as file:
    model = pickle.load(file)
class Row(BaseModel):
    FIELDS
class Answer(BaseModel):
    score: float
app = FastAPI()
@app.post("/predict")
async def predict(row: Row) -> Answer:
    values = np.array([[row.NAMES]])
    return Answer(score=model.predict_proba(values)[0, 1])
"""
MLFLOW = f"""{MODEL}
import mlflow, pandas
frame = pandas.DataFrame(X[:100], columns={COLUMNS})
signature = mlflow.models.infer_signature(frame, model.predict_proba(frame.to_numpy()))
mlflow.sklearn.save_model(
    model, "mlflow-model", signature=signature, pyfunc_predict_fn="predict_proba",
    serialization_format="cloudpickle",
)
"""
INGESTION = f"""
from datetime import UTC, datetime, timedelta
import polars as pl
from filrouge import Contract, Window, source
class Events(Contract):
    event_id: str
    happened_at: datetime
    FIELDS
class Outcomes(Contract):
    event_id: str
    happened: int
    known_at: datetime
def _rows():
    {DATA.strip().replace(chr(10), chr(10) + "    ")}
    start = datetime(2026, 1, 1, tzinfo=UTC)
    times = [start + timedelta(minutes=place) for place in range(len(y))]
    names = [f"e{{place}}" for place in range(len(y))]
    frame = pl.DataFrame(X, schema={COLUMNS})
    return frame.with_columns(
        event_id=pl.Series(names), happened_at=pl.Series(times),
        happened=pl.Series(y), known_at=pl.Series(times),
    )
@source("events", necessity="necessary", contract=Events, role="event", key="event_id",
        time="happened_at", fallback="stop")
def events(window: Window) -> pl.DataFrame:
    return _rows().select(Events.__struct_fields__)
@source("outcomes", necessity="necessary", contract=Outcomes, role="outcome", key="event_id",
        time="known_at", known_at="known_at")
def outcomes(window: Window) -> pl.DataFrame:
    return _rows().select(Outcomes.__struct_fields__)
"""
MODELLING = """
@model(target="happened")
def boosting(features, labels):
    from sklearn.ensemble import HistGradientBoostingClassifier
    trees = HistGradientBoostingClassifier(max_iter=100, early_stopping=False, random_state=0)
    return trees.fit(features, labels)
"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
    sklearn = f"scikit-learn=={version_of(Path(sys.executable), 'scikit-learn')}"
    peers = {
        "fastapi": environment("serve-fastapi", ["fastapi", "uvicorn[standard]", sklearn]),
        "mlflow": environment("serve-mlflow", ["mlflow==3.17.*", sklearn]),
    }
    folder = Path(tempfile.mkdtemp(prefix="filrouge-bench-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers are stopped on the way out
    try:
        measure(folder, peers, rounds, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, peers: dict[str, Path], rounds: int, seconds: float) -> None:
    rows, scores = train(folder)
    subjects = {
        "filrouge": product(folder / "ws", rows, scores),
        "fastapi": fastapi(folder, peers["fastapi"], rows, scores),
        "mlflow": mlflow(folder, peers["mlflow"], rows, scores),
    }
    taken = compared(subjects, CONNECTIONS, folder, rounds, seconds)
    demo = {"flights": flights(folder / "flights", ROWS)}
    taken |= compared(demo, (1, 64), folder, rounds, seconds)
    versions = {name: version_of(peers[name] / "python", name) for name in peers}
    versions |= {
        name: version_of(Path(sys.executable), name) for name in ("filrouge", "scikit-learn", "uvicorn")
    }
    ours = {"one_row": taken.pop("filrouge"), "flights": taken.pop("flights")}
    report("serve", ours, taken, {"flights": {"1_p50_ms": 8, "64_cpu_ms": 0.6}, **GOALS}, versions)


def compared(
    subjects: dict[str, Subject], connections: Sequence[int], folder: Path, rounds: int, seconds: float
) -> dict[str, dict[str, dict[str, float]]]:
    """The medians of the rounds: by subject and number of connections."""
    taken: dict[str, dict[str, list[dict[str, float]]]] = {
        name: {str(number): [] for number in connections} for name in subjects
    }
    for _ in range(rounds):
        for name, subject in subjects.items():
            with Running(subject, folder / f"{name}.log") as running:
                running.loaded(connections[-1], 1.0)  # warm
                for number in connections:
                    found = running.loaded(number, seconds)
                    more = {"rss_mib": running.rss_mib(), "start_s": running.start_s}
                    taken[name][str(number)].append({**found, **more, "processes": running.processes()})
                    print(f"{name:<10}{number:>3} connections  {taken[name][str(number)][-1]}", flush=True)
    return {name: {number: medians(rows) for number, rows in each.items()} for name, each in taken.items()}


def train(folder: Path) -> tuple[list[dict[str, float]], list[float]]:
    """The peers' model, as a pickle; gives rows and what it says of them."""
    script = f"""{MODEL}
import json
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
rows = X[:{ROWS}]
print(json.dumps([rows.tolist(), model.predict_proba(rows)[:, 1].tolist()]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    rows, scores = json.loads(done.stdout)
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows], scores


def fastapi(folder: Path, bin_folder: Path, rows: list[dict[str, float]], scores: list[float]) -> Subject:
    text = FASTAPI.replace("FIELDS", fields()).replace("row.NAMES", ", ".join(f"row.{n}" for n in COLUMNS))
    (folder / "plain_app.py").write_text(text)
    uvicorn = [str(bin_folder / "uvicorn"), "plain_app:app", "--port", "{port}", "--no-access-log"]
    bodies = [json.dumps(row) for row in rows]
    return Subject(uvicorn, folder, "/predict", bodies, scores, lambda answer: answer["score"])


def mlflow(folder: Path, bin_folder: Path, rows: list[dict[str, float]], scores: list[float]) -> Subject:
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
    path = f"{bin_folder}:/usr/bin:/bin"  # its server looks for uvicorn there
    subprocess.run([bin_folder / "python", "-c", MLFLOW], cwd=folder, capture_output=True, check=True)
    serve = [str(bin_folder / "mlflow"), "models", "serve", "-m", "mlflow-model", "--env-manager", "local"]
    serve += ["--workers", "1", "-h", "127.0.0.1", "-p", "{port}"]
    split = [{"columns": COLUMNS, "data": [list(row.values())]} for row in rows]
    bodies = [json.dumps({"dataframe_split": each}) for each in split]
    env = {**quiet, "PATH": path}
    return Subject(
        serve, folder, "/invocations", bodies, scores, lambda answer: answer["predictions"][0][1], env
    )


def product(root: Path, rows: list[dict[str, float]], scores: list[float]) -> Subject:
    """A product as a user makes it: the template, its files filled in, the commands."""
    filrouge(root, "init")
    filrouge(root, "new", "Rows")
    package = next((root / "rows" / "src").iterdir())
    (package / "ingestion.py").write_text(INGESTION.replace("FIELDS", fields()))
    features = package / "features.py"
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    features.write_text(features.read_text().replace('"amount"', columns))
    with (package / "modelling.py").open("a") as file:
        file.write(MODELLING)
    for model, slot in (("base_rate", "naive"), ("boosting", "champion")):
        filrouge(root, "train", "rows", model, "--window", "2026-01-01..2026-02-28")
        filrouge(root, "models", "promote", "rows", f"rows/{model}/1", "--slot", slot, "--why", "bench")
    bodies = [
        json.dumps({"event_id": f"r{place}", "happened_at": "2026-03-01T12:00:00Z", **row})
        for place, row in enumerate(rows)
    ]
    return Subject(SERVE, root, "/v1/rows/predictions", bodies, scores, score_of)


def fields() -> str:
    return "\n    ".join(f"{name}: float" for name in COLUMNS)


if __name__ == "__main__":
    main()
