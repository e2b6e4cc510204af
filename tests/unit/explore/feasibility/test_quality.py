"""Each fault of quality is found where it is, and not where it is not."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from tests.unit.explore.feasibility.conftest import Measure, facts
from tests.unit.explore.feasibility.tables import ROWS, bookings

from filrouge.explore.feasibility import Asked, Question, Verdict, study

QUALITY = Question.QUALITY


def test_a_sound_table_raises_no_alarm(measure: Measure):
    made = measure(bookings(), time="day")
    assert made.answer(QUALITY).verdict == Verdict.YES, facts(made, QUALITY)
    assert facts(made, Question.PROMISE).count("\n") == 1  # how it was judged, and nothing suspected
    assert made.verdict == Verdict.YES


def test_missing_doubled_constant_and_identifying_columns(measure: Measure):
    table = bookings().with_columns(
        pl.lit("EUR").alias("currency"),
        pl.Series("booking", [f"b{number:05}" for number in range(ROWS)]),
        pl.when(pl.int_range(ROWS) % 10 == 0).then(pl.lit(None)).otherwise("wind").alias("gust"),
    )
    said = facts(measure(table, time="day"), QUALITY)
    assert "Constant columns, which teach nothing: currency." in said
    assert "Identifiers, different in each row and of no use to a model: booking." in said
    assert "More than 5 % missing: gust." in said.replace("\u202f", " ")
    doubled = facts(measure(pl.concat([bookings(), bookings().head(300)]), time="day"), QUALITY)
    assert "300 rows" in doubled


def test_drift_and_columns_that_are_filled_no_more(measure: Measure):
    late_half = pl.int_range(ROWS) > ROWS // 2
    table = bookings().with_columns(
        (pl.col("wind") + 15 * late_half).alias("wind"),
        pl.when(late_half).then(None).otherwise("seat").alias("meal"),
        pl.when(pl.int_range(ROWS) > 1_900).then("seat").otherwise(None).alias("menu"),
    )
    said = facts(measure(table, time="day"), QUALITY)
    assert "Drift from the first to the last year: wind" in said
    assert "Filled at first, empty at the end of the period: meal." in said


def test_mixtures_writings_and_dates_that_cannot_be(measure: Measure):
    place = pl.int_range(ROWS)
    table = bookings().with_columns(
        pl.when(place % 9 == 0)
        .then(pl.lit("unknown"))
        .otherwise(pl.col("seat").cast(pl.String))
        .alias("code"),
        pl.when(place % 50 == 0).then(pl.lit("north ")).otherwise("crew").alias("crew"),
        pl.when(place == 7).then(pl.lit("2021-02-31")).otherwise(pl.col("day").cast(pl.String)).alias("paid"),
        pl.when(place == 9).then(-5).otherwise("seat").alias("seat"),
    )
    said = facts(measure(table, time="day"), QUALITY)
    assert "code mixes numbers" in said
    assert "Categories that differ only by blanks or capitals, in: crew." in said
    assert "paid: 1 values are no date of the calendar." in said
    assert "seat is below zero in 1 of 2,000 rows only." in said


def test_columns_that_contradict_each_other(measure: Measure):
    chance = np.random.default_rng(3)
    rooms, board = chance.integers(20, 900, ROWS), chance.integers(10, 300, ROWS)
    zone = pl.col("crew").replace_strict({"north": "A", "south": "B", "east": "C"})
    odd = 4
    start = [datetime(2020, 1, 1) + timedelta(days=int(one)) for one in chance.integers(0, 700, ROWS)]
    end = [
        one + timedelta(days=int(stay)) for one, stay in zip(start, chance.integers(1, 9, ROWS), strict=True)
    ]
    end[5], total = start[5] - timedelta(days=3), rooms + board
    total[11] += 40
    table = bookings().with_columns(
        pl.Series("rooms", rooms),
        pl.Series("board", board),
        pl.Series("total", total),
        pl.Series("arrives", start),
        pl.Series("leaves", end),
        pl.when(pl.int_range(ROWS) == odd).then(pl.lit("Z")).otherwise(zone).alias("zone"),
    )
    said = facts(measure(table, time="day"), QUALITY)
    assert "total = rooms + board: all rows but 1" in said
    assert "arrives comes before leaves: all rows but 1" in said
    assert "crew decides zone: all rows but 1" in said or "zone decides crew: all rows but 1" in said


def test_small_integers_have_no_stand_ins_beyond_their_range(tmp_path: Path):
    bookings().with_columns(pl.col("seat").cast(pl.Int8)).write_parquet(tmp_path / "t.parquet")
    assert study(Asked((str(tmp_path / "t.parquet"),), "late", "day")).answer(QUALITY).verdict == Verdict.YES


def test_values_that_stand_for_nothing_known(measure: Measure):
    chance = np.random.default_rng(2)
    age = np.where(chance.random(ROWS) < 0.03, 0, chance.integers(16, 80, ROWS))
    gust = np.where(chance.random(ROWS) < 0.03, -999.0, chance.normal(size=ROWS))
    town = np.where(chance.random(ROWS) < 0.03, "Unknown", chance.choice(["Nice", "Brest"], ROWS))
    table = bookings().with_columns(
        age=age,
        gust=gust,
        town=town,
        children=chance.poisson(0.5, ROWS),
        paid=np.round(chance.exponential(50, ROWS) * (chance.random(ROWS) < 0.7), 2),
    )
    said = facts(measure(table, time="day"), QUALITY).replace("\u202f", " ")
    assert "age is “0” in 3" in said
    assert "gust is “-999” in" in said
    assert "town is “Unknown” in" in said
    assert "children is" not in said
    assert "paid is" not in said
