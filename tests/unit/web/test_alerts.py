"""The inbox over HTTP: findings, filters, acknowledging and its undo, stories and the tray."""

import re

import pytest
from fastapi.testclient import TestClient
from tests.conftest import NOON
from tests.fakes.alerts import alert_of, monitor_of, values_of

from filrouge.kernel.ids import time_id
from filrouge.measures.measure import Measure
from filrouge.organize.story_map import Epic, Version
from filrouge.storage.editing import create
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.tables import Definition, MonitorValue, add_monitor
from filrouge.streamline.monitoring.watch import alert_named
from filrouge.streamline.registry.ledger import LedgerEntry
from filrouge.web.streamline.sparkline import HEIGHT, sparkline

HOME = "/products/departures"
INBOX = f"{HOME}/alerts"


@pytest.fixture
def alerts(sqlite_workspace: Workspace, departures: str) -> list[str]:
    """An open alert, one of the same monitor that is over, and a rollback."""
    with sqlite_workspace.transaction("watch") as session:
        monitor = monitor_of(session, departures)
        values_of(session, departures, monitor, [0.1, None, 0.2, 0.46])
        over = alert_of(session, departures, monitor, state="closed", closed_at=NOON)
        rollback = LedgerEntry(
            id=time_id(NOON),
            product_id=departures,
            slot="champion",
            version_id="departures/boosting/1",
            change="rollback",
            from_at=NOON,
            who="worker",
            why="worse",
            replaced="departures/boosting/2",
            recorded_at=NOON,
        )
        session.add(rollback)
        evidence = {"figures": {"promoted": 0.56, "replaced": 0.828}, "n": 1090}
        told = alert_of(
            session,
            departures,
            "",
            title="2 was rolled back to 1",
            action="rollback",
            acted_at=NOON,
            evidence=evidence,
        )
        return [alert_of(session, departures, monitor), over, told]


def ids(page: str) -> list[str]:
    return re.findall(r'id="alert-(\w+)"', page)


def test_before_anything_is_watched_the_page_says_what_starts_it(browser: TestClient, departures: str):
    assert "filrouge worker" in browser.get(INBOX).text


