"""What is tied, measured and told on the pages of the method themselves."""

import re

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.journeys import Journey, PainPoint, Step, draw_after
from filrouge.explore.objectives import Objective
from filrouge.explore.prototypes import Prototype
from filrouge.explore.user_tests import UserTest
from filrouge.organize.backlog import Story
from filrouge.organize.hypotheses import Hypothesis
from filrouge.organize.indicators import Indicator
from filrouge.organize.story_map import Epic, Version
from filrouge.storage.editing import create, edit, find, now_of
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

HOME = "/products/departures"


@pytest.fixture
def made(sqlite_workspace: Workspace, departures: str) -> dict[str, str]:
    """One thing of each kind, by kind."""
    with sqlite_workspace.transaction("ana") as session:

        def one(kind, **fields):
            return create(session, kind, departures, **fields).id

        journey = one(Journey, title="A shift")
        step = one(Step, journey_id=journey, title="Learn of it")
        idea = one(Idea, title="Warn two hours before")
        version = one(Version, title="MVP")
        epic = one(Epic, version_id=version, column="ingestion", title="Schedule")
        found = {
            "journey": journey,
            "pain_point": one(PainPoint, step_id=step, statement="Too late", type="frustrating"),
            "objective": one(Objective, statement="Fewer missed connections"),
            "idea": idea,
            "canvas": one(Canvas, idea_id=idea, title="At risk"),
            "data_source": one(DataSource, name="flights"),
            "indicator": one(Indicator, title="Warned"),
            "version": version,
            "epic": epic,
            "story": one(Story, epic_id=epic, title="Worst first", state="ready"),
            "hypothesis": one(Hypothesis, statement="We believe that delays build up"),
            "criterion": one(Criterion, title="relevance", weight=2),
        }
        draw_after(session, find(session, Journey, journey))
    return found


@pytest.mark.parametrize(
    ("page", "tie"),
    [
        ("ideas", "objective pursued_by idea"),
        ("ideas", "pain_point addressed_by idea"),
        ("journeys", "objective mapped_by journey"),
        ("journeys", "objective hindered_by pain_point"),
        ("indicators", "objective measured_by indicator"),
        ("story-map", "canvas built_as version"),
        ("story-map", "data_source ingested_by epic"),
        ("story-map", "story rests_on hypothesis"),
    ],
)
def test_a_tie_is_made_and_taken_away_where_the_thing_stands(
    browser: TestClient, made: dict[str, str], sqlite_workspace: Workspace, page: str, tie: str
):
    source, relation, target = tie.split(" ")
    ends = {"source": f"{source}:{made[source]}", "target": f"{target}:{made[target]}", "relation": relation}
    offered = _offered(browser.get(f"{HOME}/{page}").text)
    assert offered & set(ends.values())
    tied = browser.post(f"{HOME}/tie", data={**ends, "back": f"{HOME}/{page}"})
    assert "Untie “" in tied.text
    browser.post(f"{HOME}/tie", data={**ends, "untie": "true"})
    with sqlite_workspace.reading() as session:
        assert relation not in [one.relation for one in links_of(session, "departures", [source])]


def _offered(text: str) -> set[str]:
    return set(re.findall(r'<option value="(\w+:\w+)">', text))


