"""Tables join, or do not, or multiply, or only once their keys are cleaned."""

from pathlib import Path

import numpy as np
import polars as pl
from tests.unit.explore.feasibility.conftest import Measure, facts
from tests.unit.explore.feasibility.tables import bookings

from filrouge.explore.feasibility import Asked, Question, Verdict, study
from filrouge.explore.feasibility.words import Bars

JOINS = Question.JOINABILITY


def seats(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"seat": range(1, 60), "row": [one // 6 for one in range(59)], **columns})


def test_a_table_that_joins_by_its_key(measure: Measure):
    made = measure(bookings(), seats(), time="day")
    assert made.answer(JOINS).verdict == Verdict.YES
    said = facts(made, JOINS).replace("\u202f", " ")
    assert (
        "table0.seat finds a row of table1.seat for 100 % of its rows; 100 % of those values are used."
        in said
    )


def test_keys_that_are_lost_or_repeated(measure: Measure):
    half = measure(bookings(), seats().head(40), time="day")
    assert half.answer(JOINS).verdict == Verdict.WITH_CARE
    twice = measure(bookings(), pl.concat([seats(), seats()]), time="day")
    assert "both repeat: joining them multiplies rows" in facts(twice, JOINS)


def test_columns_that_name_a_row_only_together(measure: Measure):
    weather = pl.DataFrame(
        {
            "seat": [seat for seat in range(1, 60) for _hour in range(40)],
            "hour": [hour for _seat in range(1, 60) for hour in range(40)],
            "rain": [number / 7 for number in range(59 * 40)],
        }
    )
    rows = bookings()
    made = measure(rows.with_columns(hour=pl.int_range(rows.height) % 40), weather, time="day")
    said = facts(made, JOINS).replace("\u202f", " ")
    assert "table0.seat + hour finds a row of table1.seat + hour for 100 % of its rows" in said
    assert "multiplies rows" not in said


def test_keys_that_are_written_differently(measure: Measure):
    padded = seats().with_columns(pl.col("seat").cast(pl.String).str.zfill(3) + " ")
    assert "are written differently" in facts(measure(bookings(), padded, time="day"), JOINS)


def test_tables_that_have_nothing_in_common(measure: Measure):
    made = measure(bookings(), pl.DataFrame({"shop": ["a", "b", "c"], "price": [1.5, 2.5, 3.5]}), time="day")
    assert made.answer(JOINS).verdict == Verdict.NO
    assert made.verdict == Verdict.WITH_CARE  # what stands in one table is as good as before


def test_the_model_sees_what_joined_tables_know(measure: Measure):
    chance = np.random.default_rng(3)
    planes = pl.DataFrame({"tail": [f"N{number}" for number in range(900)], "age": chance.normal(size=900)})
    rows = bookings(4_000).select("day", "seat").with_columns(tail=chance.choice(planes["tail"], 4_000))
    age = rows.join(planes, on="tail", how="left", maintain_order="left").get_column("age")
    rows = rows.with_columns(late=(pl.Series(chance.random(4_000)) < 1 / (1 + (-1.2 * age).exp())).cast(int))
    made = measure(rows, planes, time="day")
    assert "The model saw the columns of these tables too: table1." in facts(made, Question.PROMISE)
    (alone, *_) = [one for one in made.answer(Question.PROMISE).evidence if isinstance(one, Bars)]
    assert alone.items[0][0] == "table1.age"
    assert made.answer(Question.PROMISE).verdict == Verdict.YES


def test_a_table_that_would_multiply_rows_is_not_shown_to_the_model(measure: Measure):
    twice = measure(bookings(), pl.concat([seats(), seats()]), time="day")
    assert "Not seen by the model, for no key of theirs names one row: table1." in facts(
        twice, Question.PROMISE
    )


def test_a_model_that_orders_rows_is_worth_a_second_look(measure: Measure):
    chance = np.random.default_rng(5)
    wind = chance.normal(size=6_000)
    delay = 10 * chance.standard_t(1.5, 6_000) + 3.5 * wind
    rows = bookings(6_000).select("day").with_columns(wind=wind, delay=delay)
    said = facts(measure(rows, target="delay", time="day"), Question.PROMISE)
    assert "about as much as always saying the median" in said
    assert "it puts the rows in order a little" in said


def test_two_tables_of_the_same_name_are_told_apart(tmp_path: Path):
    tables = {"a": seats(), "b": pl.DataFrame({"crew": ["north", "south", "east"], "size": [3, 4, 5]})}
    for folder, table in tables.items():
        (tmp_path / folder).mkdir()
        table.write_csv(tmp_path / folder / "t.csv")
    bookings().write_csv(tmp_path / "main.csv")
    places = tuple(str(tmp_path / place) for place in ("main.csv", "a/t.csv", "b/t.csv"))
    made = study(Asked(places, "late", "day"))
    assert [one.name for one in made.tables] == ["main", "a/t", "b/t"]
    assert "The model saw the columns of these tables too: a/t, b/t." in facts(made, Question.PROMISE)
