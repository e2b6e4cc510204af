"""A small product with code, data and registered models: buses, weather by line, and a past of each line."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier

from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import promote
from filrouge.streamline.registry.model_file import write_model
from filrouge.streamline.registry.profile import profile_bytes, reference_profile
from filrouge.streamline.registry.version import ModelVersion, register

NOW = datetime(2013, 3, 1, 12, tzinfo=UTC)
PRODUCT = "buses"
FEATURES = ["stops", "rain", "past_count"]

CODE = '''
"""Buses that come late."""
from datetime import datetime
from pathlib import Path
from typing import Annotated

import narwhals as nw
import polars as pl
from filrouge import Contract, Window, column, features, labels, latest_before, model, past, source

DATA = Path(__file__).parent.parent / "data"


class Buses(Contract):
    bus_id: str
    line: str
    leaves: datetime
    stops: Annotated[int, column(ge=1, le=80)]


@source("buses", role="event", contract=Buses, key="bus_id", time="leaves")
def buses(window: Window) -> pl.LazyFrame:
    return pl.scan_parquet(DATA / "buses.parquet")


@source("weather", role="lookup", necessity="important", key="line", known_at="known_at", refresh="1h",
        fallback="dry")
def weather(window: Window) -> pl.LazyFrame:
    return pl.scan_parquet(DATA / "weather.parquet")


def dry() -> pl.DataFrame:
    return pl.read_parquet(DATA / "weather.parquet").clear()


class Arrivals(Contract):
    bus_id: str
    line: str
    arrived: datetime
    late: bool


@source("arrivals", role="history", contract=Arrivals, key="line", time="arrived", known_at="arrived")
def arrivals(window: Window) -> pl.LazyFrame:
    return pl.scan_parquet(DATA / "arrivals.parquet")


@features(key="bus_id", time="leaves")
def bus_features(buses, weather, arrivals):
    wet = latest_before(buses, weather, by="line", at="leaves", known_at="known_at", columns=["rain"])
    counted = past(wet, arrivals, by="line", at="leaves", known_at="arrived", window="24h")
    return counted.select("bus_id", "leaves", "stops", nw.col("rain").fill_null(0.0), "past_count")


@labels(target="late", key="bus_id", known_at="arrived")
def late(arrivals):
    return arrivals.select("bus_id", "arrived", "late")


@model(target="late", naive=True)
def rate(features, labels):
    ...


@model(target="late")
def forest(features, labels):
    ...
'''


def make_bus_product(workspace: Workspace) -> None:
    """Write the code and the data, register a champion, a naive model and a second version."""
    folder = workspace.root / PRODUCT
    (folder / "busline").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "busline" / "__init__.py").write_text(CODE, encoding="utf-8")
    _data(folder / "data")
    with workspace.transaction("ana") as session:
        session.add(Product(id=PRODUCT, title="Buses", code=PRODUCT))
    add_version(workspace, "forest", "champion")
    add_version(workspace, "rate", "naive")


def _data(folder: Path) -> None:
    hours = [NOW + timedelta(hours=h) for h in range(-400, 100)]
    lines = ["A", "B", "C"]
    known = [hour for hour in hours for _ in lines]
    rain = [float(round(10 * abs(math.sin(n)))) for n in range(len(known))]
    pl.DataFrame({"line": lines * len(hours), "known_at": known, "rain": rain}).write_parquet(
        folder / "weather.parquet"
    )
    arrived = [NOW - timedelta(minutes=7 * n) for n in range(-500, 3000)]
    pl.DataFrame(
        {
            "bus_id": [f"old-{n}" for n in range(len(arrived))],
            "line": [lines[n % 3] for n in range(len(arrived))],
            "arrived": arrived,
            "late": [n % 5 == 0 for n in range(len(arrived))],
        }
    ).write_parquet(folder / "arrivals.parquet")
    pl.DataFrame(bus_rows(50)).write_parquet(folder / "buses.parquet")


def bus_rows(count: int, first: int = 0) -> list[dict[str, object]]:
    """Events: buses of three lines that leave in the hours before now."""
    return [
        {
            "bus_id": f"bus-{first + n}",
            "line": "ABC"[n % 3],
            "leaves": NOW - timedelta(minutes=(first + n) % 600),
            "stops": 1 + (first + n) % 80,
        }
        for n in range(count)
    ]


def add_version(workspace: Workspace, model: str, slot: str, seed: int = 0) -> str:
    """Train a small model on made-up rows, register it and put it in a slot."""
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "stops": rng.integers(1, 80, 400),
            "rain": rng.integers(0, 10, 400).astype(float),
            "past_count": rng.integers(0, 60, 400),
        }
    )
    target = (frame["stops"] + 4 * frame["rain"] + rng.normal(0, 10, 400) > 60).to_numpy()
    made = (
        DummyClassifier()
        if model == "rate"
        else HistGradientBoostingClassifier(max_iter=10, random_state=seed)
    )
    content, trusted = write_model(made.fit(frame, target), "busline")
    version = ModelVersion(
        product_id=PRODUCT,
        model=model,
        run_id="run-1",
        digest=workspace.artifacts.put(content),
        trusted=trusted,
        target="late",
        naive=model == "rate",
        features=[{"name": name, "dtype": str(frame.schema[name])} for name in FEATURES],
        dataset="d" * 64,
        data_from=NOW - timedelta(days=60),
        data_to=NOW,
        rows=len(frame),
        params={},
        profile=workspace.artifacts.put(profile_bytes(reference_profile(frame))),
    )
    with workspace.transaction("ana") as session:
        register(session, version)
        promote(session, PRODUCT, slot, version.id, who="ana", why="a test")
    return version.id
