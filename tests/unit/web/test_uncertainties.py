from datetime import timedelta

from fastapi.testclient import TestClient

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
