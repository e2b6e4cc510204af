"""On a French page, faults speak French, wherever they are raised."""

import html
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.canvas import Canvas
from filrouge.flows.feasibility_job import Job, _write, followed, job_of
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.editing import listed
from filrouge.storage.workspace import Workspace


def shown(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(page)).split())


@pytest.mark.parametrize(
    ("path", "form", "answer"),
    [
        ("deployment/rollback", {"why": "Pire"}, (409, "Rien ne sert encore dans ce produit.")),
        (
            "models/departures/late/9/promote",
            {"slot": "champion", "why": "?"},
            (404, "Il n’y a pas de version de modèle"),
        ),
        ("monitoring", {"kind": "latency", "threshold": "inf"}, (400, "Le seuil est un nombre fini.")),
        ("monitoring", {"kind": "latency", "threshold": "x"}, (422, "Ce n’est pas un nombre.")),
        ("feasibility", {"data": "no.csv", "target": "x"}, (404, "Ce n’est pas un fichier de données")),
        ("alerts/none/accept", {}, (404, "Cette page n’existe pas.")),
    ],
)
def test_what_a_form_did_wrong_is_told_in_french(
    browser: TestClient, departures: str, path: str, form: dict[str, str], answer: tuple[int, str]
):
    browser.cookies.set("filrouge_language", "fr")
    page = browser.post(f"/products/{departures}/{path}", data=form)
    assert page.status_code == answer[0]
    assert answer[1] in shown(page.text)


def test_faults_of_parts_follow_the_language_of_the_browser(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    browser.post(f"/products/{departures}/canvas", data={"title": "Warn"})
    with sqlite_workspace.reading() as session:
        (canvas,) = listed(session, Canvas, departures)
    spoken = {"accept-language": "fr-FR,fr;q=0.9"}
    compared = f"/products/{departures}/canvas/{canvas.id}/versions/compare?old=x"
    for path, french, english in (
        (compared, "« x » n’est pas une version. Donnez un numéro, ou now.", "is no version."),
        (f"/comments/canvas/{canvas.id}?part=x", "« x » n’est pas une partie de canvas.", "is no part of"),
    ):
        assert french in shown(browser.get(path, headers=spoken).text)
        assert english in shown(browser.get(path, headers={"accept-language": "en"}).text)
    edit = {"field": "nothing", "value": "x", "revision": "1"}
    page = browser.post(f"/edit/canvas/{canvas.id}", data=edit, headers=spoken)
    assert "Il n’y a pas de champ « nothing » dans « canvas »." in shown(page.text)


def test_a_study_tells_its_fault_in_the_language_of_who_started_it(
    browser: TestClient, departures: str, sqlite_workspace: Workspace
):
    _write(sqlite_workspace, departures, Job("starting", "late", ("late.csv",), 1.0, language="fr"))
    with pytest.raises(FilrougeError), followed(sqlite_workspace, departures):
        raise FilrougeError(_("This is no data file of the workspace."))
    assert "pas un fichier de données" in job_of(sqlite_workspace, departures).fault
    page = browser.get(f"/products/{departures}/feasibility", headers={"accept-language": "fr"})
    assert "Ce n’est pas un fichier de données de l’espace de travail." in shown(page.text)


def test_a_study_started_on_a_french_page_is_told_to_speak_french(
    browser: TestClient, departures: str, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    started: list[Path] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **more: started.append(more["cwd"]))
    (sqlite_workspace.root / "late.csv").write_text("late,day\n1,2020-01-01\n")
    browser.cookies.set("filrouge_language", "fr")
    browser.post(f"/products/{departures}/feasibility", data={"data": "late.csv", "target": "late"})
    assert started == [sqlite_workspace.root]
    assert job_of(sqlite_workspace, departures).language == "fr"