def test_what_is_tied_leads_to_its_place_and_is_not_offered_again(
    browser: TestClient, made: dict[str, str], sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        ends = Ref("objective", made["objective"]), Ref("idea", made["idea"])
        connect(session, "departures", ends[0], "pursued_by", ends[1])
    page = browser.get(f"{HOME}/ideas").text
    assert f'href="{HOME}/objectives#objective-{made["objective"]}"' in page
    assert page.count("Tie an objective…") == 0, "the only one is tied"


def test_a_criterion_has_its_question_and_its_weight(browser: TestClient, made: dict[str, str]):
    page = browser.get(f"{HOME}/ideas").text
    assert re.search(r'aria-label="Weight of “relevance”"[^>]*>2</textarea>', page)
    edit = {"field": "question", "value": "Does it relieve the worst?"}
    assert browser.post(f"/edit/criterion/{made['criterion']}", data=edit).status_code == 200
    assert "Does it relieve the worst?" in browser.get(f"{HOME}/ideas").text


def test_a_why_is_asked_in_ones_own_words(
    browser: TestClient, made: dict[str, str], sqlite_workspace: Workspace
):
    at = f"{HOME}/objectives/{made['objective']}/why"
    browser.post(at, data={"answer": "People sleep at home"})
    browser.post(f"{at}/0", data={"question": "Why do they miss them?"})
    with sqlite_workspace.reading() as session:
        whys = find(session, Objective, made["objective"]).five_whys
    assert whys == [{"question": "Why do they miss them?", "answer": "People sleep at home"}]
    assert browser.post(f"{at}/0", data={"question": " "}).status_code == 422
    assert browser.post(f"{at}/3", data={"question": "Why?"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"kind": "mean", "value": " degraded ", "over": "label == 1", "q": "0.5"},
            {"kind": "mean", "value": "degraded"},
        ),
        (
            {"kind": "ratio", "value": "score >= 0.3", "over": "label == 1", "where": "slot == 'champion'"},
            {"kind": "ratio", "value": "score >= 0.3", "over": "label == 1", "where": "slot == 'champion'"},
        ),
        (
            {"kind": "quantile", "value": "latency_ms", "q": "0.95"},
            {"kind": "quantile", "value": "latency_ms", "q": 0.95},
        ),
    ],
)
def test_what_measures_an_indicator_is_said_on_its_page(
    browser: TestClient, made: dict[str, str], sqlite_workspace: Workspace, sent: dict, kept: dict
):
    page = browser.post(f"{HOME}/indicators/{made['indicator']}/measure", data=sent)
    assert page.status_code == 200
    assert "Measure it otherwise…" in page.text
    with sqlite_workspace.reading() as session:
        assert find(session, Indicator, made["indicator"]).measure == kept


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "ratio", "value": "score"}, "has &#39;over&#39;"),
        ({"kind": "quantile", "value": "score", "q": "most"}, "is not a quantile"),
        ({"kind": "quantile", "value": "score", "q": "7"}, "lies between 0 and 1"),
        ({"kind": "mean", "value": "__import__('os')"}, "error"),
        ({"kind": "median", "value": "score"}, "cannot be read"),
    ],
)
def test_a_measure_that_makes_no_sense_is_refused(
    browser: TestClient, made: dict[str, str], sqlite_workspace: Workspace, sent: dict, said: str
):
    refused = browser.post(f"{HOME}/indicators/{made['indicator']}/measure", data=sent)
    assert refused.status_code in (400, 422)
    assert said in refused.text or said == "error"
    with sqlite_workspace.reading() as session:
        assert find(session, Indicator, made["indicator"]).measure == {}


@pytest.mark.parametrize(("kind", "page"), [("hypothesis", "hypotheses"), ("story", "story-map")])
def test_evidence_is_added_and_taken_away(browser: TestClient, made: dict[str, str], kind: str, page: str):
    at = f"{HOME}/entries/{kind}/{made[kind]}/evidence"
    shown = browser.post(f"{at}/add", data={"text": "Seen at <b>nine</b>", "ref": "run:x"})
    assert "Seen at &lt;b&gt;nine&lt;/b&gt;" in shown.text
    assert "run:x" not in shown.text
    assert "Seen at" not in browser.post(f"{at}/drop/0").text
    assert "Seen at" not in browser.get(f"{HOME}/{page}").text


def test_a_story_is_told_in_its_epic(browser: TestClient, made: dict[str, str]):
    page = browser.get(f"{HOME}/story-map").text
    assert f'id="story-{made["story"]}"' in page
    assert 'aria-label="State of the story"' in page
    assert 'aria-label="Statement of the story"' in page
    done = {"field": "state", "value": "done"}
    assert browser.post(f"/edit/story/{made['story']}", data=done).status_code == 200


def test_the_map_after_has_a_title_of_its_own(browser: TestClient, made: dict[str, str]):
    assert 'aria-label="Title of the map after"' in browser.get(f"{HOME}/journeys").text


