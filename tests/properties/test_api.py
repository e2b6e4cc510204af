"""The JSON API does what its OpenAPI document says, whatever is sent (Schemathesis)."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from tests.fakes.people import visitor

from filrouge.bootstrap import init_workspace, metadata
from filrouge.flows.examples import import_example
from filrouge.storage.accounts.sessions import OWNER, digest_of, open_session
from filrouge.storage.workspace import Workspace
from filrouge.web.api.document import document
from filrouge.web.app import create_app
from filrouge.web.server import listen

pytestmark = pytest.mark.slow
EXAMPLES = 9
"""Of what is sent; a request without a body has less to vary."""
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[str, str]]]:
    workspace = init_workspace(tmp_path_factory.mktemp("api"))
    with workspace.transaction("ana") as session:
        import_example(session)
        secret = open_session(session, "ana", OWNER)
    headers = {
        "Cookie": f"filrouge_session={secret}",
        "X-CSRF-Token": digest_of(f"csrf:{secret}"),
    }
    yield workspace, headers
    workspace.close()


metadata()
# Who asks is the matter of tests/unit/web/test_access.py; here everybody is signed in.
DOCUMENT = schemathesis.openapi.from_dict({**document(), "security": []})
OPERATIONS = {
    operation.label: operation for operation in (found.ok() for found in DOCUMENT.get_all_operations())
}


@pytest.fixture(scope="module")
def base(served: tuple[Workspace, dict[str, str]]) -> Iterator[str]:
    """The address of a real server of the pages."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(served[0], user="ana"), log_level="error"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(15)


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_sent_the_answer_is_as_documented(label: str, served, base: str):
    _workspace, headers = served
    operation = OPERATIONS[label]
    checks = [check for check in CHECKS.get_all() if check.__name__ in CHECKED]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    strategies = [operation.as_strategy(generation_mode=mode) for mode in modes]

    @settings(
        max_examples=EXAMPLES if list(operation.body) else EXAMPLES // 3,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies[0] | strategies[1])
    def ask(case):
        if "product_id" in (case.path_parameters or {}):
            case.path_parameters["product_id"] = "nyc-departures"
        case.call_and_validate(base_url=base, headers=headers, checks=checks)

    ask()


def test_a_round_through_the_api(served):
    workspace, headers = served
    client = visitor(create_app(workspace, user="ana"), headers["Cookie"].split("=")[1])
    home = "/api/v1/products/nyc-departures/artefacts"
    made = client.post(f"{home}/objectives", json={"statement": "Fewer nights in hotels"})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    own = f"{home}/objectives/{made.json()['id']}"
    changed = client.patch(own, json={"statement": "No night in a hotel"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    late = client.patch(own, json={"statement": "Too late"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["type"]) == (409, "urn:filrouge:edit.conflict")
    assert client.post(f"{own}/undo").json()["statement"] == "Fewer nights in hotels"
    assert [one["action"] for one in client.get(f"{own}/history").json()["items"]] == [
        "update",
        "update",
        "create",
    ]
    idea = client.get(f"{home}/ideas?limit=1").json()
    tie = {
        "source": f"objective:{made.json()['id']}",
        "relation": "pursued_by",
        "target": f"idea:{idea['items'][0]['id']}",
    }
    assert client.post("/api/v1/products/nyc-departures/links", json=tie).status_code == 201
    assert tie in client.get("/api/v1/products/nyc-departures/links").json()["items"]
    assert client.request("DELETE", "/api/v1/products/nyc-departures/links", json=tie).status_code == 204
    assert client.delete(own).json()["archived_at"] is not None
    assert made.json()["id"] not in client.get(f"{home}/objectives").text
    assert client.post(f"{own}/restore").json()["archived_at"] is None
    people = [{"name": "Ines", "profile": "duty manager", "business": True}]
    assert client.patch(f"{home}/prototypes/nyc-proto-rank", json={"people": people}).status_code == 200
    wrong = client.post(f"{home}/objectives", json={"statement": "", "levle": "right", "level": "x"})
    assert wrong.status_code == 422
    assert {error["where"] for error in wrong.json()["errors"]} == {"body", "body/statement", "body/level"}
    text = client.get("/api/v1/products/nyc-departures/product.yaml").text
    assert "Fewer nights in hotels" in text
    assert client.get(f"{home}/hypothesees").json()["action"] == "Did you mean 'hypotheses'?"


def test_pages_of_a_list_follow_each_other(tmp_path: Path):
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        import_example(session)
        secret = open_session(session, "ana", OWNER)
    client = visitor(create_app(workspace, user="ana"), secret)
    path = "/api/v1/products/nyc-departures/artefacts/notes"
    whole = [one["id"] for one in client.get(path).json()["items"]]
    seen, after = [], ""
    while after is not None:
        page = client.get(f"{path}?limit=3&after={after}").json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert seen == whole
    assert len(whole) > 6
    workspace.close()
