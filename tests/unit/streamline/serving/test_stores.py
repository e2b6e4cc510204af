from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest
from tests.fakes.serving import NOON, TIME, Bus, bus_features, bus_plan, past, weather

from filrouge.kernel.clock import FixedClock
from filrouge.streamline.serving.errors import SourceUnavailable
from filrouge.streamline.serving.features import compute, events_frame
from filrouge.streamline.serving.keyed import Keyed
from filrouge.streamline.serving.stores import Store

PLAN = bus_plan()
WEATHER, PAST = PLAN.sources


def test_only_the_rows_of_the_keys_and_of_the_time_are_handed_over() -> None:
    keyed = Keyed(weather(NOON), ["line"], "known_at")
    events = pl.DataFrame({"line": ["A", "A", "Z"]})
    since = NOON - timedelta(hours=3, minutes=30)
    found = keyed.needed(events, since, NOON - timedelta(hours=2))
    assert found["line"].unique().to_list() == ["A"]
    hours = [(NOON - at) / timedelta(hours=1) for at in found["known_at"]]
    assert hours == [4, 3, 2]


def test_with_several_keys_a_row_is_handed_over_when_one_of_them_matches() -> None:
    hours = [NOON - timedelta(hours=place) for place in range(6)]
    rows = pl.DataFrame(
        {"line": ["A", "B", "C", None, "A", "C"], "stop": ["x", "y", "x", "z", "z", "z"], "at": hours}
    )
    keyed = Keyed(rows, ["line", "stop"], "at")
    events = pl.DataFrame({"line": ["A", None, "Z"], "stop": ["y", "y", "y"]})
    found = keyed.needed(events, hours[5], NOON)
    assert found["at"].to_list() == [hours[4], hours[3], hours[1], hours[0]]
    assert keyed.needed(events, hours[2], hours[1])["at"].to_list() == [hours[1]]
    assert keyed.needed(events.clear(), hours[5], NOON).is_empty()


def test_a_source_without_rows_hands_over_none() -> None:
    empty = weather(NOON).clear()
    events = pl.DataFrame({"line": ["A"], "rain": [0.0]})
    for key in (["line"], ["line", "rain"], []):
        assert Keyed(empty, key, "known_at").needed(events, NOON, NOON).is_empty()


def test_a_store_is_read_again_after_its_interval_and_names_its_snapshot() -> None:
    clock = FixedClock(NOON - timedelta(hours=2))
    store = Store(WEATHER, clock.now)
    store.refresh()
    first = store.snapshot
    store.refresh()
    assert store.snapshot == first
    clock.at = NOON
    assert store.due
    store.refresh()
    assert store.snapshot != first
    assert store.view().needed(pl.DataFrame({"line": ["A"]}), NOON, NOON)[
        "known_at"
    ].max() == NOON - timedelta(hours=1)


def test_a_failed_reading_keeps_the_last_one_and_says_so() -> None:
    clock = FixedClock(NOON)
    broken = False

    def read(as_of: datetime) -> pl.DataFrame:
        if broken:
            raise ConnectionError("no route")
        return weather(as_of)

    store = Store(replace(WEATHER, read=read), clock.now)
    store.refresh()
    broken, clock.at = True, NOON + timedelta(hours=2)
    store.refresh()
    assert "no route" in store.degraded
    assert len(store.view().needed(pl.DataFrame({"line": ["B"]}), NOON, clock.at)) == 1
    broken, clock.at = False, NOON + timedelta(hours=4)
    store.refresh()
    assert store.degraded == ""


def test_a_first_failure_takes_the_fallback_or_is_a_coded_error() -> None:
    def read(_as_of: datetime) -> pl.DataFrame:
        raise ConnectionError("no route")

    with pytest.raises(SourceUnavailable):
        Store(replace(WEATHER, read=read), lambda: NOON).refresh()
    with pytest.raises(SourceUnavailable, match="its fallback fails too"):
        Store(replace(WEATHER, read=read, fallback=read), lambda: NOON).refresh()
    store = Store(replace(WEATHER, read=read, fallback=lambda _as_of: weather(NOON).tail(2)), lambda: NOON)
    store.refresh()
    assert store.snapshot == "weather@fallback"
    assert store.degraded


def test_a_history_is_fed_and_each_row_counts_once() -> None:
    store = Store(replace(PAST, identity=("line", "known_at")), lambda: NOON)
    store.refresh()
    new = {
        "line": ["A", "A"],
        "known_at": [NOON - timedelta(hours=2), NOON - timedelta(minutes=1)],
        "late": [0, 1],
    }
    store.feed(pl.DataFrame(new, schema_overrides={"known_at": TIME}), NOON)
    rows = store.view().needed(pl.DataFrame({"line": ["A"]}), NOON, NOON)
    assert len(rows.filter(pl.col("known_at") > NOON - timedelta(hours=24))) == 2


def test_the_same_event_twice_in_a_batch_and_any_order_give_what_each_gets_alone() -> None:
    stores = {source.name: Store(source, lambda: NOON) for source in PLAN.sources}
    for store in stores.values():
        store.refresh()
    views = {name: store.view() for name, store in stores.items()}
    rows = [
        Bus(bus_id="1", line="A", leaves=NOON, stops=5),
        Bus(bus_id="2", line="B", leaves=NOON - timedelta(hours=3), stops=6),
        Bus(bus_id="1", line="A", leaves=NOON - timedelta(hours=5), stops=7),
    ]
    events = events_frame(PLAN, rows)
    together = compute(PLAN, views, events, NOON)
    whole = {"weather": weather(NOON), "past": past(NOON)}
    alone = pl.concat([bus_features({"buses": events[n : n + 1], **whole}) for n in range(3)])
    assert together.equals(alone)
