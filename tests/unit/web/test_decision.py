from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace


def test_choosing_an_idea_to_build_offers_once_to_begin_the_build(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    at = f"/products/{departures}/decision"
    assert "Nothing to compare yet" in browser.get(at).text
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn two hours before", state="kept").id
    said = {"choice": "build", "rationale": "It helps", "owner": "Ines", "decided_by": "the board"}
    page = browser.post(f"{at}/{idea}", data=said)
    assert "Begin the build" in page.text
    assert "Ines answers for it" in page.text
    assert "Begin the build" not in browser.get(at).text
    assert browser.post(f"{at}/{idea}", data={**said, "owner": ""}).status_code == 422
    assert browser.post(at).status_code == 200
    with sqlite_workspace.reading() as session:
        assert product_named(session, departures).phase == "build"
    again = browser.post(f"{at}/{idea}", data={**said, "rationale": "Still"})
    assert "Begin the build" not in again.text
