"""Columns that know the outcome are found without being told, and innocent ones are left alone."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from tests.unit.explore.feasibility.conftest import Measure, facts
from tests.unit.explore.feasibility.tables import ROWS, bookings

from filrouge.explore.feasibility import Question, Study, Verdict
from filrouge.explore.feasibility.words import Table

PROMISE = Question.PROMISE
LATE = pl.col("late") == 1


def scores(made: Study) -> dict[str, float]:
    """The main metric of each model that was tried."""
    (table,) = [one for one in made.answer(PROMISE).evidence if isinstance(one, Table)]
    return {row[0]["text"]: row[1] for row in table.rows}


def test_a_copy_of_the_outcome_is_left_out_and_shown_beside(measure: Measure):
    table = bookings().with_columns(
        pl.when(LATE).then(pl.lit("refunded")).otherwise(pl.lit("flown")).alias("status")
    )
    made = measure(table, time="day")
    assert "status alone tells late" in facts(made, PROMISE)
    assert made.answer(PROMISE).verdict == Verdict.WITH_CARE
    tried = scores(made)
    assert tried["naive"] == 0.5
    assert 0.65 < tried["simple"] < 0.9
    assert tried["simple, with the suspected columns"] > 0.99


def test_a_date_that_is_written_when_the_outcome_is_known(measure: Measure):
    chance = np.random.default_rng(2)
    late = bookings().get_column("late").to_numpy()
    after = np.where(late == 1, -chance.integers(1, 40, ROWS), chance.integers(1, 8, ROWS))
    days = bookings().get_column("day").to_list()
    closed = [day + timedelta(days=int(one)) for day, one in zip(days, after, strict=True)]
    said = facts(measure(bookings().with_columns(pl.Series("closed", closed)), time="day"), PROMISE)
    assert "The time between day and closed tells the outcome" in said


def test_the_same_moment_in_another_time_zone_is_no_suspect(measure: Measure):
    at = pl.col("day").cast(pl.Datetime) + pl.duration(hours=pl.col("seat") % 24)
    summer = pl.col("day").dt.month().is_between(4, 9).cast(pl.Int64)
    zoned = bookings().with_columns(at.alias("at"), (at + pl.duration(hours=5 - summer)).alias("utc"))
    made = measure(zoned.drop("day"), time="at")
    assert "utc comes after" not in facts(made, Question.PROMISE)
    later = zoned.with_columns((pl.col("at") + pl.duration(minutes=pl.col("seat"))).alias("closed_at"))
    assert "closed_at comes after at" in facts(measure(later.drop("day"), time="at"), Question.PROMISE)


def test_a_column_filled_only_once_the_outcome_is_known(measure: Measure):
    reason = bookings().with_columns(pl.when(LATE).then("wind").otherwise(None).alias("delay_reason"))
    assert "delay_reason is filled or empty by the outcome" in facts(measure(reason, time="day"), PROMISE)
    unknown = pl.int_range(ROWS) % 5 == 0
    labelled = bookings().with_columns(
        pl.when(unknown).then(None).otherwise("late").alias("late"),
        pl.when(unknown).then(None).otherwise("seat").alias("landed_at_gate"),
    )
    assert "landed_at_gate is empty in 100" in facts(measure(labelled, time="day"), PROMISE)


def test_a_copy_that_is_changed_later(measure: Measure):
    chance = np.random.default_rng(5)
    asked = chance.choice(list("ABCDE"), ROWS)
    late = bookings().get_column("late").to_numpy()
    changed = (chance.random(ROWS) < 0.3) & (late == 0)
    given = np.where(changed, chance.choice(list("ABCDE"), ROWS), asked)
    table = bookings().with_columns(pl.Series("asked_room", asked), pl.Series("given_room", given))
    assert "given_room and asked_room differ" in facts(measure(table, time="day"), PROMISE).replace(
        "asked_room and given_room", "given_room and asked_room"
    )


def test_parts_of_the_outcome(measure: Measure):
    chance = np.random.default_rng(6)
    members, guests = chance.integers(5, 300, ROWS), chance.integers(5, 90, ROWS)
    table = bookings().with_columns(
        pl.Series("members", members), pl.Series("guests", guests), pl.Series("rides", members + guests)
    )
    made = measure(table, target="rides", time="day")
    assert "rides = members + guests: together these columns are the outcome." in facts(made, PROMISE)
    causes = bookings().with_columns(
        (LATE & (pl.int_range(ROWS) % 2 == 0)).cast(pl.Int8).alias("fog"),
        (LATE & (pl.int_range(ROWS) % 2 == 1)).cast(pl.Int8).alias("strike"),
    )
    assert "fog, strike: their values make up 100" in facts(measure(causes, time="day"), PROMISE)


def test_a_state_that_caps_the_outcome(measure: Measure):
    chance = np.random.default_rng(8)
    closed = (chance.random(ROWS) < 0.3).astype(int)
    sold = chance.poisson(6, ROWS) * (1 - closed)
    table = bookings().with_columns(pl.Series("out_of_stock", closed), pl.Series("sold", sold))
    assert "out_of_stock = 1: sold is zero" in facts(measure(table, target="sold", time="day"), PROMISE)


def test_without_scikit_learn_the_five_other_answers_stand(measure: Measure, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("filrouge.explore.feasibility.promise.find_spec", lambda _name: None)
    made = measure(bookings(), time="day")
    assert made.answer(PROMISE).verdict == Verdict.NOT_MEASURED
    assert "pip install 'filrouge[build]'" in facts(made, PROMISE)
    assert made.answer(Question.RELEVANCE).verdict == Verdict.YES


def test_noise_promises_nothing(measure: Measure):
    noise = np.random.default_rng(4).integers(0, 2, ROWS)
    made = measure(bookings().with_columns(pl.Series("late", noise)), time="day")
    assert made.answer(PROMISE).verdict == Verdict.NO
    assert str(made.said).startswith("Not with this data as it is.")
