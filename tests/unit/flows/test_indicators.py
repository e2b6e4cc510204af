"""Indicator values by period, and the monitor of the main indicator."""

from datetime import UTC, datetime, timedelta

import pytest

from filrouge.flows.indicators import reached, refresh_indicators, watch_main_indicator
from filrouge.kernel.ids import time_id
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import archive, create, edit, find
from filrouge.storage.eventlog import EventLog
from filrouge.storage.eventlog.records import Prediction
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import LedgerEntry
from filrouge.thread.links import links_to
from filrouge.thread.ref import Ref

PRODUCT = "nyc-departures"
MONDAY = datetime(2013, 3, 4, tzinfo=UTC)
HIT_RATE = {"kind": "ratio", "value": "label == 1 and score >= 0.5", "over": "label == 1"}


def predict(log: EventLog, at: datetime, score: float) -> str:
    identifier = time_id(at)
    log.append(
        Prediction(
            id=identifier, product=PRODUCT, key=identifier, at=at, recorded_at=at, slot="champion",
            model_version="nyc/m/1", score=score, inputs={}, features={}, latency_ms=1.0,
        )
    )  # fmt: skip
    return identifier


@pytest.fixture
def log(workspace: Workspace, product: str) -> EventLog:
    with workspace.transaction("ana") as session:
        create(session, Indicator, PRODUCT, title="Warned in time", layer="main", measure=HIT_RATE,
               unit="share", target=0.6, period="day")  # fmt: skip
    return EventLog(workspace)


def values(workspace: Workspace) -> list[tuple[datetime, float | None, int]]:
    with workspace.reading() as session:
        (found,) = reached(session, PRODUCT)
        return [(one.start_at, one.value, one.n) for one in found.values]


def test_a_day_has_its_value_when_it_is_over_and_a_better_one_when_labels_come(
    workspace: Workspace, log: EventLog
) -> None:
    first = predict(log, MONDAY + timedelta(hours=9), 0.9)
    second = predict(log, MONDAY + timedelta(hours=20), 0.1)
    log.label(PRODUCT, 1.0, prediction_id=first, at=MONDAY + timedelta(hours=12))
    log.compact()
    assert len(refresh_indicators(workspace, PRODUCT, MONDAY + timedelta(hours=23), log=log)) == 0
    tuesday = MONDAY + timedelta(days=1)
    assert len(refresh_indicators(workspace, PRODUCT, tuesday, log=log)) == 1
    assert values(workspace) == [(MONDAY, 1.0, 1)]
    log.label(PRODUCT, 1.0, prediction_id=second, at=tuesday + timedelta(hours=1))
    log.compact()
    assert len(refresh_indicators(workspace, PRODUCT, tuesday, log=log)) == 1
    assert values(workspace) == [(MONDAY, 0.5, 2)]
    assert len(refresh_indicators(workspace, PRODUCT, tuesday, log=log)) == 0, "nothing came since"


def test_another_measure_gives_other_values_for_the_past_too(workspace: Workspace, log: EventLog) -> None:
    for hour in (8, 9):
        made = predict(log, MONDAY + timedelta(hours=hour), 0.4)
        log.label(PRODUCT, 1.0, prediction_id=made, at=MONDAY + timedelta(hours=12))
    log.compact()
    refresh_indicators(workspace, PRODUCT, MONDAY + timedelta(days=1), log=log)
    assert values(workspace) == [(MONDAY, 0.0, 2)]
    with workspace.transaction("ana") as session:
        (found,) = reached(session, PRODUCT)
        indicator = find(session, Indicator, found.indicator.id)
        edit(session, indicator, measure={**HIT_RATE, "value": "label == 1 and score >= 0.3"})
    refresh_indicators(workspace, PRODUCT, MONDAY + timedelta(days=1), log=log)
    assert values(workspace) == [(MONDAY, 1.0, 2)]


def test_a_period_that_logged_no_such_column_has_no_value(workspace: Workspace, log: EventLog) -> None:
    with workspace.transaction("ana") as session:
        (found,) = reached(session, PRODUCT)
        indicator = find(session, Indicator, found.indicator.id)
        edit(session, indicator, measure={"kind": "mean", "value": "is_null(feature_wind)"})
    predict(log, MONDAY, 0.4)
    log.compact()
    refresh_indicators(workspace, PRODUCT, MONDAY + timedelta(days=1), log=log)
    assert values(workspace) == [(MONDAY, None, 0)]


def test_the_monitor_of_the_main_indicator_follows_it_until_somebody_archives_it(
    workspace: Workspace, log: EventLog
) -> None:
    with workspace.transaction("worker") as session:
        made = watch_main_indicator(session, PRODUCT)
        assert made is not None
        assert (made.parsed.threshold, made.parsed.worse, made.parsed.window_h) == (0.6, "below", 24)
    with workspace.transaction("ana") as session:
        (found,) = reached(session, PRODUCT)
        edit(session, find(session, Indicator, found.indicator.id), target=0.7, period="week")
    with workspace.transaction("worker") as session:
        same = watch_main_indicator(session, PRODUCT)
        assert same is not None and same.id == made.id
        assert (same.parsed.threshold, same.parsed.window_h) == (0.7, 168)
        edit(session, same, definition={**same.definition, "after": 3, "action": "retrain"})
        kept = watch_main_indicator(session, PRODUCT)
        assert kept is not None
        assert (kept.parsed.after, kept.parsed.action) == (3, "retrain"), "what people set stays"
        archive(session, same)
    with workspace.transaction("worker") as session:
        again = watch_main_indicator(session, PRODUCT)
        assert again is not None and again.id == made.id and again.archived_at is not None


def test_no_target_no_monitor(workspace: Workspace, product: str) -> None:
    with workspace.transaction("ana") as session:
        create(session, Indicator, PRODUCT, title="Warned in time", layer="main", measure=HIT_RATE)
        assert watch_main_indicator(session, PRODUCT) is None


def test_a_champion_is_tied_to_the_indicators_of_the_time_it_served(
    workspace: Workspace, log: EventLog
) -> None:
    with workspace.transaction("ana") as session:
        for start, end in ((0, 1), (1, None)):
            session.add(
                LedgerEntry(
                    id=f"entry-{start}", product_id=PRODUCT, slot="champion", version_id="nyc/m/1",
                    change="promote", who="ana", why="better", from_at=MONDAY + timedelta(days=start),
                    to_at=None if end is None else MONDAY + timedelta(days=end), recorded_at=MONDAY,
                )
            )  # fmt: skip
    predict(log, MONDAY + timedelta(hours=9), 0.9)
    log.compact()
    refresh_indicators(workspace, PRODUCT, MONDAY + timedelta(days=1), log=log)
    with workspace.reading() as session:
        (found,) = reached(session, PRODUCT)
        tied = {
            (str(one.source), one.relation)
            for one in links_to(session, Ref("indicator", found.indicator.id))
            if one.source_kind == "deployment"
        }
    assert tied == {("deployment:entry-0", "measured_by")}
