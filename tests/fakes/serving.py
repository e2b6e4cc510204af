"""A small product to serve: delays of buses, with a weather lookup and a past of each line."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import polars as pl

from filrouge.storage.eventlog import Prediction
from filrouge.streamline.pipelines.contract import Contract, column, polars_schema
from filrouge.streamline.serving.plan import ServingPlan, StoredSource
from filrouge.streamline.serving.ports import SlotEntry

NOON = datetime(2013, 3, 1, 12, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")


class Bus(Contract):
    bus_id: str
    line: str
    leaves: datetime
    stops: Annotated[int, column(ge=1, le=80)]


SCHEMA = polars_schema(Bus)


def weather(as_of: datetime) -> pl.DataFrame:
    hours = [NOON - timedelta(hours=h) for h in range(48, 0, -1)]
    frame = pl.DataFrame(
        {
            "line": ["A", "B"] * 48,
            "known_at": [h for h in hours for _ in "AB"],
            "rain": [float(n % 7) for n in range(96)],
        },
        schema_overrides={"known_at": TIME},
    )
    return frame.filter(pl.col("known_at") <= as_of)


def past(as_of: datetime) -> pl.DataFrame:
    rows = {
        "line": ["A", "A", "B"],
        "known_at": [NOON - timedelta(hours=h) for h in (30, 2, 1)],
        "late": [1, 0, 1],
    }
    return pl.DataFrame(rows, schema_overrides={"known_at": TIME}).filter(pl.col("known_at") <= as_of)


def bus_features(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    buses = frames["buses"].sort("leaves")
    rain = frames["weather"].sort("known_at")
    before = buses.join_asof(rain, left_on="leaves", right_on="known_at", by="line", check_sortedness=False)
    recent = (
        buses.select("bus_id", "line", "leaves")
        .join(frames["past"], on="line")
        .filter(
            pl.col("known_at").is_between(
                pl.col("leaves") - timedelta(hours=24), pl.col("leaves"), closed="left"
            )
        )
        .group_by("bus_id")
        .agg(pl.len().alias("recent"))
    )
    return before.join(recent, on="bus_id", how="left").select(
        "bus_id", "stops", pl.col("rain").fill_null(-1.0), pl.col("recent").fill_null(0)
    )


def bus_plan(**changes: Any) -> ServingPlan:
    sources = (
        StoredSource(
            name="weather", read=weather, key=("line",), known_at="known_at", refresh=timedelta(hours=1)
        ),
        StoredSource(
            name="past", read=past, key=("line",), known_at="known_at", keep=timedelta(hours=24), history=True
        ),
    )
    plan: dict[str, Any] = {
        "product": "buses",
        "contract": Bus,
        "schema": SCHEMA,
        "event": "buses",
        "key": "bus_id",
        "time": "leaves",
        "features": bus_features,
        "sources": sources,
    }
    return ServingPlan(**(plan | changes))


class FakeScorer:
    baseline: Mapping[str, Any] = {"stops": 10, "rain": 0.0, "recent": 0}

    def __init__(self, rule: Callable[[pl.DataFrame], Sequence[float]]) -> None:
        self.rule = rule

    def score(self, frame: pl.DataFrame) -> Sequence[float]:
        return self.rule(frame)


class FakeLedger:
    """A ledger in memory; ``models`` by version."""

    def __init__(self, models: dict[str, FakeScorer], slots: dict[str, str]) -> None:
        self.models, self.version_of, self.changes = models, slots, 0

    def generation(self) -> Any:
        return self.changes

    def slots(self) -> Mapping[str, SlotEntry]:
        return {slot: SlotEntry(slot, version, NOON, "test") for slot, version in self.version_of.items()}

    def load(self, entry: SlotEntry) -> FakeScorer:
        return self.models[entry.version]

    def promote(self, version: str) -> None:
        self.version_of["champion"] = version
        self.changes += 1


class FakeLog:
    """A log in memory."""

    blocking = False

    def __init__(self) -> None:
        self.made: list[Prediction] = []
        self.said: list[Any] = []

    def predictions(self, records: Sequence[Any]) -> None:
        self.made.extend(records)

    def labels(self, records: Sequence[Any]) -> datetime:
        self.said.extend(records)
        return NOON

    feedback = labels

    def known(self, prediction_ids: Collection[str]) -> set[str]:
        return {record.id for record in self.made} & set(prediction_ids)

    def ids_by_key(self, keys: Sequence[str], before: datetime) -> Mapping[str, list[str]]:
        return {key: ids for key in keys if (ids := [each.id for each in self.made if each.key == key])}

    def since(self, start: datetime) -> list[Any]:
        return []

    def close(self) -> None:
        pass
