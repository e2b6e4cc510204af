"""Nothing that is put away from a page is lost: it is told, taken back, and listed."""

import html
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.decisions import Decision
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.objectives import Objective
from filrouge.explore.uncertainties import Uncertainty
from filrouge.explore.workshops import Workshop
from filrouge.kernel.clock import FixedClock
from filrouge.organize.backlog import Story
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.organize.story_map import Epic, Version
from filrouge.storage.editing import create, find, listed
from filrouge.storage.kinds import kind_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

HOME = "/products/departures"


def said(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def notice(page: str) -> str:
    return said(re.search(r'<div id="notice".*?</div>\s*<main', page, re.S)[0])


@pytest.fixture
def made(sqlite_workspace: Workspace, departures: str) -> dict[str, str]:
    """One thing of each kind that people put away, by kind."""
    with sqlite_workspace.transaction("ana") as session:

        def one(kind, **fields):
            return create(session, kind, departures, **fields).id

        objective = one(Objective, statement="Fewer missed connections")
        one(Objective, statement="Fewer on bad days", parent_id=objective)
        idea = one(Idea, title="Warn two hours before", state="kept")
        connect(session, departures, Ref("objective", objective), "pursued_by", Ref("idea", idea))
        journey = one(Journey, title="A shift")
        step = one(Step, journey_id=journey, title="Learn of it")
        canvas = one(Canvas, idea_id=idea, title="At risk")
        source = one(DataSource, name="flights")
        connect(session, departures, Ref("canvas", canvas), "needs", Ref("data_source", source))
        version = one(Version, title="MVP")
        epic = one(Epic, version_id=version, column="ingestion", title="Schedule")
        decided = {"idea_id": idea, "choice": "build", "rationale": "It is worth it", "owner": "Ines"}
        return {
            "objective": objective,
            "idea": idea,
            "criterion": one(Criterion, title="relevance"),
            "journey": journey,
            "step": step,
            "pain_point": one(PainPoint, step_id=step, statement="Too late", type="frustrating"),
            "workshop": one(Workshop, title="A rehearsal"),
            "canvas": canvas,
            "data_source": source,
            "uncertainty": one(Uncertainty, statement="Wind is known early", type="data"),
            "decision": one(Decision, decided_by="ana", **decided),
            "version": version,
            "epic": epic,
            "story": one(Story, epic_id=epic, title="Worst first", state="ready"),
            "hypothesis": one(Hypothesis, statement="We believe that delays build up"),
            "indicator": one(Indicator, title="Warned in time"),
        }


PAGES = {
    "objective": "objectives",
    "idea": "ideas",
    "criterion": "ideas",
    "journey": "journeys",
    "step": "journeys",
    "pain_point": "journeys",
    "workshop": "workshops",
    "canvas": "canvas",
    "data_source": "canvas/{canvas}/details",
    "uncertainty": "uncertainties",
    "decision": "decision",
    "version": "story-map",
    "epic": "story-map",
    "story": "story-map",
    "hypothesis": "hypotheses",
    "indicator": "indicators",
}


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_is_put_away_and_brought_back_where_it_stands(
    browser: TestClient, sqlite_workspace: Workspace, made: dict[str, str], kind: str
):
    page = browser.get(f"{HOME}/{PAGES[kind].format(**made)}").text
    form = rf'<form[^>]*action="/archive/{kind}/{made[kind]}".*?</form>'
    found = re.search(form, page, re.S)
    assert found, f"no way to put this {kind} away"
    assert f"/history/{kind}/{made[kind]}" in page
    assert f"/comments/{kind}/{made[kind]}" in page
    back = html.unescape(re.search(r'name="back" value="([^"]*)"', found[0])[1])
    answer = browser.post(f"/archive/{kind}/{made[kind]}", data={"back": back})
    assert answer.status_code == 200
    assert "is archived" in notice(answer.text)
    with sqlite_workspace.reading() as session:
        table = kind_named(kind)
        assert made[kind] not in {one.id for one in listed(session, table, "departures")}
    undo = re.search(r'action="(/restore/[^"]+)" data-undo', answer.text)[1]
    assert browser.post(undo).status_code == 200
    with sqlite_workspace.reading() as session:
        assert made[kind] in {one.id for one in listed(session, table, "departures")}


def test_what_hangs_on_it_is_told_to_stay(browser: TestClient, made: dict[str, str]):
    answer = browser.post(f"/archive/objective/{made['objective']}", data={"back": f"{HOME}/objectives"})
    told = notice(answer.text)
    assert "“Fewer missed connections” is archived." in told
    assert "What hung on it stays:" in told
    assert "“Warn two hours before”" in told
    assert "1 thing in it went with it." in told  # the sub-objective
    assert "Warn two hours before" in browser.get(f"{HOME}/ideas").text
    assert "is archived" not in notice(browser.get(f"{HOME}/objectives").text)


def test_parts_go_and_come_back_together(
    browser: TestClient, sqlite_workspace: Workspace, made: dict[str, str]
):
    answer = browser.post(f"/archive/journey/{made['journey']}", data={"back": f"{HOME}/journeys"})
    assert "2 things in it went with it." in notice(answer.text)
    page = said(browser.get(f"{HOME}/archived").text)
    assert "A shift" in page and "with 2 things in it" in page and "ana" in page
    assert "Too late" not in page  # it went with the journey, and comes back with it
    browser.post(f"/undo/journey/{made['journey']}", data={"back": f"{HOME}/journeys"})
    assert "Too late" in browser.get(f"{HOME}/journeys").text
    browser.post(f"/undo/journey/{made['journey']}", data={"back": f"{HOME}/journeys"})


def test_a_part_brings_back_what_contains_it(
    browser: TestClient, sqlite_workspace: Workspace, clock: FixedClock, made: dict[str, str]
):
    browser.post(f"/archive/pain_point/{made['pain_point']}")
    clock.at += timedelta(hours=1)
    browser.post(f"/archive/step/{made['step']}")
    page = browser.get(f"{HOME}/archived").text
    assert "Too late" in page and "Learn of it" in page
    assert browser.post(f"/restore/pain_point/{made['pain_point']}").status_code == 200
    with sqlite_workspace.reading() as session:
        assert find(session, Step, made["step"]).archived_at is None
    assert "Too late" in browser.get(f"{HOME}/journeys").text


def test_the_list_is_found_and_narrowed(browser: TestClient, made: dict[str, str]):
    assert "Nothing is put away" in browser.get(f"{HOME}/archived").text
    for kind in ("idea", "hypothesis"):
        browser.post(f"/archive/{kind}/{made[kind]}")
    page = said(browser.get(f"{HOME}/archived?kind=idea").text)
    assert "Warn two hours before" in page and "delays build up" not in page
    assert f"{HOME}/archived" in browser.get(f"{HOME}/ideas").text
    assert f"{HOME}/archived" in browser.get("/search?q=archiv&product=departures").text


def test_the_notice_speaks_of_its_own_product_only(browser: TestClient, made: dict[str, str]):
    browser.post("/products", data={"title": "Arrivals"})
    browser.post(f"/archive/idea/{made['idea']}")
    for asked in (f"idea:{made['idea']}", "idea:nothing", "nothing:at all", "%00", "idea"):
        page = browser.get(f"/products/arrivals/ideas?archived={asked}")
        assert page.status_code == 200
        assert "is archived" not in notice(page.text)
    back = browser.post(
        f"/restore/idea/{made['idea']}", data={"back": "//evil.example"}, follow_redirects=False
    )
    assert back.headers["location"].startswith(f"{HOME}/ideas")


def test_comments_are_counted_beside_what_they_are_about(browser: TestClient, made: dict[str, str]):
    for _time in range(2):
        browser.post(f"/comments/idea/{made['idea']}", data={"text": "For whom?"})
    page = browser.get(f"{HOME}/ideas").text
    mark = re.search(rf'<a[^>]*href="/comments/idea/{made["idea"]}".*?</a>', page, re.S)[0]
    assert "said(" not in mark and '<span class="n">2</span>' in mark
