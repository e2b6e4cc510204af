"""Monitoring, deployment and indicators over HTTP: figures in words, charts as data, monitors changed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from filrouge.kernel.ids import time_id
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import create, listed
from filrouge.storage.eventlog import EventLog, Label, Prediction
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Definition, Monitor, add_monitor
from filrouge.streamline.monitoring.watch import watch
from filrouge.streamline.registry.ledger import promote, rollback
from filrouge.streamline.registry.version import ModelVersion, register

FIRST = datetime(2013, 2, 26, tzinfo=UTC)
HIT_RATE = {"kind": "ratio", "value": "label == 1 and score >= 0.5", "over": "label == 1"}


@pytest.fixture
def watched(sqlite_workspace: Workspace, departures: str) -> str:
    """Three days of answers, the last one wrong; a rollback, an indicator, two monitors."""
    workspace, log = sqlite_workspace, EventLog(sqlite_workspace)
    for number, wrong in enumerate((False, False, True)):
        for place in range(120):
            at = FIRST + timedelta(days=number, minutes=place)
            late = place % 3 == 0
            log.append(
                made := Prediction(
                    id=time_id(at), at=at, recorded_at=at, product=departures, slot="champion",
                    model_version=f"{departures}/late/2", score=0.9 if late != wrong else 0.1, latency_ms=4.0,
                ),
                Label(product=departures, prediction_id=made.id, value=float(late), at=at, recorded_at=at),
            )  # fmt: skip
    log.compact()
    with workspace.transaction("ana") as session:
        create(session, Indicator, departures, title="Warned in time", layer="main", measure=HIT_RATE,
               unit="share", target=0.6, period="day")  # fmt: skip
        daily = Definition(kind="performance", threshold=0.65, worse="below")
        add_monitor(session, departures, "Performance", daily)
        add_monitor(session, departures, "Response time", Definition(kind="latency", threshold=250.0))
        for auc in (0.7, 0.8):
            version = register(
                session,
                ModelVersion(product_id=departures, model="late", run_id="r", digest="d" * 64, target="late",
                             metrics={"roc_auc": auc}, slices={}, contract={}, features=[], dataset="f" * 64,
                             data_from=FIRST, data_to=FIRST, rows=9, params={}),
            )  # fmt: skip
            promote(session, departures, "champion", version.id, who="ana", why="It is better")
        rollback(session, departures, who="ana", why="It was not")
    watch(workspace, departures, FIRST + timedelta(days=3), log=log)
    from filrouge.flows.indicators import refresh_indicators

    refresh_indicators(workspace, departures, FIRST + timedelta(days=3), log=log)
    return departures


def monitor(workspace: Workspace, product: str, title: str) -> Monitor:
    with workspace.reading() as session:
        return next(one for one in listed(session, Monitor, product) if one.title == title)


def test_the_page_says_of_each_monitor_what_is_asked_and_how_it_is(browser: TestClient, watched: str):
    page = browser.get(f"/products/{watched}/monitoring").text
    assert "Are its answers still good?" in page and "at least 0.65 is asked" in page
    assert "alert since 1 Mar 2013" in page
    assert "3 windows judged" in page and "1 beyond" in page
    assert "4.0 ms" in page or "4 ms" in page


def test_a_chart_marks_bad_windows_alerts_promotions_and_rollbacks(
    browser: TestClient, sqlite_workspace: Workspace, watched: str
):
    mine = monitor(sqlite_workspace, watched, "Performance")
    chart = browser.get(f"/products/{watched}/monitoring/{mine.id}/chart").json()
    rows = [chart["datasets"][layer["data"]["name"]] for layer in chart["layer"]]
    marks = [layer["mark"]["type"] for layer in chart["layer"]]
    assert marks[:3] == ["rect", "line", "point"]
    values = rows[1]
    assert [round(row["value"], 2) for row in values] == [1.0, 1.0, 0.0]
    assert [row["bad"] for row in values] == [False, False, True]
    events = {row["words"]: row["label"] for some in rows[4:] for row in some if "label" in row}
    assert list(events) == [
        "late v1, promoted: It is better",
        "late v2, promoted: It is better",
        "late v1, rolled back to: It was not",
    ]
    assert list(events.values()) == ["late v1", "", "↩ v1"], "labels at one place do not hide each other"


def test_a_monitor_is_changed_on_the_page_and_an_old_form_is_refused(
    browser: TestClient, sqlite_workspace: Workspace, watched: str
):
    mine = monitor(sqlite_workspace, watched, "Performance")
    form = {"threshold": "0.7", "after": "2", "min_n": "50", "action": "retrain", "revision": mine.revision}
    assert browser.post(f"/products/{watched}/monitoring/{mine.id}", data=form).status_code == 200
    changed = monitor(sqlite_workspace, watched, "Performance").parsed
    assert (changed.threshold, changed.after, changed.action) == (0.7, 2, "retrain")
    assert browser.post(f"/products/{watched}/monitoring/{mine.id}", data=form).status_code == 409
    wrong = form | {"after": "0", "revision": mine.revision + 1}
    answer = browser.post(f"/products/{watched}/monitoring/{mine.id}", data=wrong)
    assert answer.status_code == 422 or "monitor.bad-definition" in answer.text
    assert monitor(sqlite_workspace, watched, "Performance").parsed.after == 2


def test_something_else_is_watched_with_words_of_its_own(
    browser: TestClient, sqlite_workspace: Workspace, watched: str
):
    place = f"/products/{watched}/monitoring"
    browser.post(place, data={"kind": "performance", "metric": "brier", "threshold": "0.2"})
    assert monitor(sqlite_workspace, watched, "brier").parsed.worse == "above", (
        "a lower Brier score is better"
    )
    with sqlite_workspace.reading() as session:
        (indicator,) = listed(session, Indicator, watched)
    browser.post(place, data={"kind": f"indicator:{indicator.id}", "threshold": "0.4"})
    made = monitor(sqlite_workspace, watched, "Warned in time").parsed
    assert (made.worse, made.threshold, made.measure.value) == ("below", 0.4, HIT_RATE["value"])
    assert browser.post(place, data={"kind": "weather", "threshold": "1"}).status_code in (400, 422)


def test_the_main_indicator_stands_on_every_page_with_its_target(browser: TestClient, watched: str):
    page = browser.get(f"/products/{watched}").text
    assert "0\u202f%" in page and "target 60\u202f%" in page and "not reached" in page
    assert 'class="trend"' in page
    assert "0\u202f%" in browser.get(f"/products/{watched}/canvas").text
    assert "Warned in time" in browser.get("/").text


def test_deployment_shows_the_traffic_and_that_nothing_served_before_the_first(
    browser: TestClient, watched: str
):
    page = browser.get(f"/products/{watched}/deployment").text
    assert "28 Feb 2013: 120 predictions" in page and "360 predictions" in page
    assert "none degraded" in page and "there is nothing to roll back to" in page
    assert "late/" not in re.sub(r"<[^>]*>", "", page)
    chart = browser.get(f"/products/{watched}/deployment/chart").json()
    days = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert [day["n"] for day in days] == [120, 120, 120]


def test_before_anything_is_watched_or_serves_the_pages_say_what_to_do(browser: TestClient, departures: str):
    assert "filrouge worker" in browser.get(f"/products/{departures}/monitoring").text
    assert "Nothing serves yet" in browser.get(f"/products/{departures}/deployment").text


def test_the_same_figures_in_french(browser: TestClient, watched: str):
    browser.cookies.set("filrouge_language", "fr")
    page = browser.get(f"/products/{watched}/monitoring").text
    assert "Ses réponses sont-elles encore bonnes" in page and "au moins 0,65 est demandé" in page
