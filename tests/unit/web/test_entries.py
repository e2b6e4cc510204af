from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.explore.prototypes import Prototype
from filrouge.storage.editing import create, listed
from filrouge.storage.workspace import Workspace


def prototype(workspace: Workspace, product: str) -> str:
    with workspace.transaction("ana") as session:
        idea = create(session, Idea, product, title="Warn two hours before")
        return create(session, Prototype, product, idea_id=idea.id, title="Paper").id


def test_people_and_links_are_added_and_taken_away(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    one = prototype(sqlite_workspace, departures)
    at = f"/products/{departures}/entries/prototype/{one}"
    browser.post(f"{at}/people/add", data={"name": "Ines", "business": "1"})
    shown = browser.post(f"{at}/attachments/add", data={"title": "Notes", "url": "https://wiki.example"})
    assert 'href="https://wiki.example" rel="noreferrer noopener"' in shown.text
    with sqlite_workspace.reading() as session:
        (found,) = listed(session, Prototype, departures)
        assert found.people == [{"name": "Ines", "business": True}]
    browser.post(f"{at}/people/drop/0")
    assert browser.post(f"{at}/people/drop/0").status_code == 422
    with sqlite_workspace.reading() as session:
        assert listed(session, Prototype, departures)[0].people == []


def test_what_is_no_list_or_no_address_is_refused(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    one = prototype(sqlite_workspace, departures)
    at = f"/products/{departures}/entries/prototype/{one}"
    assert browser.post(f"{at}/title/add", data={"name": "x"}).status_code == 422
    assert browser.post(f"{at}/people/add", data={"profile": "x"}).status_code == 422
    refused = browser.post(f"{at}/attachments/add", data={"url": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "is not a web address" in refused.text
    other = browser.post("/products", data={"title": "Other"})
    assert other.status_code == 200
    assert browser.post(f"/products/other/entries/prototype/{one}/people/drop/0").status_code == 404
