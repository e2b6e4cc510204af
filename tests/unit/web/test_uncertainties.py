from datetime import timedelta

from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas
from filrouge.explore.ideas import Idea
from filrouge.explore.uncertainties import Uncertainty
from filrouge.storage.editing import create, edit, now_of
from filrouge.storage.workspace import Workspace


def test_only_an_open_uncertainty_is_overdue(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        due = now_of(session) - timedelta(days=2)
        one = create(
            session, Uncertainty, departures, statement="The desk acts on it", type="data", due_at=due
        )
    table = f"/products/{departures}/uncertainties?view=table"
    assert "overdue" in browser.get(table).text
    with sqlite_workspace.transaction("ana") as session:
        edit(session, session.get(Uncertainty, one.id), state="lifted", how_lifted="They followed a list")
    assert "overdue" not in browser.get(table).text


def test_an_uncertainty_is_raised_by_the_only_canvas_and_by_the_chosen_one_among_several(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    at = f"/products/{departures}/uncertainties"
    assert 'value="raises"' not in browser.get(at).text
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn")
        first = create(session, Canvas, departures, idea_id=idea.id, title="Warn")
    page = browser.get(at).text
    assert f'<input type="hidden" name="from" value="canvas:{first.id}">' in page
    asked = {"statement": "The desk acts", "type": "data", "relation": "raises", "from": f"canvas:{first.id}"}
    browser.post(f"/products/{departures}/add/uncertainty", data={**asked, "back": at})
    assert "no canvas" not in browser.get(at).text
    with sqlite_workspace.transaction("ana") as session:
        create(session, Canvas, departures, idea_id=idea.id, title="Buffers")
    page = browser.get(at).text
    assert "raised by which canvas?" in page
    browser.post(f"/products/{departures}/add/uncertainty", data={**asked, "from": "", "back": at})
    assert "no canvas" in browser.get(at).text
