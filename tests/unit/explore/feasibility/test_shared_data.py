"""What the study says of real tables; skipped where they are not."""

import os
from pathlib import Path

import pytest
from tests.unit.explore.feasibility.conftest import facts

from filrouge.explore.feasibility import Asked, Question, Study, Verdict, study

FOLDER = Path(os.environ.get("FILROUGE_TEST_DATA") or Path(__file__).parents[5] / "shared" / "data")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no data in {FOLDER}")]
ARRIVAL = "arrival_date_year+arrival_date_month+arrival_date_day_of_month"


def measured(name: str, target: str, time: str = "") -> Study:
    return study(Asked((str(FOLDER / name),), target, time))


@pytest.mark.parametrize("time", [ARRIVAL, ""])
def test_hotel_bookings_give_away_the_columns_that_leak(time: str):
    made = measured("hotel_bookings", "is_canceled", time)
    said = str(made.answer(Question.PROMISE).said)
    assert "reservation_status, reservation_status_date" in said
    assert "assigned_room_type" in said
    assert "lead_time" not in said
    assert "31,994 rows" in facts(made, Question.QUALITY)


def test_failure_types_and_parts_of_a_count_leak():
    assert "HDF, OSF, PWF, TWF" in str(measured("ai4i2020", "Machine failure").answer(Question.PROMISE).said)
    bikes = measured("bike_sharing", "cnt", "dteday+hr")
    assert "cnt = casual + registered: together" in facts(bikes, Question.PROMISE)


def test_no_false_alarm_on_claims_and_avocados():
    claims = measured("vehicle_claims_fraud", "FraudFound_P", "Year+Month")
    assert claims.answer(Question.PROMISE).verdict == Verdict.YES
    assert "Drift from the first to the last year: Training." in facts(claims, Question.QUALITY)
    avocados = measured("hass_avocado", "ASP Current Year", "Current Year Week Ending")
    assert avocados.answer(Question.PROMISE).verdict == Verdict.YES
    assert "The column SmlBagged Units is empty in: 2021" in facts(avocados, Question.ACCESS)
    assert "week by week" in facts(avocados, Question.PRESENCE)


def test_labels_that_are_pending_and_sales_that_are_capped():
    claims = measured("aws_fraud_synthetic", "EVENT_LABEL", "EVENT_TIMESTAMP")
    assert "missing in 801 rows" in facts(claims, Question.PRESENCE)
    sales = measured("freshretailnet", "hourly_sale", "dt+hour")
    assert "hourly_stockout = 1: hourly_sale is zero" in facts(sales, Question.PROMISE)


def test_messages_are_learned_from_their_words():
    made = measured("banking77", "category")
    assert made.answer(Question.PROMISE).verdict == Verdict.YES
