"""The pages of models over HTTP: lineage, promotion and rollback, versions side by side."""

import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import promote, serving_now
from filrouge.streamline.registry.version import ModelVersion, register
from filrouge.web.places import place_of


@pytest.fixture
def three(sqlite_workspace: Workspace, departures: str) -> list[str]:
    """Three versions; the second is champion, after the first."""
    made = []
    with sqlite_workspace.transaction("ana") as session:
        for auc, rate in ((0.70, 0.1), (0.75, 0.2), (0.60, 0.3)):
            version = register(
                session,
                ModelVersion(
                    product_id=departures,
                    model="boosting",
                    run_id="run-1",
                    digest="d" * 64,
                    target="late",
                    metrics={"roc_auc": auc, "brier": 0.2 - rate / 10},
                    slices={"origin": {"JFK": {"rows": 90.0, "roc_auc": auc - rate}}},
                    contract={"flights": [{"name": "carrier", "type": "str", "max_length": 2}]},
                    features=[{"name": "hour", "dtype": "Int64"}],
                    dataset="f" * 64,
                    data_from=datetime(2013, 1, 1, tzinfo=UTC),
                    data_to=datetime(2013, 2, 28, tzinfo=UTC),
                    rows=51452,
                    params={"learning_rate": rate},
                ),
            )
            made.append(version.id)
        for version_id in made[:2]:
            promote(session, departures, "champion", version_id, who="ana", why=f"Try {version_id}")
    return made


def test_before_any_model_the_page_says_what_to_do_first(browser: TestClient, departures: str):
    assert "filrouge new departures" in browser.get(f"/products/{departures}/models").text


def test_the_list_marks_the_best_and_draws_the_ledger(browser: TestClient, departures: str, three: list[str]):
    page = browser.get(f"/products/{departures}/models").text
    assert '<b title="the best">0.750</b>' in page
    assert '<b title="the best">0.170</b>' in page  # brier: lower is better
    assert page.count('class="champion"') == 4  # two pieces, each a bar and its name


def test_a_version_shows_its_lineage_its_slices_and_its_contract(
    browser: TestClient, sqlite_workspace: Workspace, departures: str, three: list[str]
):
    with sqlite_workspace.reading() as session:
        place = place_of(session.get(ModelVersion, three[0]).ref, departures).partition("#")[0]
    page = browser.get(place)
    assert page.status_code == 200
    for words in (
        "ffffffffff",
        "51,452 rows",
        "JFK",
        "max_length 2",
        "nobody will know why",
        "learning_rate = 0.1",
    ):
        assert words in page.text


def test_a_version_is_promoted_and_rolled_back_with_reasons(
    browser: TestClient, sqlite_workspace: Workspace, departures: str, three: list[str]
):
    path = f"/products/{departures}/models/{three[2]}"
    answer = browser.post(f"{path}/promote", data={"slot": "champion", "why": "Newest data"})
    assert answer.status_code == 200
    assert "Newest data" in answer.text
    browser.post(f"/products/{departures}/deployment/rollback", data={"why": "It was worse"})
    with sqlite_workspace.reading() as session:
        champion = serving_now(session, departures)["champion"]
        assert (champion.version_id, champion.who, champion.why) == (three[1], "ana", "It was worse")
    refused = browser.post(f"{path}/promote", data={"slot": "queen", "why": "x"})
    assert refused.status_code == 409


def test_versions_stand_side_by_side(browser: TestClient, departures: str, three: list[str]):
    page = browser.get(f"/products/{departures}/models/compare", params={"v": three[:2]}).text
    assert "<b>0.7500</b>" in page
    assert '<td class="differs">0.1</td>' in page
    alone = browser.get(f"/products/{departures}/models/compare", params={"v": three[0]}).text
    assert "Choose at least two" in alone


def test_a_version_of_another_product_is_not_shown(browser: TestClient, departures: str, three: list[str]):
    browser.post("/products", data={"title": "Buses"})
    assert browser.get(f"/products/buses/models/{three[0]}").status_code == 404
    assert browser.get(f"/products/buses/models/compare?v={three[0]}").status_code == 404
    assert browser.get(f"/products/{departures}/models/departures/boosting/9").status_code == 404


def test_a_rollback_from_an_old_page_is_refused(
    browser: TestClient, sqlite_workspace: Workspace, departures: str, three: list[str]
):
    page = f"/products/{departures}/deployment"
    seen = re.search(r'name="seen" value="(\w+)"', browser.get(page).text)[1]
    assert "Roll back to boosting v" in browser.get(page).text
    form = {"why": "It fails", "seen": seen}
    assert browser.post(f"{page}/rollback", data=form).status_code == 200
    assert browser.post(f"{page}/rollback", data=form).status_code == 409
    with sqlite_workspace.reading() as session:
        assert serving_now(session, departures)["champion"].version_id == three[0]
