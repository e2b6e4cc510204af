"""A person who reads French is told in French what went wrong."""

from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.storage.editing import create
from filrouge.storage.workspace import Workspace

FRENCH = {"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"}


def test_a_product_that_is_not_there(browser: TestClient, departures: str):
    page = browser.get("/products/departure", headers=FRENCH)
    assert page.status_code == 404
    assert "Il n’y a pas de produit «\u00a0departure\u00a0»." in page.text
    assert "Vouliez-vous dire «\u00a0departures\u00a0»\u202f?" in page.text
    assert "There is no product" not in page.text


def test_a_field_that_is_refused(browser: TestClient, departures: str, sqlite_workspace: Workspace):
    with sqlite_workspace.transaction("ana") as session:
        idea = create(session, Idea, departures, title="Warn two hours before").id
    browser.cookies.set("filrouge_language", "fr")
    refused = browser.post(f"/products/{departures}/add/objective", data={"statement": " "})
    assert refused.status_code == 422
    assert "«\u00a0statement\u00a0» ne peut pas être vide." in refused.text
    added = browser.post(
        f"/products/{departures}/entries/prototype/{idea}/attachments/add", data={"url": "x"}
    )
    assert added.status_code == 404
    assert "Introuvable\u00a0: prototype" in added.text


def test_a_program_is_told_in_the_language_it_asks_for(browser: TestClient, departures: str):
    asked = {**FRENCH, "accept": "application/json"}
    problem = browser.get("/products/departure", headers=asked).json()
    assert problem["title"] == "Il n’y a pas de produit «\u00a0departure\u00a0»."
    assert browser.get("/products/departure", headers={"accept": "application/json"}).json()["title"] == (
        "There is no product 'departure'."
    )


def test_a_comment_that_says_nothing(browser: TestClient, departures: str):
    refused = browser.post(f"/comments/product/{departures}", data={"text": "  "}, headers=FRENCH)
    assert refused.status_code == 422
    assert "Un commentaire ne peut pas être vide." in refused.text