def test_the_agenda_of_a_workshop_is_ones_own(browser: TestClient, departures: str):
    room = browser.post(f"{HOME}/workshops", data={"title": "Ideas"})
    at, points = room.url.path, re.findall(r"/archive/agenda_item/(\w+)", room.text)
    assert 'aria-label="Day of the workshop"' in room.text
    browser.post(f"/archive/agenda_item/{points[0]}", data={"back": at})
    added = {"title": "Coffee", "phase": "combine", "workshop_id": at.rsplit("/", 1)[1], "back": at}
    shown = browser.post(f"{HOME}/add/agenda_item", data=added).text
    assert len(re.findall(r"/archive/agenda_item/(\w+)", shown)) == len(points)
    assert "Coffee" in shown


def test_the_room_stays_writable_when_others_come(browser: TestClient, departures: str):
    at = browser.post(f"{HOME}/workshops", data={"title": "Ideas"}).url.path
    assert 'aria-label="Title of the workshop"' in browser.get(f"{at}/room").text


def test_more_than_five_whys_are_counted_without_a_limit(browser: TestClient, sqlite_workspace: Workspace):
    browser.post("/products", data={"title": "Departures"})
    whys = [{"question": "Why?", "answer": str(number)} for number in range(6)]
    with sqlite_workspace.transaction("ana") as session:
        create(session, Objective, "departures", statement="Sleep at home", five_whys=whys)
    page = browser.get("/products/departures/objectives").text
    assert "6 answers" in page
    assert "6 of 5" not in page


def test_each_kept_idea_gets_its_map_after_and_the_page_shows_the_chosen_one(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        warn, gates = (
            create(session, Idea, departures, title=title, state="kept").id for title in ("Warn", "Gates")
        )
        desk = create(session, Journey, departures, title="The desk").id
    at = f"{HOME}/journeys"
    assert f'<option value="{gates}">Gates</option>' in browser.get(at).text
    browser.post(f"{at}/{desk}/after", data={"idea": warn})
    page = browser.post(f"{at}/{desk}/after", data={"idea": gates})
    assert re.search(r'aria-current="true">Gates</a>', page.text)
    assert "Draw the map after" not in page.text
    page = browser.get(at).text
    assert re.search(r'aria-current="true">Warn</a>', page)
    assert "The desk, with “Warn”" in page
    assert browser.post(f"{at}/{desk}/after", data={"idea": "none"}).status_code == 404


def test_a_map_after_is_said_to_be_of_an_idea(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn", state="kept").id
        after = draw_after(session, create(session, Journey, departures, title="The desk")).id
    assert "which idea?" in browser.get(f"{HOME}/journeys").text
    said = browser.post(f"/edit/journey/{after}", data={"field": "idea_id", "value": idea})
    assert said.status_code == 200
    page = browser.get(f"{HOME}/journeys").text
    assert f'<option value="{idea}" selected>Warn</option>' in page
    assert "Draw the map after" not in page


def test_the_idea_of_a_prototype_and_of_a_user_test_is_corrected_in_place(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        warn, gates = (
            create(session, Idea, departures, title=title, state="kept").id for title in ("Warn", "Gates")
        )
        made = create(session, Prototype, departures, idea_id=warn, title="On paper", verdict="unclear")
        edit(session, made, started_at=now_of(session), ended_at=now_of(session), learnt="Little")
        tried = create(session, UserTest, departures, idea_id=warn, title="At the desk")
    for kind, one, page in (("prototype", made, "prototypes"), ("user_test", tried, "user-tests")):
        assert f'<option value="{warn}" selected>Warn</option>' in browser.get(f"{HOME}/{page}").text
        said = browser.post(f"/edit/{kind}/{one.id}", data={"field": "idea_id", "value": gates})
        assert said.status_code == 200
        assert f'<option value="{gates}" selected>Gates</option>' in browser.get(f"{HOME}/{page}").text
    page = browser.get(f"{HOME}/prototypes").text
    assert '/hypotheses#add-hypothesis">Write it in the hypothesis log first</a>' in page
