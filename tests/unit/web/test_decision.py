import re

from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas, CanvasNote, canvas_board
from filrouge.explore.feasibility import FeasibilityStudy, Question, Study, Verdict
from filrouge.explore.feasibility.words import Answer, Said
from filrouge.explore.ideas import Idea
from filrouge.explore.uncertainties import Uncertainty
from filrouge.organize.indicators import Indicator
from filrouge.storage.editing import create, listed, now_of
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect


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


def test_the_comparison_tells_the_study_the_noted_kpi_and_the_uncertainties_of_no_canvas(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    at = f"/products/{departures}/decision"
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn two hours before", state="kept")
        canvas = create(session, Canvas, departures, idea_id=idea.id, title="Warn")
        note = create(session, CanvasNote, departures, canvas_id=canvas.id, box="kpi", text="Warned in time")
        create(session, Uncertainty, departures, statement="The tower shares its plan", type="data")
        study = Study(
            "late", "", [], [Answer(Question.QUALITY, Verdict.WITH_CARE, Said("Holes."))], Said("No.")
        )
        kept = create(
            session, FeasibilityStudy, departures, title="late", target="late", measured=study.as_dict(),
            measured_at=now_of(session),
        )  # fmt: skip
        connect(session, departures, Ref("canvas", canvas.id), "examined_by", Ref(kept.kind, kept.id))
    page = browser.get(at).text
    assert re.search(r"study=\w+[^>]*>No\.</a>", page)
    assert re.search(r"with care</span></dt><dd>quality</dd>", page)
    assert "tools, frequency" in page
    assert re.search(r"Warned in time <a[^>]*>a note, no indicator yet", page)
    assert "1 more is tied to no canvas" in page
    assert "none raised by its canvas" in page
    browser.post(f"/products/{departures}/canvas/{canvas.id}/notes/{note.id}/indicator")
    with sqlite_workspace.reading() as session:
        (indicator,) = listed(session, Indicator, departures)
        assert indicator.title == "Warned in time"
        assert canvas_board(session, session.get(Canvas, canvas.id))[3].filled
        assert listed(session, CanvasNote, departures) == []
    page = browser.get(at).text
    assert "Warned in time</a>" in page
    assert "no indicator yet" not in page


def test_only_a_note_of_the_box_kpi_becomes_an_indicator(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    browser.post(f"/products/{departures}/canvas", data={"title": "Warn"})
    with sqlite_workspace.transaction("ana") as session:
        (canvas,) = listed(session, Canvas, departures)
        note = create(session, CanvasNote, departures, canvas_id=canvas.id, box="users", text="Desk")
    refused = browser.post(f"/products/{departures}/canvas/{canvas.id}/notes/{note.id}/indicator")
    assert refused.status_code == 422
    assert "Only a note in the box KPI" in refused.text
