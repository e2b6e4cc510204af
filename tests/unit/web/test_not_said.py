"""What nobody said is shown as not said, and counted nowhere."""

import html
import re

from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.uncertainties import Uncertainty
from filrouge.storage.editing import create, listed
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect

HOME = "/products/departures"


def test_a_new_pain_point_has_no_type_and_no_intensity(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    with sqlite_workspace.transaction("ana") as session:
        journey = create(session, Journey, departures, title="A shift")
        create(session, Step, departures, journey_id=journey.id, title="Learn of it")
    page = browser.get(f"{HOME}/journeys").text
    form = re.search(r'<form class="add"[^>]*add/pain_point.*?</form>', page, re.S)[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    browser.post(f"{HOME}/add/pain_point", data=fields | {"statement": "It comes too late"})
    with sqlite_workspace.transaction("ana") as session:
        (pain,) = listed(session, PainPoint, departures)
        assert (pain.type, pain.intensity) == (None, None)
        idea = create(session, Idea, departures, title="Warn", state="kept")
        connect(session, departures, Ref("pain_point", pain.id), "addressed_by", Ref("idea", idea.id))
    page = browser.get(f"{HOME}/journeys").text
    assert '<option value="" selected>type?</option>' in page
    assert '<option value="" selected>how much?</option>' in page
    for path in ("journeys", "decision", "dossier", "workshops"):
        assert browser.get(f"{HOME}/{path}").status_code == 200
    decided = html.unescape(browser.get(f"{HOME}/decision").text)
    assert '<b class="figure">0</b>' in decided, "an intensity that nobody gave relieves nothing"


def test_an_uncertainty_is_judged_by_people_only(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    said = {"statement": "Wind is known early", "back": f"{HOME}/uncertainties"}
    assert browser.post(f"{HOME}/add/uncertainty", data={**said, "type": ""}).status_code == 422
    page = browser.post(f"{HOME}/add/uncertainty", data={**said, "type": "data"}).text
    assert "not judged yet" in page
    assert "1 is not judged yet" in page
    with sqlite_workspace.transaction("ana") as session:
        (first,) = listed(session, Uncertainty, departures)
        assert (first.criticality, first.doubt, first.risk) == (None, None, None)
        create(
            session, Uncertainty, departures, statement="A", type="data", criticality="minor", doubt="guess"
        )
    page = browser.get(f"{HOME}/uncertainties").text
    assert [*re.findall(r'id="risk-(\w+)"', page)] == [page.split('id="uncertainty-')[1].split('"')[0]]
    assert browser.get(f"{HOME}/dossier").status_code == 200
    assert "EXP010.4" in browser.get(f"{HOME}/check").text
    browser.post(f"/edit/uncertainty/{first.id}", data={"field": "criticality", "value": "critical"})
    browser.post(f"/edit/uncertainty/{first.id}", data={"field": "doubt", "value": "signs"})
    assert "risk 6 of 9" in browser.get(f"{HOME}/uncertainties").text
