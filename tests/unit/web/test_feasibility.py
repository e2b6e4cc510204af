"""The page of the feasibility study over HTTP."""

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.unit.explore.feasibility.tables import bookings

from filrouge.explore.feasibility import Asked, keep, study
from filrouge.flows.feasibility_job import followed, inside, job_of
from filrouge.kernel.errors import FilrougeError
from filrouge.storage.workspace import Workspace


@pytest.fixture
def data(sqlite_workspace: Workspace) -> Path:
    folder = sqlite_workspace.root / "data"
    folder.mkdir()
    bookings().write_csv(folder / "bookings.csv")
    return folder


def test_an_empty_page_says_what_to_do_and_offers_the_files(browser: TestClient, departures: str, data: Path):
    here = f"/products/{departures}/feasibility"
    assert "Nothing has been measured yet" in browser.get(here).text
    (data / "small.csv").write_text("late,day\n1,2020-01-01\n")
    new = browser.get(f"{here}/new").text
    assert 'value="data/bookings.csv"' in new
    assert "1 kB" in new
    assert "<option>late</option>" in browser.get(f"{here}/new?data=data/bookings.csv").text


def test_a_kept_study_shows_its_eight_answers(
    browser: TestClient, departures: str, data: Path, sqlite_workspace: Workspace
):
    made = study(Asked((str(data / "bookings.csv"),), "late", "day"))
    with sqlite_workspace.transaction("ana") as session:
        kept = keep(session, departures, made)
    page = browser.get(f"/products/{departures}/feasibility").text
    assert "Can we predict late?" in page
    assert page.count('id="answer-') == 8
    french = browser.get(f"/products/{departures}/feasibility", headers={"accept-language": "fr"}).text
    assert "Les données sont-elles présentes" in french
    assert "du 1 janv. 2020 au" in french
    edit = {"field": "tools", "value": "yes", "revision": "1"}
    assert browser.post(f"/edit/feasibility_study/{kept.id}", data=edit).status_code == 200
    document = browser.get(f"/products/{departures}/feasibility/{kept.id}/markdown")
    assert document.headers["content-disposition"].startswith("attachment")
    assert "| Are the tools supported? | yes |" in document.text


@pytest.mark.parametrize(
    "name", ["../outside.csv", "/etc/passwd", ".filrouge/filrouge.db", "data/link.csv", "data", "data/no.csv"]
)
def test_files_elsewhere_are_refused(
    browser: TestClient, departures: str, data: Path, sqlite_workspace: Workspace, name: str
):
    (sqlite_workspace.root.parent / "outside.csv").write_text("late,day\n1,2020-01-01\n")
    (data / "link.csv").symlink_to(sqlite_workspace.root.parent / "outside.csv")
    with pytest.raises(FilrougeError):
        inside(sqlite_workspace.root, [name])
    sent = browser.post(f"/products/{departures}/feasibility", data={"data": name, "target": "late"})
    assert sent.status_code == 404


def test_a_study_runs_on_its_own_and_its_end_is_shown(
    browser: TestClient, departures: str, data: Path, sqlite_workspace: Workspace
):
    here = f"/products/{departures}/feasibility"
    asked = {"data": "data/bookings.csv", "target": "wings"}
    assert "Measuring wings" in browser.post(here, data=asked).text
    assert browser.post(here, data=asked).status_code == 409
    deadline = time.monotonic() + 120
    while (job := job_of(sqlite_workspace, departures)) is not None and job.live:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    page = browser.get(here).text
    assert "wings could not be measured." in page
    assert "Did you mean" in page or "Known:" in page


def test_a_study_whose_process_is_gone_is_told(
    browser: TestClient, departures: str, data: Path, sqlite_workspace: Workspace
):
    folder = sqlite_workspace.root / ".filrouge" / "feasibility"
    folder.mkdir()
    (folder / f"{departures}.json").write_text(
        '{"state": "starting", "target": "late", "data": ["data/bookings.csv"], "started_s": 1}'
    )
    with followed(sqlite_workspace, departures) as tell:
        tell(2, 7)
        assert job_of(sqlite_workspace, departures).done == 2
    assert job_of(sqlite_workspace, departures).state == "done"
    (folder / f"{departures}.json").write_text(
        '{"state": "running", "target": "late", "data": ["data/bookings.csv"], "started_s": 1}'
    )
    assert "ended without a word" in browser.get(f"/products/{departures}/feasibility").text
