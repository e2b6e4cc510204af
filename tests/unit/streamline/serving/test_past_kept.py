"""How much past the server keeps follows from what the features look at."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.fakes.bus_product import CODE, bus_rows
from tests.fakes.bus_product import NOW as BUS_NOW
from tests.fakes.serving import NOON, TIME, Bus, bus_plan, past

from filrouge import past as bounded_past
from filrouge.streamline.features.looking_back import LooksTooFarBack
from filrouge.streamline.pipelines.code import ProductCode
from filrouge.streamline.serving.door import Door, refuse_old
from filrouge.streamline.serving.features import compute, events_frame
from filrouge.streamline.serving.plan import PAST, ServingPlan
from filrouge.streamline.serving.product_plan import plan_of
from filrouge.streamline.serving.stores import Store


def plan_with_window(folder: Path, window: str) -> ServingPlan:
    package, data = folder / "busline", folder / "data"
    package.mkdir()
    data.mkdir()
    (package / "__init__.py").write_text(CODE.replace('window="24h"', f'window="{window}"'), encoding="utf-8")
    pl.DataFrame(bus_rows(3)).write_parquet(data / "buses.parquet")
    known = {"line": ["A"], "known_at": [BUS_NOW], "rain": [1.0]}
    pl.DataFrame(known, schema_overrides={"known_at": TIME}).write_parquet(data / "weather.parquet")
    return plan_of("buses", ProductCode.load(folder))


@pytest.mark.parametrize(("window", "kept"), [("24h", PAST), ("20 days", timedelta(days=21))])
def test_the_past_that_is_kept_is_longer_than_the_longest_window(
    tmp_path: Path, window: str, kept: timedelta
) -> None:
    plan = plan_with_window(tmp_path, window)
    assert plan.past == kept
    assert {source.keep for source in plan.sources} == {kept}


def test_a_feature_that_looks_further_back_than_is_kept_is_refused() -> None:
    def far(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
        buses = frames["buses"]
        days = 3 * int(buses["stops"].max() or 0)  # depends on the data: not seen before serving
        return bounded_past(
            buses, frames["past"], by="line", at="leaves", known_at="known_at", window=timedelta(days=days)
        )

    plan = bus_plan(features=far, past=timedelta(days=8))
    stores = {source.name: Store(replace(source, keep=plan.past), lambda: NOON) for source in plan.sources}
    for store in stores.values():
        store.refresh()
    views = {name: store.view() for name, store in stores.items()}
    near = events_frame(plan, [Bus(bus_id="1", line="A", leaves=NOON, stops=1)])
    assert compute(plan, views, near, NOON)["past_count"].to_list() == [2]
    too_far = events_frame(plan, [Bus(bus_id="1", line="A", leaves=NOON, stops=9)])
    with pytest.raises(LooksTooFarBack, match="27 days"):
        compute(plan, views, too_far, NOON)


def test_events_older_than_the_past_that_is_kept_are_refused() -> None:
    plan = bus_plan()
    body = b"""{"rows": [
        {"bus_id": "old", "line": "A", "leaves": "2013-02-01T12:00:00Z", "stops": 1},
        {"bus_id": "new", "line": "A", "leaves": "2013-03-01T11:00:00Z", "stops": 1}]}"""
    admitted = Door(plan.contract).admit(body)
    refuse_old(admitted, plan, NOON)
    assert [(row.bus_id, place) for row, place in zip(admitted.rows, admitted.places, strict=True)] == [
        ("new", 1)
    ]
    assert [(each.row, each.column, each.rule) for each in admitted.refused] == [(0, "leaves", "too-old")]
    admitted = Door(plan.contract).admit(body)
    refuse_old(admitted, replace(plan, sources=()), NOON)
    assert len(admitted.rows) == 2


def test_what_was_fed_is_still_there_after_the_source_was_read_again() -> None:
    source = replace(bus_plan().sources[1], identity=("line", "known_at"), refresh=timedelta(hours=1))
    store = Store(source, lambda: NOON)
    store.refresh()
    landed = NOON - timedelta(minutes=1)
    new = {"line": ["A"], "known_at": [landed], "late": [1]}
    store.feed(pl.DataFrame(new, schema_overrides={"known_at": TIME}), NOON)
    for _ in range(2):
        store.refresh(only_if_due=False)
        rows = store.view().needed(pl.DataFrame({"line": ["A"]}), NOON, NOON)
        assert rows.filter(pl.col("known_at") == landed).height == 1
        assert len(rows) == past(NOON).filter(pl.col("line") == "A").height + 1
