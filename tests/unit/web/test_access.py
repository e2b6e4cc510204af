"""Every route of the application, asked by every kind of visitor: who gets what."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import Mount
from tests.fakes.people import ANONYMOUS, MEMBER_ELSEWHERE, VISITORS, Visitor, cast, visitor
from tests.fakes.routes import ROUTES, need_of

from filrouge.organize.hypotheses import Hypothesis
from filrouge.storage.accounts.roles import Role
from filrouge.storage.editing import create
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import links_of
from filrouge.thread.ref import Ref
from filrouge.thread.relations import connect
from filrouge.web.app import PAGES, create_app

PUBLIC = {
    "GET /login": {200},
    "POST /login": {401},
    "GET /language/{code}": {303},
    "GET /join/{code}": {401},
    "POST /join/{code}": {401},
    "GET /products/{product_id}/badge.svg": {200},
    "GET /sign-in": {200, 303},
    "POST /sign-in": {401, 403},
    "POST /sign-out": {303},
    "GET /oidc/start": {404},
    "GET /oidc/callback": {404},
    "GET /share/{secret}": {410},
    "POST /share/{secret}": {410},
    "GET /welcome": {410},
    "POST /welcome": {410},
}
"""Open to strangers, with what they answer; a route joins them by a decision, not by forgetting."""

FOR_PEOPLE = {
    "POST /account/password",
    "POST /account/sessions/{session_id}/end",
    "GET /account/tokens",
    "POST /account/tokens",
    "POST /account/tokens/{token_id}/revoke",
}
"""What a token may not do, whatever its scope; what only admins of the workspace do is refused before."""

HOME = "/products/departures"


def name_of(method: str, route: APIRoute) -> str:
    return f"{method} {route.path}"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, empty_workspace) -> Iterator[dict[str, TestClient]]:
    """A browser for each kind of visitor, on one workspace with two products."""
    import shutil

    from filrouge.bootstrap import metadata
    from filrouge.kernel.settings import Settings

    metadata()
    root = tmp_path_factory.mktemp("access") / "ws"
    shutil.copytree(empty_workspace, root)
    workspace = Workspace(root, Settings())
    with workspace.transaction("ana") as session:
        for title in ("Departures", "Arrivals"):
            create_product(session, title)
        create(session, Hypothesis, "departures", id="h1", statement="Wind delays departures")
        create(session, Hypothesis, "arrivals", id="h2", statement="Fog delays arrivals")
        secrets = cast(session, "departures", "arrivals")
    app = create_app(workspace, user="ana")
    yield {name: visitor(app, secrets[name]) for name in VISITORS}
    workspace.close()


def test_every_route_declares_a_need_and_nothing_else_answers(people: dict[str, TestClient]):
    app = people[ANONYMOUS].app
    known = sum(len(import_module(module).router.routes) for module in PAGES)
    direct = [route for route in app.routes if isinstance(route, APIRoute)]
    mounts = [route.path for route in app.routes if isinstance(route, Mount)]
    assert direct == []
    assert [re.sub(r"\w{12}$", "…", path) for path in mounts] == ["/static/…"]
    assert known == len({id(route) for _method, route in ROUTES})
    assert {name_of(*one) for one in ROUTES if need_of(one[1]) is None} == set(PUBLIC)


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=[name_of(*one) for one in ROUTES])
def test_what_changes_something_takes_more_than_reading(method: str, route: APIRoute):
    need = need_of(route)
    if method != "GET" and need is not None:
        assert need.reaches(Role.CONTRIBUTOR)


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=[name_of(*one) for one in ROUTES])
def test_each_visitor_gets_what_their_role_allows(
    people: dict[str, TestClient], method: str, route: APIRoute
):
    need = need_of(route)
    filled = route.path.replace("{product_id}", "departures").replace("{kind}/{identifier}", "hypothesis/h1")
    path = re.sub(r"\{[^}]*\}", "nothing", filled)
    scoped = filled != route.path and ("{product_id}" in route.path or "{identifier}" in route.path)
    for name, one in VISITORS.items():
        asking = people[name] if need else visitor(people[name].app, "")
        answer = asking.request(method, path, follow_redirects=False)
        code = answer.json()["type"] if "problem" in answer.headers.get("content-type", "") else ""
        told = f"{name}: {answer.status_code} {code}"
        if need is None:
            assert answer.status_code in PUBLIC[name_of(method, route)], told
        elif name == ANONYMOUS:
            assert answer.status_code == 401, told
        elif name == MEMBER_ELSEWHERE and scoped:
            assert answer.status_code == 404, told
            assert code in {"urn:filrouge:product.unknown", "urn:filrouge:artefact.unknown"}, told
        elif _enough(one, need, scoped) and not (one.scope and name_of(method, route) in FOR_PEOPLE):
            assert answer.status_code not in {401, 403}, told
            assert code != "urn:filrouge:product.unknown", told
        else:
            assert (answer.status_code, code) == (403, "urn:filrouge:web.not-allowed"), told


def _enough(one: Visitor, need: Role, scoped: bool) -> bool:
    """By the table of docs/architecture.md; no visitor here is admin of the workspace."""
    if not one.ceiling.reaches(need):
        return False
    return one.role.reaches(need) if scoped else need in {Role.VIEWER, Role.CONTRIBUTOR}


def test_lists_and_search_show_only_what_one_may_see(people: dict[str, TestClient]):
    viewer, elsewhere = people["viewer"], people[MEMBER_ELSEWHERE]
    for path in ("/", "/search?q=delays", "/search?q=a", "/search?q=check&product=arrivals"):
        page = viewer.get(path, headers={"accept": "text/html"}).text
        assert "/products/arrivals" not in page, path
        assert "Fog" not in page
    assert "/products/arrivals" in elsewhere.get("/", headers={"accept": "text/html"}).text


def test_what_is_not_seen_is_not_told_from_what_is_not_there(people: dict[str, TestClient]):
    viewer = people["viewer"]
    for hidden, absent in (
        ("/products/arrivals", "/products/arrivalz"),
        ("/history/hypothesis/h2", "/history/hypothesis/hx"),
        ("/products/departures/thread?ref=hypothesis:h2", "/products/departures/thread?ref=hypothesis:hx"),
    ):
        first, second = viewer.get(hidden), viewer.get(absent)
        assert first.status_code == second.status_code == 404
        same = [re.sub(r"arrivals|arrivalz|h2|hx", "…", answer.text) for answer in (first, second)]
        assert same[0] == same[1]
        assert "Fog" not in first.text


def test_the_local_owner_is_admin_of_everything(browser: TestClient, departures: str):
    assert browser.post(f"/archive/product/{departures}").status_code == 200
    assert browser.get("/products/nothing").status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (f"{HOME}/add/waiver", {"rule": "EXP014.1"}),
        ("/edit/product/departures", {"field": "code", "value": "/tmp"}),
        ("/edit/product/departures", {"field": "phase", "value": "live"}),
        ("/archive/product/departures", {}),
        (f"{HOME}/add/canvas", {"title": "Mine", "signed_by": "somebody else"}),
    ],
)
def test_what_decides_more_than_its_text_takes_a_maintainer(
    people: dict[str, TestClient], path: str, data: dict[str, str]
):
    refused = people["contributor"].post(path, data=data)
    assert refused.status_code == 403
    assert "maintainer" in refused.json()["title"]


def test_a_signature_is_not_taken_back_by_who_could_not_give_it(people: dict[str, TestClient]):
    maintainer, contributor = people["maintainer"], people["contributor"]
    maintainer.post(f"{HOME}/canvas", data={"title": "Warn the desk"})
    page = maintainer.get(f"{HOME}/canvas", headers={"accept": "text/html"}).text
    canvas = re.search(r'id="canvas-(\w+)"', page)[1]
    assert maintainer.post(f"{HOME}/canvas/{canvas}/sign").status_code == 200
    assert contributor.post(f"/undo/canvas/{canvas}").status_code == 403
    assert maintainer.post(f"/undo/canvas/{canvas}").status_code == 200


def test_a_tie_of_another_product_stays(people: dict[str, TestClient]):
    workspace = people["contributor"].app.state.workspace
    with workspace.transaction("ana") as session:
        from filrouge.explore.objectives import Objective
        from filrouge.organize.indicators import Indicator

        why = create(session, Objective, "arrivals", statement="Fewer missed connections")
        how = create(session, Indicator, "arrivals", title="Missed")
        connect(session, "arrivals", Ref("objective", why.id), "measured_by", Ref("indicator", how.id))
    ends = {"source": f"objective:{why.id}", "relation": "measured_by", "target": f"indicator:{how.id}"}
    people["contributor"].post(f"{HOME}/tie", data={**ends, "untie": "true"})
    with workspace.reading() as session:
        assert [one.relation for one in links_of(session, "arrivals")] == ["measured_by"]


def test_a_viewer_is_shown_no_way_to_change_things(people: dict[str, TestClient]):
    html = {"accept": "text/html"}
    for path in ("", "/objectives", "/ideas", "/canvas", "/story-map", "/hypotheses", "/deployment"):
        page = people["viewer"].get(HOME + path, headers=html).text
        assert re.findall(r'method="post" action="([^"]*)"', page) == ["/sign-out"], path
        assert "data-edit=" not in page, path
    page = people["contributor"].get(f"{HOME}/hypotheses", headers=html).text
    assert f'action="{HOME}/add/hypothesis"' in page
