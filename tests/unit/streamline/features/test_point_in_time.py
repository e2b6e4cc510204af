from datetime import UTC, datetime, timedelta
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from filrouge import Contract, features, latest_before, past, source
from filrouge.streamline.features.point_in_time import FutureLeak, require_no_leak
from filrouge.streamline.pipelines.graph import build_graph

START = datetime(2013, 1, 1, tzinfo=UTC)


class Flights(Contract):
    flight: int
    origin: str
    departs: datetime


class Weather(Contract):
    origin: str
    wind: float
    seen: datetime


@source("flights", contract=Flights, key="flight", time="departs")
def flights() -> None: ...


@source("weather", contract=Weather, role="lookup", key="origin", time="seen", known_after="45 min")
def weather() -> None: ...


@source("landed", necessity="important", role="history", key="origin", time="landed", known_at="landed")
def landed() -> None: ...


@features(key="flight", time="departs")
def honest(flights: Any, weather: Any, landed: Any) -> Any:
    known = weather.with_columns(known=nw.col("seen") + timedelta(minutes=45))
    joined = latest_before(flights, known, by="origin", at="departs", known_at="known", columns=["wind"])
    return past(joined, landed, by="origin", at="departs", known_at="landed", window="6h", means=["delay"])


@features(key="flight", time="departs")
def leaking(flights: Any, weather: Any, landed: Any) -> Any:
    joined = latest_before(flights, weather, by="origin", at="departs", known_at="seen", columns=["wind"])
    mean = landed.group_by("origin").agg(mean_delay=nw.col("delay").mean())
    return joined.join(mean, on="origin", how="left")


def frames() -> dict[str, pl.DataFrame]:
    hours = [START + timedelta(hours=hour) for hour in range(48)]
    return {
        "flights": pl.DataFrame({"flight": range(48), "origin": ["JFK"] * 48, "departs": hours}),
        "weather": pl.DataFrame(
            {"origin": ["JFK"] * 48, "wind": [float(i) for i in range(48)], "seen": hours}
        ),
        "landed": pl.DataFrame({"origin": ["JFK"] * 48, "delay": range(48), "landed": hours}),
    }


def test_honest_features_pass():
    graph = build_graph([flights, weather, landed, honest])
    require_no_leak(graph, "honest", frames(), sample=20)


def test_features_that_see_the_future_are_named():
    graph = build_graph([flights, weather, landed, leaking])
    with pytest.raises(FutureLeak, match=r"mean_delay") as caught:
        require_no_leak(graph, "leaking", frames(), sample=20)
    assert "wind" in caught.value.what