def test_when_nothing_was_found_the_page_says_how_many_watch(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    with sqlite_workspace.transaction("ana") as session:
        monitor_of(session, departures)
    assert "1 monitor watches; it has found nothing so far." in browser.get(INBOX).text


def test_findings_are_sentences_with_their_evidence(browser: TestClient, alerts: list[str]):
    page = browser.get(INBOX).text
    for words in (
        "2 alerts need somebody",
        "“pressure” is missing in 58\u202f% of the rows; 12\u202f% is usual.",
        "at most 30\u202f%",
        "979 rows",
        "The loop leaves this to people",
        "boosting v2 was worse than what served before, and was rolled back.",
        "Rolled back: boosting v1 serves again.",
        "0.828 for boosting v1",
        "1 of 3 values are beyond 30\u202f%",
    ):
        assert words in page
    assert "compare?v=departures/boosting/2&amp;v=departures/boosting/1" in page


def test_the_filter_leaves_out_what_is_over_and_the_permalink_shows_it(
    browser: TestClient, alerts: list[str]
):
    needing, over, told = alerts
    assert set(ids(browser.get(INBOX).text)) == {needing, told}
    assert set(ids(browser.get(f"{INBOX}?show=all").text)) == set(alerts)
    assert set(ids(browser.get(f"{INBOX}?alert={over}").text)) == set(alerts)
    assert browser.get(f"{INBOX}?alert=nothing").status_code == 404


def test_the_page_speaks_french_with_french_numbers(browser: TestClient, alerts: list[str]):
    page = browser.get(INBOX, headers={"accept-language": "fr"}).text
    assert "«\u00a0pressure\u00a0» manque dans 58\u202f% des lignes, contre 12\u202f% d’habitude." in page
    assert "0,828 pour boosting v1" in page


def test_an_acknowledgement_is_taken_back_from_the_page(
    browser: TestClient, sqlite_workspace: Workspace, alerts: list[str]
):
    needing, _over, told = alerts
    page = browser.post(f"{INBOX}/acknowledge", data={"ids": f"{needing},{told}"}).text
    assert "You look after 2 alerts now" in page
    assert "No alert needs anybody" in page
    assert "Everything has somebody, or is over" in page
    assert "ana looks after it" in browser.get(f"{INBOX}?show=all").text
    taken = re.search(r'name="ids" value="([\w,]+)"', page)[1]
    assert "2 alerts need somebody" in browser.post(f"{INBOX}/reopen", data={"ids": taken}).text
    with sqlite_workspace.reading() as session:
        assert alert_named(session, told).state == "open"


def test_the_alerts_of_another_product_are_not_touched(browser: TestClient, alerts: list[str]):
    browser.post("/products", data={"title": "Other"})
    for path in ("acknowledge", "reopen", f"{alerts[0]}/story"):
        assert browser.post(f"/products/other/alerts/{path}", data={"ids": alerts[0]}).status_code == 404
    assert browser.post(f"{INBOX}/nothing/story").status_code == 404


def test_the_count_stands_in_the_navigation_and_the_alerts_on_the_products_page(
    browser: TestClient, alerts: list[str]
):
    page = browser.get(HOME).text
    assert re.search(r'id="alerts-count"[^>]*>2 alerts</a>', page)
    assert "“pressure” is missing" in page
    assert f"{INBOX}?alert={alerts[0]}#alert-{alerts[0]}" in page
    browser.post(f"{INBOX}/acknowledge", data={"ids": ",".join(alerts)})
    assert re.search(r'id="alerts-count"[^>]* hidden>0 alerts</a>', browser.get(HOME).text)


def test_a_story_is_made_accepted_and_taken_back(
    browser: TestClient, sqlite_workspace: Workspace, departures: str, alerts: list[str]
):
    with sqlite_workspace.transaction("ana") as session:
        version = create(session, Version, departures, title="V2")
        epic = create(session, Epic, departures, title="Weather", version_id=version.id, column="ingestion")
    page = browser.post(f"{INBOX}/{alerts[0]}/story").text
    assert "It is a story now: Bring “pressure” back: it goes missing." in page
    story = re.search(r"story-map#story-(\w+)", page)[1]
    tray = browser.get(f"{HOME}/story-map").text
    for words in ("monitoring", "Worst columns: pressure 46", f"alert={alerts[0]}", '<optgroup label="V2">'):
        assert words in tray
    done = browser.post(f"{HOME}/stories/{story}/accept", data={"epic_id": epic.id}).text
    assert "it is in its epic now" in done
    assert "No story waits for an epic." in done
    assert "accepted" in browser.get(f"{INBOX}?show=all").text
    back = browser.post(f"/undo/story/{story}", data={"back": f"{HOME}/story-map"}).text
    assert "No story waits for an epic." not in back


def test_a_dismissed_story_leaves_the_tray_and_is_taken_up_again(browser: TestClient, alerts: list[str]):
    story = re.search(r"story-map#story-(\w+)", browser.post(f"{INBOX}/{alerts[0]}/story").text)[1]
    page = browser.post(f"{HOME}/stories/{story}/dismiss").text
    assert "Dismissed:" in page
    assert "No story waits for an epic." in page
    assert "Take the story up again" in browser.get(f"{INBOX}?show=all").text
    assert f"story-{story}" in browser.post(f"{INBOX}/{alerts[0]}/story").text
    assert "No story waits for an epic." not in browser.get(f"{HOME}/story-map").text


def test_a_sparkline_leaves_a_gap_where_no_value_was_and_keeps_inside(sqlite_workspace: Workspace):
    definition = Definition(kind="drift", threshold=0.25)
    windows = [
        MonitorValue(value=value, bad=value is not None and value > 0.25, start_at=NOON, end_at=NOON)
        for value in (0.1, None, 6.3, 0.2)
    ]
    drawn = sparkline(definition, windows)
    assert drawn is not None
    assert re.sub(r"[\d. ]", "", drawn.path) == "MML"
    assert (drawn.windows, drawn.beyond, drawn.latest, drawn.limit) == (3, 1, "0.200", "0.25")
    assert all(0 <= y <= HEIGHT for _x, y in drawn.bad)
    assert sparkline(definition, windows[1:2]) is None


def test_an_indicator_that_fell_is_named_once(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    measure = Measure(value="late", unit="share")
    definition = Definition(kind="indicator", threshold=0.5, worse="below", measure=measure)
    with sqlite_workspace.transaction("watch") as session:
        monitor = add_monitor(session, departures, "Gates kept", definition).id
        alert_of(session, departures, monitor, evidence={"value": 0.22, "threshold": 0.5, "columns": {}})
    pressing = browser.get(HOME).text
    assert "“Gates kept” fell to 22\u202f%.</b><p>expected: at least 50\u202f% · since" in pressing
    page = browser.get(INBOX).text
    assert '<div class="how"><div class="figure">22\u202f%</div>' in page
