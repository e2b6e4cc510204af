"""The pages of runs over HTTP."""

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from filrouge.kernel.ids import time_id
from filrouge.storage.product import product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.pipelines.runs import Run, RunStep
from filrouge.thread.links import link
from filrouge.thread.ref import Ref
from filrouge.web.places import place_of

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def record(workspace: Workspace, product: str, state: str = "done", after_s: float = 0, **steps: str) -> str:
    """A run that started at nine, with steps in these states, each a second after the other."""
    at = START + timedelta(seconds=after_s)
    run_id = time_id(at)
    with workspace.transaction("ana") as session:
        session.add(
            Run(
                id=run_id,
                product_id=product,
                trigger="manual",
                who="ana",
                state=state,
                targets=list(steps),
                params={},
                window_start=datetime(2013, 1, 1, tzinfo=UTC),
                window_end=datetime(2013, 2, 1, tzinfo=UTC),
                as_of=None,
                code_version="c0de",
                at=at,
                recorded_at=at,
                ended_at=None if state == "running" else at,
            )
        )
        before: list[str] = []
        for place, (name, how) in enumerate(steps.items()):
            began = None if how == "queued" else at + timedelta(seconds=place)
            ended = None if how in {"queued", "running"} else at + timedelta(seconds=place + 1)
            error = (
                "[run.step-failed] weather: The step failed. ValueError: <b>no</b>" if how == "failed" else ""
            )
            session.add(
                RunStep(
                    run_id=run_id,
                    name=name,
                    product_id=product,
                    kind="source",
                    position=place,
                    inputs=before[-1:],
                    state=how,
                    attempts=1,
                    started_at=began,
                    ended_at=ended,
                    rows=3,
                    error=error,
                )
            )
            before.append(name)
    return run_id


def test_without_code_the_page_says_how_to_get_it(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    assert "filrouge new departures" in browser.get(f"/products/{departures}/runs").text
    with sqlite_workspace.transaction("ana") as session:
        product_named(session, departures).code = "departures"
    assert "filrouge run departures" in browser.get(f"/products/{departures}/runs").text


def test_the_list_filters_by_state_and_pages(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    runs = [record(sqlite_workspace, departures, after_s=n, flights="done") for n in range(51)]
    failed = record(sqlite_workspace, departures, "failed", after_s=60, flights="done", weather="failed")
    page = browser.get(f"/products/{departures}/runs?state=failed").text
    assert failed in page
    assert runs[0] not in page
    assert "1 done" in page
    first = browser.get(f"/products/{departures}/runs").text
    assert "Older runs" in first
    assert runs[0] not in first
    assert runs[0] in browser.get(f"/products/{departures}/runs?before={runs[2]}").text


def test_a_run_shows_its_graph_its_steps_and_what_failed(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    run = record(sqlite_workspace, departures, "failed", flights="cached", weather="failed", joined="skipped")
    page = browser.get(f"/products/{departures}/runs/{run}").text
    assert page.count('class="wire') == 2
    for words in ("from the cache", "failed", "skipped", "run.step-failed", f"--resume {run}"):
        assert words in page
    assert "<b>no</b>" not in page
    assert "1 Jan 2013 to 31 Jan 2013" in page
    assert "live.js" not in page


def test_a_run_that_gives_no_sign_of_life_can_be_continued(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    run = record(sqlite_workspace, departures, "running", flights="running", weather="queued")
    page = browser.get(f"/products/{departures}/runs/{run}").text
    assert "No sign of life" in page
    assert f"--resume {run}" in page
    assert "live.js" in page


def test_a_run_answers_at_the_place_that_the_thread_gives(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    run = record(sqlite_workspace, departures, flights="done")
    with sqlite_workspace.transaction("ana") as session:
        link(session, departures, Ref("hypothesis", "gone"), "tested_by", Ref("run", run))
    place, _, anchor = place_of(Ref("run", run), departures).partition("#")
    answer = browser.get(place)
    assert answer.status_code == 200
    assert f'id="{anchor}"' in answer.text


def test_a_run_of_another_product_is_not_shown(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    browser.post("/products", data={"title": "Buses"})
    run = record(sqlite_workspace, "buses", flights="done")
    for path in (f"runs/{run}", f"runs/{run}/steps/flights/log", "runs/nothing"):
        assert browser.get(f"/products/{departures}/{path}").status_code == 404
